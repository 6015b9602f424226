#include <errno.h>
#include <string.h>

#include "api/cleanup.h"
#include "control.h"
#include "edit.h"
#include "reference.h"
#include "words.h"

/* The public key of a name in ssh_keys/, for stacks that give users their keys. */
static char *find_key(void *context, const char *name, struct error *err)
{
	struct mount *mount = context;
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	struct object *object;
	int rc = cache_get(mount->cache, KIND_ssh_keys, &snapshot, err);
	if (rc == -EINPROGRESS)
		error_set(err, EINPROGRESS, "the ssh keys are being listed");
	if (rc == 0)
		rc = reference_find(kinds[KIND_ssh_keys], snapshot, name, &object, err);
	if (rc != 0)
		return NULL;
	CLEANUP_JSON struct json *json = json_parse(object->text, object->length, NULL);
	const char *key = json_get_string(json, "public_key");
	if (!key)
		error_set(err, ENOENT, "the API shows no public key of %s", name);
	return key ? xstrdup(key) : NULL;
}

int control_stack(struct mount *mount, const char *text, size_t length, bool partial,
	struct stack **ret, struct error *err)
{
	struct error error = {0};
	if (memchr(text, '\0', length))
		return error_set(err, EINVAL, "there is a NUL in it");
	/* A component that was closed a moment ago counts. */
	if (edits_pending(mount->edits, node_pack((struct node){.type = NODE_SCRIPTS})))
		return -EINPROGRESS;
	CLEANUP_FREE char *copy = xstrndup(text, length);
	struct stack *stack = NULL;
	int rc = stack_parse(mount->components, copy, partial, find_key, mount, &stack, &error);
	if (rc == 0 && ret)
		*ret = stack;
	else
		stack_free(stack);
	return rc == 0 || rc == -EINPROGRESS ? rc : error_set(err, -rc, "%s", error.message);
}

char *control_stack_line(const char *text)
{
	struct text joined = {0};
	while (text && *text) {
		size_t size = strcspn(text, "\n");
		CLEANUP_FREE char *line = xstrndup(text, size);
		line[line_length(line)] = '\0';
		const char *words = word_trim(line);
		if (*words)
			text_print(&joined, "%s%s", joined.length ? " " : "", words);
		text += size + (text[size] == '\n');
	}
	return text_take(&joined);
}

const char *control_stack_wanted(const struct subject *subject, const struct spec *spec)
{
	const char *wanted = control_boot_key(subject->kind) ? NULL : spec_stack(spec);
	CLEANUP_FREE char *present = control_stack_line(subject->has_job ? subject->job.stack : "");
	CLEANUP_FREE char *line = control_stack_line(wanted);
	return wanted && *line && strcmp(line, present) != 0 ? wanted : NULL;
}
