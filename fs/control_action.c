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
		CLEANUP_FREE char *params = action_params(action);
		CLEANUP_FREE char *call = xasprintf(
			"%s%s%s", action->name, *params ? " " : "", params);
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
	CLEANUP_WORDS struct words names = {0};
	char plain[60];
	CLEANUP_TEXT struct text all = {0};
	for (size_t i = 0; kind->actions && kind->actions[i].name; i++) {
		words_add(&names, xstrdup(kind->actions[i].name));
		text_print(&all, "%s%s", i ? ", " : "", names.items[i]);
	}
	const char *near = names.count ? word_nearest(name, (const char *const *)names.items)
				       : NULL;
	text_plain(plain, sizeof(plain), name);
	return error_set(err, EINVAL, "unknown action “%s”%s%s%s; there are %s", plain,
		near ? ": did you mean " : "", near ? near : "", near ? "?" : "",
		all.data ? all.data : "none");
}

/* "id@droplets", "tags[]", "uuid@self", "cancel@true": the path ends where the rest begins. */
static size_t param_length(const char *param)
{
	return strcspn(param, "@[ ");
}

/* "params/size_gib" is said as size_gib. */
static const char *param_name(const char *param)
{
	const char *name = param;
	for (const char *at = param; at < param + param_length(param); at++)
		if (*at == '/')
			name = at + 1;
	return name;
}

/* The object's own id, or what is always so: nobody gives it. */
static bool is_given(const char *param)
{
	const char *end = param + param_length(param);
	return (strncmp(end, "@self", 5) == 0 || strncmp(end, "@true", 5) == 0) &&
	       strchr(" [", end[5]);
}

static const char *find_param(const struct action *action, const char *name)
{
	const char *at = action->params ? action->params : "";
	for (; *at; at += strcspn(at, " "), at += strspn(at, " "))
		if (!is_given(at) && param_length(param_name(at)) == strlen(name) &&
			strncmp(param_name(at), name, strlen(name)) == 0)
			return at;
	return NULL;
}

char *action_params(const struct action *action)
{
	struct text text = {0};
	for (const char *at = action->params; at && *at;
		at += strcspn(at, " "), at += strspn(at, " "))
		if (!is_given(at))
			text_print(&text, "%s%.*s", text.length ? " " : "",
				(int)param_length(param_name(at)), param_name(at));
	return text_take(&text);
}

/*
 * What a parameter refers to, in its own table ("id@droplets") or as the key of that name in spec does: rebuild
 * image="Debian 12 x64". NULL for a plain value.
 */
static const struct spec_key *reference_key(
	const struct kind *kind, const char *param, const char *name, struct spec_key *room)
{
	size_t length = param_length(param);
	if (param[length] == '@') {
		static const char ends[] = "[ ";
		for (int i = 0; i < KINDS; i++) {
			const char *other = kinds[i]->resource.name;
			if (strcspn(param + length + 1, ends) == strlen(other) &&
				strncmp(param + length + 1, other, strlen(other)) == 0) {
				*room = (struct spec_key){
					.name = name, .kind = other, .type = SPEC_REF, .by = "id"};
				return room;
			}
		}
	}
	const struct spec_key *key = kind->keys;
	while (key && key->name && (key->type != SPEC_REF || strcmp(key->name, name) != 0))
		key++;
	return key && key->name ? key : NULL;
}

static int refer(struct mount *mount, const struct spec_key *key, const char *text,
	struct json **ret, struct error *err)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	struct object *object = NULL;
	struct error error = {0};
	int target = kind_find(key->kind);
	int rc = cache_get(mount->cache, (unsigned)target, &snapshot, err);
	if (rc != 0)
		return rc;
	rc = reference_find(kinds[target], snapshot, text, &object, &error);
	/* A number may be that of something no listing has: a backup. */
	if (rc == -ENOENT && strspn(text, "0123456789") == strlen(text)) {
		*ret = spec_word(text, false);
		return 0;
	}
	if (rc != 0)
		return error_set(err, EINVAL, "%s", error.message);
	CLEANUP_JSON struct json *json = json_parse(object->text, object->length, NULL);
	*ret = reference_value(kinds[target], json, key->by);
	return 0;
}

