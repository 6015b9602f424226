#include "content.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "control.h"
#include "edit.h"
#include "provision/text.h"
#include "tree.h"
#include "views/help.h"
#include "views/views.h"

/* Components of a droplet. */

static char *part_state(const struct job_component *component)
{
	static const char *const names[] = {
		[COMPONENT_QUEUED] = "queued",
		[COMPONENT_INSTALLING] = "installing",
		[COMPONENT_INSTALLED] = "installed",
		[COMPONENT_FAILED] = "failed",
		[COMPONENT_SKIPPED] = "skipped",
		[COMPONENT_CHANGED] = "changed",
	};
	return xasprintf("%s\n", names[component->state]);
}

static char *part_version(const struct job_component *component)
{
	return *component->version ? xasprintf("%s\n", component->version) : xstrdup("");
}

static char *part_reason(const struct job_component *component)
{
	return *component->reason ? xasprintf("%s\n", component->reason) : xstrdup("");
}

static char *part_output(const struct job_component *component)
{
	return xstrdup(component->output ? component->output : "");
}

static char *part_seconds(const struct job_component *component)
{
	return component->seconds >= 0 ? xasprintf("%.3f\n", component->seconds) : xstrdup("");
}

static char *part_exit_status(const struct job_component *component)
{
	return component->exit_status >= 0 ? xasprintf("%d\n", component->exit_status)
					   : xstrdup("");
}

const struct part_file part_files[] = {
	{"state",
		"queued, installing, installed, failed or skipped; changed when its script or what "
		"it gets is another one by now",
		part_state, false},
	{"version", "what is installed", part_version, false},
	{"reason", "why it failed or was skipped", part_reason, false},
	{"log", "what the script printed, as it comes", NULL, false},
	{"output", "what it handed back, as key=value lines", part_output, true},
	{"seconds", "how long it took", part_seconds, false},
	{"exit_status", "of the script", part_exit_status, false},
	{0},
};

static const struct job_component *part_find(const struct subject *subject, struct node node)
{
	const char *name = intern_text(subject->mount->words, node.other);
	for (size_t i = 0; name && subject->has_job && i < subject->job.count; i++)
		if (strcmp(subject->job.components[i].name, name) == 0)
			return &subject->job.components[i];
	return NULL;
}

/* Whether its script, or what this gets from the account, is not any more what it was installed from. */
static bool part_changed(const struct subject *subject, const struct job_component *component)
{
	struct stack *stack = NULL;
	const char *text = subject->job.stack;
	control_stack(subject->mount, text, strlen(text), false, &stack, NULL);
	const struct wanted *wanted = stack_find(stack, component->name);
	bool changed = wanted && *component->key && strcmp(wanted->key, component->key) != 0;
	stack_free(stack);
	return changed;
}

static int read_part(const struct subject *subject, struct node node, char **ret,
	size_t *ret_length, struct error *err)
{
	const struct job_component *component = part_find(subject, node);
	if (!component)
		return error_set(err, ENOENT, "this component is not wanted any more");
	struct job_component shown = *component;
	if (shown.state == COMPONENT_INSTALLED && part_files[node.entry].text == part_state) {
		/* A script that was closed a moment ago counts. */
		if (edits_pending(
			    subject->mount->edits, node_pack((struct node){.type = NODE_SCRIPTS})))
			return -EINPROGRESS;
		if (part_changed(subject, component))
			shown.state = COMPONENT_CHANGED;
	}
	*ret = part_files[node.entry].text(&shown);
	*ret_length = strlen(*ret);
	return 0;
}

/* Attributes. */

static const struct field *field_find(const struct kind *kind, const char *path)
{
	for (const struct field *field = kind->fields; field && field->name; field++)
		if (strcmp(field->name, path) == 0)
			return field;
	return NULL;
}

/* A line break in a value would look like another item. */
static void put_line(struct text *out, const struct json *value)
{
	CLEANUP_FREE char *text = json_text(value);
	for (char *p = text; *p; p++)
		if (*p == '\n')
			*p = ' ';
	text_add(out, text, strlen(text));
	text_add(out, "\n", 1);
}

