#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "control.h"
#include "reference.h"
#include "words.h"

/* What an object is, in the words of a spec; and what has to be done for it to be something else. */

bool list_has(const struct json *list, const char *word)
{
	for (const struct json *item = json_first(list); item; item = json_next(item))
		if (json_string(item) && strcmp(json_string(item), word) == 0)
			return true;
	return false;
}

/* docloud's own tags are no part of a spec. */
static struct json *shown_words(
	const struct mount *mount, const struct spec_key *key, const struct json *list)
{
	const struct kind *kind = key->kind ? kinds[kind_find(key->kind)] : NULL;
	struct json *shown = json_array();
	for (const struct json *item = json_first(list); item; item = json_next(item))
		if (!kind || !kind->hidden || !json_string(item) ||
			!kind->hidden(mount, json_string(item)))
			json_add(shown, NULL, json_copy(item));
	return shown;
}

/* As the object itself shows it, in the form that the API takes; NULL when it does not. */
static struct json *present_value(
	const struct mount *mount, const struct subject *subject, const struct spec_key *key)
{
	const struct json *shown = spec_shown(key, subject->json);
	if (!shown || json_type(shown) == JSON_NULL)
		return NULL;
	if (control_boot_is_own(subject->kind, key)) {
		CLEANUP_FREE char *own = control_boot_own(mount, key, subject->json);
		return own ? json_new_string(own) : NULL;
	}
	if (key->type == SPEC_REF)
		return reference_value(kinds[kind_find(key->kind)], shown, key->by);
	if (key->type == SPEC_BOOL && json_type(shown) == JSON_ARRAY)
		return json_new_bool(list_has(shown, key->name));
	if (key->type == SPEC_WORDS)
		return shown_words(mount, key, shown);
	return json_copy(shown);
}

/* A text that, without its quotes, is read as a number or a truth: version 12. */
static bool is_other_word(const struct json *member)
{
	CLEANUP_JSON struct json *read = json_string(member) ? spec_word(json_string(member), false)
							     : NULL;
	return read && json_type(read) != JSON_STRING;
}

/* An item as spec takes it: in words of its own, as key=value, or as JSON where it holds more than that can say. */
static char *item_words(const struct spec_key *key, const struct json *item)
{
	struct text text = {0};
	if (key->members)
		return spec_item_words(key, item);
	for (const struct json *member = json_first(item); member; member = json_next(member))
		if (json_type(member) == JSON_OBJECT || json_type(member) == JSON_ARRAY ||
			is_other_word(member))
			return json_print(item);
	for (const struct json *member = json_first(item); member; member = json_next(member)) {
		CLEANUP_FREE char *plain = json_text(member);
		CLEANUP_FREE char *word = word_quote(plain);
		if (json_type(member) != JSON_NULL)
			text_print(
				&text, "%s%s=%s", text.length ? " " : "", json_key(member), word);
	}
	return text_take(&text);
}

/* A value of a spec as a line of it says it. */
static char *line_value(const struct spec_key *key, const struct json *value)
{
	struct text text = {0};
	if (json_type(value) != JSON_ARRAY) {
		char *plain = json_text(value);
		/* JSON is what it is, but where a part of it would be a comment. */
		if (key->type == SPEC_OBJECT && !strchr(plain, '#'))
			return plain;
		char *quoted = word_quote(plain);
		free(plain);
		return quoted;
	}
	for (const struct json *item = json_first(value); item; item = json_next(item)) {
		if (key->type == SPEC_ITEMS) {
			CLEANUP_FREE char *words = item_words(key, item);
			text_print(&text, "%s%s", text.length ? "; " : "", words);
			continue;
		}
		CLEANUP_FREE char *plain = json_text(item);
		CLEANUP_FREE char *word = word_quote(plain);
		text_print(&text, "%s%s", text.length ? ", " : "", word);
	}
	return text_take(&text);
}

/* The text that a spec gave a key, freed by the caller; NULL when it did not. */
static char *written(const struct spec *spec, const char *key)
{
	for (size_t i = 0; spec && i < spec->count; i++) {
		const struct spec_value *value = &spec->values[i];
		if (strcmp(value->key->name, key) == 0)
			return value->raw ? line_value(value->key, value->raw)
					  : xstrdup(value->text);
	}
	return NULL;
}

