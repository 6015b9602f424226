#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "control.h"
#include "ledger.h"
#include "reference.h"
#include "words.h"

/* `action`: any of the API's actions on an object, as `NAME key=value …`. */

enum { SHOWN = 8 };

static const char *phase_word(
	const struct mount *mount, const struct ledger_entry *entry, struct change_state *state)
{
	static const char *const words[] = {
		[CHANGE_WAITING] = "waiting",
		[CHANGE_RUNNING] = "in-progress",
		[CHANGE_DONE] = "completed",
		[CHANGE_FAILED] = "errored",
	};
	return change_get(mount->changes, entry->ticket, state) ? words[state->phase] : "ended";
}

int read_action(struct mount *mount, const struct subject *subject, char **ret, size_t *ret_length,
	struct error *err)
{
	(void)err;
	struct text text = {0};
	struct ledger_entry entries[SHOWN];
	for (const struct action *action = subject->kind->actions; action && action->name;
		action++) {
		CLEANUP_FREE char *call = xasprintf("%s%s%s", action->name,
			action->params ? " " : "", action->params ? action->params : "");
		text_print(&text, "%-30s # %s\n", call, action->help);
	}
	size_t count = ledger_get(
		mount->ledger, subject->listing, subject_key(subject), entries, SHOWN);
	for (size_t i = 0; i < count; i++) {
		struct change_state state = {0};
		char when[CLOCK_STAMP];
		const char *word = phase_word(mount, &entries[i], &state);
		bool failed = state.phase == CHANGE_FAILED;
		text_print(&text, "%s%s %s: %s%s%s\n", i == 0 ? "\n" : "",
			clock_stamp(when, entries[i].time), entries[i].say, word,
			failed ? ": " : "", failed ? state.error.message : "");
	}
	*ret_length = text.length;
	*ret = text_take(&text);
	return 0;
}

static int unknown_action(const struct kind *kind, const char *name, struct error *err)
{
	const char *names[64] = {0};
	char plain[60];
	CLEANUP_TEXT struct text all = {0};
	for (size_t i = 0; kind->actions && kind->actions[i].name && i < 63; i++) {
		names[i] = kind->actions[i].name;
		text_print(&all, "%s%s", i ? ", " : "", names[i]);
	}
	const char *near = word_nearest(name, names);
	text_plain(plain, sizeof(plain), name);
	return error_set(err, EINVAL, "unknown action “%s”%s%s%s; there are %s", plain,
		near ? ": did you mean " : "", near ? near : "", near ? "?" : "",
		all.data ? all.data : "none");
}

static bool has_param(const struct action *action, const char *name)
{
	CLEANUP_WORDS struct words params = {0};
	words_split(&params, action->params ? action->params : "", " ");
	for (size_t i = 0; i < params.count; i++)
		if (strcmp(params.items[i], name) == 0)
			return true;
	return false;
}