char *content_attribute(struct mount *mount, const struct kind *kind, const char *path,
	const struct json *value, size_t *ret_length)
{
	const struct field *field = field_find(kind, path);
	struct text out = {0};
	if (json_type(value) == JSON_ARRAY) {
		for (const struct json *item = json_first(value); item; item = json_next(item)) {
			const char *string = json_string(item);
			if (!field || !field->hidden || !string || !field->hidden(mount, string))
				put_line(&out, item);
		}
	} else if (json_type(value) == JSON_STRING) {
		/* Its own line breaks are part of a text (a public key, an error message): kept. */
		const char *string = json_string(value);
		size_t length = strlen(string);
		text_add(&out, string, length);
		if (length > 0 && string[length - 1] != '\n')
			text_add(&out, "\n", 1);
	} else if (json_type(value) != JSON_NULL) {
		put_line(&out, value);
	}
	*ret_length = out.length;
	return text_take(&out);
}

static int read_attribute(const struct subject *subject, struct node node, char **ret,
	size_t *ret_length, struct error *err)
{
	const char *path = intern_text(subject->mount->paths[node.kind], node.entry);
	const struct json *value = path ? json_get(subject->json, path) : NULL;
	if (!value)
		return error_set(err, ENOENT, "the API does not say this of it any more");
	*ret = content_attribute(subject->mount, subject->kind, path, value, ret_length);
	return 0;
}

static int read_file(const struct subject *subject, struct node node, char **ret,
	size_t *ret_length, struct error *err)
{
	const struct file *file = tree_file(node);
	if (file->read)
		return file->read(subject->mount, subject, ret, ret_length, err);
	*ret = xstrdup("");
	*ret_length = 0;
	return 0;
}

static int read_script(
	struct mount *mount, struct node node, char **ret, size_t *ret_length, struct error *err)
{
	const char *name = intern_text(mount->words, node.other);
	struct component *component = name ? components_find(mount->components, name) : NULL;
	if (!component)
		return error_set(err, ENOENT, "there is no such component");
	*ret = xstrdup(component->script);
	*ret_length = strlen(*ret);
	component_unref(component);
	return 0;
}

int content_read(
	struct mount *mount, struct node node, char **ret, size_t *ret_length, struct error *err)
{
	const char *topic;
	switch (node.type) {
	case NODE_VIEW:
		return views[node.entry].read(mount, ret, ret_length, err);
	case NODE_TOPIC:
		topic = intern_text(mount->words, node.other);
		return help_read(mount, topic ? topic : "", ret, ret_length, err);
	case NODE_SCRIPT:
		return read_script(mount, node, ret, ret_length, err);
	case NODE_ATTRIBUTE:
	case NODE_FILE:
	case NODE_PART_FILE:
		break;
	default:
		return error_set(err, EISDIR, "a directory");
	}
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(mount, node, &subject, err);
	if (rc != 0)
		return rc;
	if (node.type == NODE_ATTRIBUTE)
		return read_attribute(&subject, node, ret, ret_length, err);
	if (node.type == NODE_FILE)
		return read_file(&subject, node, ret, ret_length, err);
	return read_part(&subject, node, ret, ret_length, err);
}

bool content_is_live(struct node node)
{
	const struct file *file = tree_file(node);
	return node.type == NODE_VIEW || node.type == NODE_PART_FILE || node.type == NODE_SCRATCH ||
	       node.type == NODE_SCRIPT || node.unborn || (file && !file->steady);
}

void content_look(struct mount *mount, struct node node)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	const struct file *file = tree_file(node);
	bool fetched = node.type == NODE_PARTS || (file && file->fetched);
	if (fetched && subject_find(mount, node, &subject, NULL) == 0 && subject.kind->look)
		subject.kind->look(mount, &subject);
}

bool content_is_log(struct node node)
{
	const struct file *file = tree_file(node);
	return (file && file->log) || (node.type == NODE_PART_FILE && !part_files[node.entry].text);
}

ssize_t content_read_log(struct mount *mount, struct node node, char *to, size_t size, off_t offset,
	struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(mount, node, &subject, err);
	if (rc != 0)
		return rc;
	const char *component = node.type == NODE_PART_FILE ? intern_text(mount->words, node.other)
							    : NULL;
	if (!subject.has_job)
		return 0; /* nothing was done to it yet */
	return fleet_log_read(mount->fleet, subject_key(&subject), component, to, size, offset);
}

int content_log_size(struct mount *mount, struct node node, off_t *ret, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(mount, node, &subject, err);
	if (rc != 0)
		return rc;
	const struct job_component *part = node.type == NODE_PART_FILE ? part_find(&subject, node)
								       : NULL;
	if (node.type == NODE_PART_FILE)
		*ret = part ? (off_t)part->log_bytes : 0;
	else
		*ret = subject.has_job ? (off_t)subject.job.log_bytes : 0;
	return 0;
}