static int compare_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What is compared: of an item that has words of its own those, for the API may say more of it; tags that differ in case
 * only are one. */
static void add_texts(struct words *words, const struct spec_key *key, const struct json *list)
{
	bool tags = key->type == SPEC_WORDS && key->kind && strcmp(key->kind, "tags") == 0;
	for (const struct json *item = json_first(list); item; item = json_next(item)) {
		char *text = key->members ? spec_item_words(key, item) : json_text(item);
		for (char *at = text; tags && *at; at++)
			if (*at >= 'A' && *at <= 'Z')
				*at += 'a' - 'A';
		words_add(words, text);
	}
	if (words->count)
		qsort(words->items, words->count, sizeof(*words->items), compare_text);
}

/* Lists are sets here. */
static bool same(const struct spec_key *key, const struct json *a, const struct json *b)
{
	CLEANUP_WORDS struct words left = {0};
	CLEANUP_WORDS struct words right = {0};
	if (json_type(a) != JSON_ARRAY || json_type(b) != JSON_ARRAY) {
		CLEANUP_FREE char *first = json_text(a);
		CLEANUP_FREE char *second = json_text(b);
		return strcmp(first, second) == 0;
	}
	add_texts(&left, key, a);
	add_texts(&right, key, b);
	if (left.count != right.count)
		return false;
	for (size_t i = 0; i < left.count; i++)
		if (strcmp(left.items[i], right.items[i]) != 0)
			return false;
	return true;
}

/* The spec that the object was made from, as far as it is known here: taken apart, and checked where it still can be. */
struct recorded {
	struct spec *plain, *checked;
};

static void recorded_finish(struct recorded *recorded)
{
	spec_free(recorded->plain);
	spec_free(recorded->checked);
}

static int recorded_read(
	struct mount *mount, const struct subject *subject, bool check, struct recorded *ret)
{
	const char *text = subject->has_job ? subject->job.spec : "";
	size_t length = strlen(text);
	if (length == 0 || spec_parse(NULL, subject->kind, subject->name, subject->json, text,
				   length, false, &ret->plain, NULL) != 0)
		return 0;
	int rc = check ? control_spec(mount, subject, text, length, false, &ret->checked, NULL) : 0;
	return rc == -EINPROGRESS ? rc : 0;
}

/* Others, each by what is sent of it: a pool may show the ids of keys whose fingerprints it was given. */
static struct json *sent_refs(
	const struct mount *mount, const struct spec_key *key, const struct json *list)
{
	unsigned kind = (unsigned)kind_find(key->kind);
	CLEANUP_SNAPSHOT struct snapshot *all = NULL;
	struct json *sent = json_array();
	int rc = cache_get(mount->cache, kind, &all, NULL);
	for (const struct json *item = json_first(list); item; item = json_next(item)) {
		CLEANUP_FREE char *word = json_text(item);
		struct object *object = NULL;
		CLEANUP_JSON struct json *target = NULL;
		if (rc == 0 && reference_find(kinds[kind], all, word, &object, NULL) == 0)
			target = json_parse(object->text, object->length, NULL);
		struct json *value = reference_value(kinds[kind], target, key->by);
		json_add(sent, NULL, value ? value : json_copy(item));
	}
	return sent;
}

static bool is_same(const struct mount *mount, const struct subject *subject,
	const struct spec_value *value, const struct recorded *recorded)
{
	const struct spec_key *key = value->key;
	if (!key->unshown) {
		CLEANUP_JSON struct json *now = present_value(mount, subject, key);
		const char *text = json_string(value->json);
		if (key->type == SPEC_REFS && key->by && json_type(now) == JSON_ARRAY) {
			struct json *sent = sent_refs(mount, key, now);
			json_free(now);
			now = sent;
		}
		if (!now && text && !*text)
			return true;
		return now ? same(key, now, value->json)
			   : json_count(value->json) == 0 && !value->text;
	}
	CLEANUP_FREE char *before = written(recorded->plain, key->name);
	CLEANUP_FREE char *after = value->raw ? line_value(value->key, value->raw)
					      : xstrdup(value->text);
	const struct json *checked = recorded->checked ? spec_get(recorded->checked, key->name)
						       : NULL;
	return (before && strcmp(before, after) == 0) ||
	       (checked && same(key, checked, value->json));
}