/* Is it a text in spec, be it a number as "18"? Names are, of whatever. */
static bool is_text(const struct kind *kind, const char *name)
{
	const struct spec_key *key = kind->keys;
	if (strcmp(name, "name") == 0)
		return true;
	while (key && key->name && strcmp(key->name, name) != 0)
		key++;
	return key && key->name && key->type == SPEC_TEXT;
}

/* One word of a value, as the request has it. */
static int param_value(struct mount *mount, const struct kind *kind, const char *param,
	const char *name, const char *word, struct json **ret, struct error *err)
{
	struct spec_key room;
	CLEANUP_FREE char *value = word_unquote(word);
	if (!value || !*value)
		return error_set(err, EINVAL, "%s has no value, or its quote does not end", name);
	const struct spec_key *key = reference_key(kind, param, name, &room);
	if (key)
		return refer(mount, key, value, ret, err);
	/* What a list holds are texts wherever the API has one, ids that are numbers included. */
	bool list = param[strcspn(param, "[ ")] == '[';
	*ret = spec_word(value, list || *word == '"' || *word == '\'' || is_text(kind, name));
	return 0;
}

/* A key "maintenance_window/day" is the parameter day. */
void control_action_put(
	struct json *body, const struct action *action, const char *name, struct json *value)
{
	const char *slash = strrchr(name, '/');
	const char *param = find_param(action, name);
	if (!param && slash)
		param = find_param(action, slash + 1);
	CLEANUP_FREE char *path = param ? xstrndup(param, param_length(param)) : xstrdup(name);
	json_put(body, path, value);
}

static int take_param(struct mount *mount, const struct kind *kind, const struct action *action,
	struct json *body, char *word, struct error *err)
{
	CLEANUP_WORDS struct words words = {0};
	CLEANUP_FREE char *all = action_params(action);
	char *equals = strchr(word, '=');
	if (!equals)
		return error_set(err, EINVAL, "%s: “%.60s” is no key=value", action->name, word);
	*equals = '\0';
	const char *param = find_param(action, word);
	if (!param)
		return error_set(err, EINVAL, "%s has no parameter “%.60s”: it takes %s",
			action->name, word, *all ? all : "none");
	bool list = strncmp(param + strcspn(param, "[ "), "[]", 2) == 0;
	struct json *value = list ? json_array() : NULL;
	if (list)
		words_split(&words, equals + 1, ",");
	else
		words_add(&words, xstrdup(equals + 1));
	/* Of some actions, no list at all means all. */
	int rc = words.count ? 0 : error_set(err, EINVAL, "%s has no value", word);
	for (size_t i = 0; i < words.count && rc == 0; i++) {
		struct json *one = NULL;
		rc = param_value(mount, kind, param, word, words.items[i], &one, err);
		if (list && one)
			json_add(value, NULL, one);
		else if (one)
			value = one;
	}
	if (rc == 0)
		control_action_put(body, action, word, value);
	else
		json_free(value);
	return rc < 0 && rc != -EINPROGRESS ? error_prefix(err, "%s", action->name) : rc;
}

static int check_destroys(const struct mount *mount, const struct subject *subject,
	const struct action *action, struct error *err)
{
	bool none = mount->destroy == DESTROY_NONE;
	if (!action->destroys && !(action->removes && none))
		return 0;
	if (mount->destroy == DESTROY_ANY || (!none && subject_is_own(subject)))
		return 0;
	return error_set(err, EPERM,
		"%s would destroy what is on %s, which %s: mount with destroy=any to allow it",
		action->name, subject->name, none ? "this mount may not" : "docloud did not make");
}

