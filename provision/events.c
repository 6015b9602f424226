#include "events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/memory.h"

enum {
	LINE_MAX_BYTES = 8192,
	COMPONENTS_MAX = 128,
	OUTPUT_MAX = 64 << 10,
	STACK_MAX = 128 << 10,
	LOG_MAX = 2 << 20, /* of a component in a run; the runner's own limit is half of it */
};

static const char *const state_names[] = {
	[COMPONENT_QUEUED] = "queued",
	[COMPONENT_INSTALLING] = "installing",
	[COMPONENT_INSTALLED] = "installed",
	[COMPONENT_FAILED] = "failed",
	[COMPONENT_SKIPPED] = "skipped",
};

struct fold_component *fold_find(const struct fold *fold, const char *name)
{
	for (size_t i = 0; i < fold->count; i++) {
		if (strcmp(fold->components[i].name, name) == 0)
			return &fold->components[i];
	}
	return NULL;
}

static struct fold_component *find_or_add(struct fold *fold, const char *name)
{
	struct fold_component *component = fold_find(fold, name);

	if (component != NULL || fold->count >= COMPONENTS_MAX)
		return component;
	fold->components = xrealloc(fold->components, fold->count + 1, sizeof *fold->components);
	component = &fold->components[fold->count++];
	*component = (struct fold_component){.exit_status = -1, .seconds = -1};
	snprintf(component->name, sizeof component->name, "%s", name);
	return component;
}

static void forget_components(struct fold *fold)
{
	for (size_t i = 0; i < fold->count; i++)
		text_finish(&fold->components[i].output);
	fold->count = 0;
}

void fold_finish(struct fold *fold)
{
	forget_components(fold);
	free(fold->components);
	text_finish(&fold->stack);
	text_finish(&fold->line);
	*fold = (struct fold){0};
}

static struct fold_run *last_run(struct fold *fold)
{
	return &fold->runs[(fold->run_count - 1) % FOLD_RUNS];
}

const struct fold_run *fold_find_run(const struct fold *fold, const char *run)
{
	for (size_t i = 1; i <= FOLD_RUNS && i <= fold->run_count; i++) {
		const struct fold_run *at = &fold->runs[(fold->run_count - i) % FOLD_RUNS];
		if (strcmp(at->run, run) == 0)
			return at;
	}
	return NULL;
}

static bool take_run(struct fold *fold, const char *key, char *value, struct fold_event *event)
{
	if (strcmp(key, "run") == 0) {
		forget_components(fold);
		text_finish(&fold->stack);
		fold->done = false;
		snprintf(fold->run, sizeof fold->run, "%s", value);
		fold->run_count++;
		snprintf(last_run(fold)->run, sizeof fold->run, "%s", value);
		last_run(fold)->missing = -1;
		event->kind = FOLD_RUN;
	} else if (strcmp(key, "stack") == 0) {
		if (fold->stack.length + strlen(value) < STACK_MAX)
			text_print(&fold->stack, "%s\n", value);
		event->kind = FOLD_STACK;
	} else if (strcmp(key, "done") == 0) {
		fold->done = true;
		if (fold->run_count > 0)
			last_run(fold)->missing = strtol(value, NULL, 10);
		event->kind = FOLD_DONE;
	} else {
		return false;
	}
	return true;
}

static bool take_state(struct fold_component *component, const char *value)
{
	for (size_t i = 0; i < sizeof state_names / sizeof state_names[0]; i++) {
		if (strcmp(state_names[i], value) == 0) {
			component->state = (enum component_state)i;
			return true;
		}
	}
	return false;
}

static bool take_component(
	struct fold_component *component, const char *key, char *value, struct fold_event *event)
{
	event->kind = FOLD_DETAIL;
	if (strcmp(key, "log") == 0) {
		/* Whatever a droplet sends: what is not counted is not written down either. */
		if (component->log_bytes + strlen(value) >= LOG_MAX)
			return true;
		event->kind = FOLD_LOG;
		component->log_bytes += strlen(value) + 1;
	} else if (strcmp(key, "state") == 0) {
		event->kind = FOLD_STATE;
		return take_state(component, value);
	} else if (strcmp(key, "key") == 0) {
		snprintf(component->key, sizeof component->key, "%s", value);
	} else if (strcmp(key, "version") == 0) {
		snprintf(component->version, sizeof component->version, "%s", value);
	} else if (strcmp(key, "reason") == 0) {
		text_plain(component->reason, sizeof component->reason, value);
	} else if (strcmp(key, "exit_status") == 0) {
		component->exit_status = (int)strtol(value, NULL, 10);
	} else if (strcmp(key, "seconds") == 0) {
		component->seconds = strtod(value, NULL);
	} else if (strcmp(key, "output") == 0) {
		if (strchr(value, '=') != NULL &&
			component->output.length + strlen(value) < OUTPUT_MAX)
			text_print(&component->output, "%s\n", value);
	} else {
		return false;
	}
	return true;
}

static char *cut(char **at)
{
	char *word = *at;

	*at += strcspn(word, " ");
	if (**at != '\0')
		*(*at)++ = '\0';
	return word;
}

static bool name_ok(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return length > 0 && length <= 32 && name[length] == '\0' && name[0] != '-';
}

bool fold_line(struct fold *fold, const char *line, fold_listener listener, void *context)
{
	char text[LINE_MAX_BYTES + 1], *at = text, *end;
	struct fold_event event = {0};

	text_plain(text, sizeof text, line);
	const char *time = cut(&at), *name = cut(&at), *key = cut(&at);
	event.time = strtod(time, &end);
	event.value = at;
	if (end == time || *end != '\0' || !(event.time >= 0 && event.time < 1e11))
		return false;
	if (strcmp(name, "-") == 0) {
		if (!take_run(fold, key, at, &event))
			return false;
	} else {
		event.component = name_ok(name) ? find_or_add(fold, name) : NULL;
		if (event.component == NULL || !take_component(event.component, key, at, &event))
			return false;
	}
	if (listener != NULL)
		listener(context, &event);
	return true;
}

void fold_bytes(
	struct fold *fold, const char *data, size_t length, fold_listener listener, void *context)
{
	while (length > 0) {
		const char *end = memchr(data, '\n', length);
		size_t part = end != NULL ? (size_t)(end - data) : length;
		if (fold->line.length + part > LINE_MAX_BYTES)
			fold->skipping = true;
		if (!fold->skipping)
			text_add(&fold->line, data, part);
		if (end == NULL)
			return;
		/*
		 * A NUL within ends the text early, which makes it no line of ours or a shorter
		 * one.
		 */
		for (size_t i = 0; i < fold->line.length; i++) {
			if (fold->line.data[i] == '\t')
				fold->line.data[i] = ' ';
		}
		if (!fold->skipping)
			fold_line(fold, fold->line.data, listener, context);
		fold->skipping = false;
		fold->line.length = 0;
		data += part + 1;
		length -= part + 1;
	}
}