static bool is_same_stack(const struct subject *subject, const struct spec_value *value)
{
	CLEANUP_FREE char *present = control_boot_line(value->key, subject->json);
	CLEANUP_FREE char *wanted = control_stack_line(json_string(value->json));
	return strcmp(present ? present : "", wanted) == 0;
}

/* What differs from what is there: steps of its own for some keys, an action or one request for the others. */
struct diff {
	struct mount *mount;
	const struct subject *subject;
	const struct spec *spec;
	struct change_plan *plan;
	const char *action;	    /* the one whose step was made last */
	struct text updated, fixed; /* names of keys; sentences */
};

static void diff_finish(struct diff *diff)
{
	text_finish(&diff->updated);
	text_finish(&diff->fixed);
}

static int check_growth(const struct diff *diff, const struct spec_value *value, struct error *err)
{
	double now = 0, then = 0;
	const struct spec_key *key = value->key;
	if (!key->grows || !json_number(spec_shown(key, diff->subject->json), &now) ||
		!json_number(value->json, &then) || then >= now)
		return 0;
	return error_set(err, EINVAL, "%s cannot become smaller: it is %g now", key->name, now);
}

/* A line without a value, of what has one, would be passed over in silence. */
static int check_empty(const struct diff *diff, const struct spec_value *value, struct error *err)
{
	const struct spec_key *key = value->key;
	const char *text = value->text;
	bool empty = text && (!*text || strcmp(text, "\"\"") == 0 || strcmp(text, "''") == 0);
	if (value->json || !empty || key->local || key->type == SPEC_STACK)
		return 0;
	CLEANUP_FREE char *now = json_text(spec_shown(key, diff->subject->json));
	if (!*now || strcmp(now, "[]") == 0 || strcmp(now, "{}") == 0)
		return 0;
	return error_set(err, EINVAL, "%s has no value: leave the line out, and it stays as it is",
		key->name);
}

static bool is_different(
	const struct diff *diff, const struct spec_value *value, const struct recorded *recorded)
{
	const struct spec_key *key = value->key;
	bool stack = key->type == SPEC_STACK;
	if (!value->json || key->local || (stack && !key->body))
		return false;
	return !(stack ? is_same_stack(diff->subject, value)
		       : is_same(diff->mount, diff->subject, value, recorded));
}

/* An action changes several keys at once: those that the spec does not name stay as they are,
 * which what can only grow does by itself. */
static int action_step(struct diff *diff, const char *name, struct error *err)
{
	const struct kind *kind = diff->subject->kind;
	const struct action *action = kind->actions;
	CLEANUP_JSON struct json *body = json_object();
	CLEANUP_TEXT struct text say = {0};
	text_print(&say, "%s", name);
	while (strcmp(action->name, name) != 0)
		action++;
	for (const struct spec_key *key = kind->keys; key->name; key++) {
		if (!key->action || strcmp(key->action, name) != 0)
			continue;
		const struct json *wanted = spec_get(diff->spec, key->name);
		CLEANUP_JSON struct json *now = present_value(diff->mount, diff->subject, key);
		if (key->grows && (!wanted || json_equal(now, wanted)))
			continue;
		struct json *value = json_copy(wanted ? wanted : now);
		CLEANUP_FREE char *text = json_text(wanted);
		if (wanted)
			text_print(&say, " %s=%s", key->name, text);
		if (value)
			control_action_put(body, action, key->body ? key->body : key->name, value);
	}
	return control_action_step(diff->subject, action, body, say.data, diff->plan, err);
}

static int key_change(struct diff *diff, const struct spec_value *value, struct error *err)
{
	const struct spec_key *key = value->key;
	int rc = check_growth(diff, value, err);
	if (rc != 0)
		return rc;
	if (key->change)
		return key->change(diff->mount, diff->subject, key, value->json, diff->plan, err);
	if (key->action) {
		bool made = diff->action && strcmp(diff->action, key->action) == 0;
		diff->action = key->action;
		return made ? 0 : action_step(diff, key->action, err);
	}
	if (diff->subject->kind->update && !key->fixed)
		text_print(&diff->updated, "%s%s", diff->updated.length ? ", " : "", key->name);
	else
		text_print(&diff->fixed, "%s%s is fixed at creation: %s",
			diff->fixed.length ? "; " : "", key->name,
			key->fixed ? key->fixed : "make a new one");
	return 0;
}