/* The path with its {name}s filled in from the body, which loses them; NULL with EINVAL when one is not given. */
static char *action_path(const struct subject *subject, const struct action *action,
	struct json *body, struct error *err)
{
	struct text text = {0};
	if (strncmp(action->path, "/v2/", 4) != 0) {
		CLEANUP_FREE char *front = subject_path(subject, "");
		text_print(&text, "%s", front);
	}
	for (const char *at = action->path; *at;) {
		size_t plain = strcspn(at, "{"), length = strcspn(at + plain, "}");
		text_print(&text, "%.*s", (int)plain, at);
		at += plain;
		if (!*at)
			break;
		CLEANUP_FREE char *name = xstrndup(at + 1, length - 1);
		CLEANUP_FREE char *value = json_get(body, name) ? json_text(json_get(body, name))
								: NULL;
		CLEANUP_FREE char *escaped = http_escape(value ? value : "");
		text_print(&text, "%s", escaped);
		if (!value) {
			error_set(err, EINVAL, "%s needs %s=…", action->name, name);
			text_finish(&text);
			return NULL;
		}
		json_remove(body, name);
		at += length + 1;
	}
	return text_take(&text);
}

static void put_given(const struct subject *subject, const struct action *action, struct json *body)
{
	for (const char *at = action->params; at && *at;
		at += strcspn(at, " "), at += strspn(at, " ")) {
		if (!is_given(at))
			continue;
		CLEANUP_FREE char *name = xstrndup(at, param_length(at));
		struct json *value = at[strlen(name) + 1] == 't'
					     ? json_new_bool(true)
					     : json_new_string(subject_id(subject));
		if (at[strcspn(at, "[ ")] == '[') {
			struct json *list = json_array();
			json_add(list, NULL, value);
			value = list;
		}
		json_put(body, name, value);
	}
}

int control_action_step(const struct subject *subject, const struct action *action,
	struct json *body, const char *line, struct change_plan *plan, struct error *err)
{
	put_given(subject, action, body);
	char *path = action->path ? action_path(subject, action, body, err)
				  : subject_path(subject, "/actions");
	if (!path)
		return -EINVAL;
	const char *method = action->method ? action->method : "POST";
	if (!action->path)
		json_add_string(body, "type", action->name);
	/* One that could say something says so that it does not. */
	bool none = json_count(body) == 0 && !(action->params && strcmp(method, "POST") == 0);
	change_plan_add(
		plan, method, path, none ? NULL : json_copy(body), !action->path, "%.150s", line);
	return 0;
}

/* The one step that a line asks for. */
static int action_plan(struct mount *mount, const struct subject *subject, const char *line,
	const struct action **ret, struct change_plan *plan, struct error *err)
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
	*ret = action;
	int rc = check_destroys(mount, subject, action, err);
	for (size_t i = 1; i < words.count && rc == 0; i++)
		rc = take_param(mount, subject->kind, action, body, words.items[i], err);
	return rc == 0 ? control_action_step(subject, action, body, line, plan, err) : rc;
}

/* *ret is the action that was named, and left as it is where none was. */
static int action_line(struct mount *mount, const struct subject *subject, const char *text,
	size_t length, const struct action **ret, struct change_plan *plan, struct error *err)
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
	return action_plan(mount, subject, line, ret, plan, err);
}

int check_action(struct mount *mount, const struct subject *subject, const char *text,
	size_t length, bool partial, struct error *err)
{
	if (length == 0 || (partial && text[length - 1] != '\n'))
		return 0;
	struct change_plan plan = control_plan(subject);
	const struct action *action = NULL;
	int rc = action_line(mount, subject, text, length, &action, &plan, err);
	change_plan_finish(&plan);
	return rc;
}

int submit_action(struct mount *mount, const struct subject *subject, const char *text,
	size_t length, struct error *err)
{
	struct change_plan plan = control_plan(subject);
	const struct action *action = NULL;
	int rc = action_line(mount, subject, text, length, &action, &plan, err);
	if (rc != 0 || plan.count == 0) {
		change_plan_finish(&plan);
		return rc;
	}
	bool told = action && action->sent;
	if (told)
		action->sent(mount, subject, SENDING);
	rc = subject_submit(subject, &plan, err);
	if (told)
		action->sent(mount, subject, rc == 0 ? SENT : NOT_SENT);
	return rc;
}