/* Numbers and truths by their looks, unless they are quoted. */
static void add_param(struct json *body, const char *name, const char *text, bool quoted)
{
	char *end;
	double number = strtod(text, &end);
	bool digits = *text && strspn(text, "0123456789") == strlen(text) && strlen(text) < 16;
	if (!quoted && digits && end != text)
		json_add_number(body, name, number);
	else if (!quoted && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
		json_add_bool(body, name, *text == 't');
	else
		json_add_string(body, name, text);
}

/* A parameter that is called as a key of the spec is what that key refers to: `rebuild image="Debian 12 x64"`. */
static int add_reference(struct mount *mount, const struct kind *kind, struct json *body,
	const char *name, const char *text, struct error *err)
{
	const struct spec_key *key = kind->keys;
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	struct object *object = NULL;
	struct error error = {0};
	while (key && key->name && (key->type != SPEC_REF || strcmp(key->name, name) != 0))
		key++;
	if (!key || !key->name)
		return 0;
	int target = kind_find(key->kind);
	int rc = cache_get(mount->cache, (unsigned)target, &snapshot, err);
	if (rc != 0)
		return rc;
	rc = reference_find(kinds[target], snapshot, text, &object, &error);
	/* A number may be that of something no listing has: a backup. */
	if (rc == -ENOENT && strspn(text, "0123456789") == strlen(text))
		return 0;
	if (rc != 0)
		return error_set(err, EINVAL, "%s", error.message);
	CLEANUP_JSON struct json *json = json_parse(object->text, object->length, NULL);
	json_add(body, name, reference_value(kinds[target], json, key->by));
	return 1;
}

static int take_param(struct mount *mount, const struct kind *kind, const struct action *action,
	struct json *body, char *word, struct error *err)
{
	char *equals = strchr(word, '=');
	if (!equals)
		return error_set(err, EINVAL, "%s: “%.60s” is no key=value", action->name, word);
	*equals = '\0';
	if (!has_param(action, word))
		return error_set(err, EINVAL, "%s has no parameter “%.60s”: it takes %s",
			action->name, word, action->params ? action->params : "none");
	CLEANUP_FREE char *value = word_unquote(equals + 1);
	if (!value || !*value)
		return error_set(err, EINVAL, "%s: %s has no value, or its quote does not end",
			action->name, word);
	int rc = add_reference(mount, kind, body, word, value, err);
	if (rc == 0)
		add_param(body, word, value, equals[1] == '"' || equals[1] == '\'');
	return rc < 0 ? rc : 0;
}

static int check_destroys(const struct mount *mount, const struct subject *subject,
	const struct action *action, struct error *err)
{
	if (!action->destroys || mount->destroy == DESTROY_ANY ||
		(mount->destroy == DESTROY_OWN && subject_is_own(subject)))
		return 0;
	return error_set(err, EPERM,
		"%s would destroy what is on %s, which %s: mount with destroy=any to allow it",
		action->name, subject->name,
		mount->destroy == DESTROY_NONE ? "this mount may not" : "docloud did not make");
}

/* The one step that a line asks for. */
static int action_plan(struct mount *mount, const struct subject *subject, const char *line,
	struct change_plan *plan, struct error *err)
{
	CLEANUP_WORDS struct words words = {0};
	CLEANUP_JSON struct json *body = json_object();
	words_split(&words, line, " \t");
	const struct action *action = subject->kind->actions;
	const char *name = words.count ? words.items[0] : "";
	while (action && action->name && strcmp(action->name, name) != 0)
		action++;
	if (!action || !action->name)
		return unknown_action(subject->kind, name, err);
	json_add_string(body, "type", name);
	int rc = check_destroys(mount, subject, action, err);
	for (size_t i = 1; i < words.count && rc == 0; i++)
		rc = take_param(mount, subject->kind, action, body, words.items[i], err);
	if (rc != 0)
		return rc;
	char *path = subject_path(subject, "/actions");
	change_plan_add(plan, "POST", path, json_copy(body), true, "%.150s", line);
	return 0;
}

static int action_line(struct mount *mount, const struct subject *subject, const char *text,
	size_t length, struct change_plan *plan, struct error *err)
{
	CLEANUP_FREE char *line = NULL;
	char plain[200];
	int rc = text_line(text, length, &line, err);
	if (rc != 0 || !*line)
		return rc;
	text_plain(plain, sizeof(plain), line);
	if (strlen(line) < sizeof(plain) && strcmp(plain, line) != 0)
		return error_set(
			err, EINVAL, "there are control characters in it, or it is not UTF-8");
	return action_plan(mount, subject, line, plan, err);
}

int check_action(struct mount *mount, const struct subject *subject, const char *text,
	size_t length, bool partial, struct error *err)
{
	if (length == 0 || (partial && text[length - 1] != '\n'))
		return 0;
	struct change_plan plan = control_plan(subject);
	int rc = action_line(mount, subject, text, length, &plan, err);
	change_plan_finish(&plan);
	return rc;
}

int submit_action(struct mount *mount, const struct subject *subject, const char *text,
	size_t length, struct error *err)
{
	struct change_plan plan = control_plan(subject);
	int rc = action_line(mount, subject, text, length, &plan, err);
	if (rc == 0 && plan.count > 0)
		return subject_submit(subject, &plan, err);
	change_plan_finish(&plan);
	return rc;
}