static int update_step(struct diff *diff, struct error *err)
{
	const struct kind *kind = diff->subject->kind;
	struct json *body = NULL;
	int rc = control_body(diff->mount, diff->spec, &body, err);
	if (rc == 0)
		change_plan_add(diff->plan, kind->update, subject_path(diff->subject, ""), body,
			false, "change %s%s%s%s", diff->updated.data, kind->consequence ? " (" : "",
			kind->consequence ? kind->consequence : "", kind->consequence ? ")" : "");
	return rc;
}

int control_diff(struct mount *mount, const struct subject *subject, const struct spec *spec,
	struct change_plan *plan, struct error *err)
{
	__attribute__((cleanup(recorded_finish))) struct recorded recorded = {0};
	__attribute__((cleanup(diff_finish))) struct diff diff = {
		.mount = mount, .subject = subject, .spec = spec, .plan = plan};
	int rc = recorded_read(mount, subject, true, &recorded);
	/* In the order of the table, in which keys of one action stand together. */
	for (const struct spec_key *key = subject->kind->keys; key->name && rc == 0; key++)
		for (size_t i = 0; i < spec->count && rc == 0; i++) {
			const struct spec_value *value = &spec->values[i];
			if (value->key == key)
				rc = check_empty(&diff, value, err);
			if (rc == 0 && value->key == key && is_different(&diff, value, &recorded))
				rc = key_change(&diff, value, err);
		}
	if (rc == 0 && diff.fixed.length)
		return error_set(err, EPERM, "%s", diff.fixed.data);
	return rc == 0 && diff.updated.length ? update_step(&diff, err) : rc;
}

/* Of items a line each. */
static void put_items(struct text *text, const struct spec_key *key, const struct json *list)
{
	for (const struct json *item = json_first(list); item; item = json_next(item)) {
		CLEANUP_FREE char *words = item_words(key, item);
		text_print(text, "%s = %s\n", key->name, words);
	}
}

static void put_lines(struct text *text, struct mount *mount, const struct subject *subject,
	const struct recorded *recorded)
{
	for (const struct spec_key *key = subject->kind->keys; key && key->name; key++) {
		CLEANUP_JSON struct json *now = present_value(mount, subject, key);
		CLEANUP_FREE char *value = NULL;
		/* Of two that exclude each other the API may show both: the droplets that have the tag. */
		CLEANUP_FREE char *rival = json_text(
			key->unless ? json_get(subject->json, key->unless) : NULL);
		if (key->unique || key->later || *rival)
			continue;
		if (key->type == SPEC_STACK && key->body)
			value = control_boot_line(key, subject->json);
		else if (key->type == SPEC_STACK)
			value = control_stack_line(subject->has_job ? subject->job.stack : "");
		else if (now && key->type == SPEC_ITEMS)
			put_items(text, key, now);
		else if (now)
			value = line_value(key, now);
		else if (key->unshown)
			value = written(recorded->plain, key->name);
		if (value && *value && strcmp(value, "\"\"") != 0)
			text_print(text, "%s = %s\n", key->name, value);
	}
}

/* Of one that is being created or was refused: what was written, and the stack that came in a file of its own. */
static char *unborn_text(struct mount *mount, const struct subject *subject)
{
	struct spec *plain = NULL;
	const char *text = subject->job.spec;
	CLEANUP_FREE char *stack = control_stack_line(subject->job.stack);
	size_t length = strlen(text);
	(void)mount;
	bool lines = length > 0 &&
		     spec_parse(NULL, subject->kind, subject->name, NULL, text, length, false,
			     &plain, NULL) == 0 &&
		     !plain->whole;
	bool has = !lines || !*stack;
	for (size_t i = 0; lines && i < plain->count; i++)
		has = has || plain->values[i].key->type == SPEC_STACK;
	spec_free(plain);
	if (has)
		return xstrdup(text);
	return xasprintf("%s%sstack = %s\n", text, text[length - 1] == '\n' ? "" : "\n", stack);
}

char *control_spec_text(struct mount *mount, const struct subject *subject)
{
	__attribute__((cleanup(recorded_finish))) struct recorded recorded = {0};
	struct text text = {0};
	if (!subject->object && subject->has_job)
		return unborn_text(mount, subject);
	recorded_read(mount, subject, false, &recorded);
	put_lines(&text, mount, subject, &recorded);
	return text_take(&text);
}
