#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "spec.h"
#include "words.h"

/*
 * Items of a list that have words of their own, told by the table of their members: each word is given to the member that
 * it belongs to, and what a member was given is then read as a value of its type.
 */
enum { MEMBERS_MAX = 16 };

struct item {
	struct spec *spec;
	const struct spec_key *key;
	struct text given[MEMBERS_MAX]; /* what was said of each member */
	bool led[MEMBERS_MAX];		/* its leading word was there */
	size_t at;			/* the member that the next word belongs to */
};

static void item_finish(struct item *item)
{
	for (size_t i = 0; i < MEMBERS_MAX; i++)
		text_finish(&item->given[i]);
}

/* "tag:" begins the words themselves; "to" is a word that stands before them. */
static bool is_prefix(const struct spec_key *member)
{
	return member->lead && member->lead[strlen(member->lead) - 1] == ':';
}

static bool is_list(const struct spec_key *member)
{
	return member->type == SPEC_WORDS || member->type == SPEC_REFS;
}

/* Said as name=value only. */
static bool is_named(const struct spec_key *member)
{
	return !member->required && !member->lead && !member->each && !is_list(member);
}

static void give(struct item *item, size_t member, const char *word)
{
	struct text *given = &item->given[member];
	text_print(given, "%s%s", given->length ? " " : "", word);
}

static const char *last_word(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* A word that says itself whose it is. */
static bool take_named(struct item *item, const char *word)
{
	const struct spec_key *members = item->key->members;
	for (size_t i = 0; members[i].name; i++) {
		const char *name = last_word(members[i].name);
		size_t length = strlen(name);
		if (is_prefix(&members[i]) &&
			strncmp(word, members[i].lead, strlen(members[i].lead)) == 0) {
			give(item, i, word + strlen(members[i].lead));
			return true;
		}
		if (strncmp(word, name, length) == 0 && word[length] == '=') {
			give(item, i, word + length + 1);
			return true;
		}
		if (members[i].lead && !item->led[i] && strcmp(word, members[i].lead) == 0) {
			item->led[i] = true;
			item->at = i;
			return true;
		}
	}
	return false;
}

static void take_word(struct item *item, const char *word)
{
	const struct spec_key *members = item->key->members;
	if (take_named(item, word))
		return;
	const struct spec_key *member = &members[item->at];
	while (member->name && (is_prefix(member) || is_named(member) ||
				       (item->given[item->at].length && !is_list(member))))
		member = &members[++item->at];
	if (member->name && (!member->lead || item->led[item->at]))
		give(item, item->at, word);
	else
		spec_wrong(item->spec, item->key->name,
			"%s: “%.60s” does not belong there: it is said as “%s”", item->key->name,
			word, item->key->example);
}

/* The value of one member into every item that there is so far; of one that makes several, into a copy for each. */
static int put_member(struct item *item, const struct spec_key *member, const char *text,
	struct json *into, struct error *err)
{
	struct spec_value value = {.key = member, .text = xstrdup(text)};
	int rc = spec_convert(item->spec, &value, err);
	if (value.json)
		json_put(into, member->name, value.json);
	free(value.text);
	json_free(value.target);
	return rc;
}

static int put_members(struct item *item, const char *each, struct json *list, struct error *err)
{
	const struct spec_key *members = item->key->members;
	struct json *made = json_object();
	int rc = 0;
	for (size_t i = 0; members[i].name && rc == 0; i++) {
		const char *text = item->given[i].data ? item->given[i].data : members[i].fallback;
		if (members[i].each && each)
			text = each;
		if (text && *text)
			rc = put_member(item, &members[i], text, made, err);
		else if (text && members[i].fallback)
			json_put(made, members[i].name, json_new_string(""));
		else if (members[i].required)
			spec_wrong(item->spec, item->key->name,
				"%s: %s is missing: it is said as “%s”", item->key->name,
				last_word(members[i].name), item->key->example);
	}
	json_add(list, NULL, made);
	return rc;
}

int spec_item(struct spec *spec, const struct spec_key *key, const char *words, struct json *list,
	struct error *err)
{
	__attribute__((cleanup(item_finish))) struct item item = {.spec = spec, .key = key};
	CLEANUP_WORDS struct words all = {0};
	CLEANUP_WORDS struct words each = {0};
	words_split(&all, words, " \t");
	size_t mistakes = spec->wrong.length;
	for (size_t i = 0; i < all.count && spec->wrong.length == mistakes; i++)
		take_word(&item, all.items[i]);
	if (spec->wrong.length != mistakes)
		return 0;
	for (size_t i = 0; key->members[i].name; i++)
		if (key->members[i].each && item.given[i].data)
			words_split(&each, item.given[i].data, ", ");
	int rc = each.count ? 0 : put_members(&item, NULL, list, err);
	for (size_t i = 0; i < each.count && rc == 0; i++)
		rc = put_members(&item, each.items[i], list, err);
	return rc;
}

/* What no member is called is a mistake; above: where in the item this is. */
static void check_known(
	struct spec *spec, const struct spec_key *key, const struct json *json, const char *above)
{
	for (const struct json *at = json_first(json); at; at = json_next(at)) {
		CLEANUP_FREE char *path = xasprintf(
			"%s%s%s", above, *above ? "/" : "", json_key(at));
		const struct spec_key *member = key->members;
		while (member->name && strcmp(member->name, path) != 0)
			member++;
		if (!member->name && json_type(at) == JSON_OBJECT)
			check_known(spec, key, at, path);
		else if (!member->name)
			spec_wrong(spec, key->name, "%s: unknown “%.60s”: it is said as “%s”",
				key->name, path, key->example);
	}
}

int spec_item_json(struct spec *spec, const struct spec_key *key, const struct json *item,
	struct json *list, struct error *err)
{
	if (json_type(item) != JSON_OBJECT) {
		spec_wrong(spec, key->name, "%s takes a list of objects", key->name);
		return 0;
	}
	check_known(spec, key, item, "");
	CLEANUP_FREE char *words = spec_item_words(key, item);
	return spec_item(spec, key, words, list, err);
}

/* Does it go without saying? */
static bool is_usual(const struct spec_key *member, const struct json *value)
{
	CLEANUP_FREE char *text = json_text(value);
	if (member->type == SPEC_BOOL && !member->fallback)
		return !json_is_true(value);
	if (member->type == SPEC_OBJECT)
		return json_count(value) == 0;
	/* max_nodes of a pool that does not grow by itself */
	if (member->type == SPEC_NUMBER && !member->required && !member->fallback)
		return strcmp(text, "0") == 0;
	return !*text || strcmp(text, member->fallback ? member->fallback : "[]") == 0;
}

static void put_words(struct text *text, const struct spec_key *member, const struct json *value)
{
	CLEANUP_FREE char *plain = json_text(value);
	CLEANUP_FREE char *word = word_quote(plain);
	bool named = is_named(member);
	text_print(text, "%s%s%s%s", text->length ? " " : "",
		named		    ? last_word(member->name)
		: is_prefix(member) ? member->lead
				    : "",
		named ? "=" : "", word);
}

char *spec_item_words(const struct spec_key *key, const struct json *item)
{
	struct text text = {0};
	const char *lead = NULL;
	for (const struct spec_key *member = key->members; member->name; member++) {
		const struct json *value = json_get(item, member->name);
		if (member->lead && !is_prefix(member))
			lead = member->lead;
		if (!value || is_usual(member, value))
			continue;
		if (lead)
			text_print(&text, "%s%s", text.length ? " " : "", lead);
		lead = NULL;
		bool list = json_type(value) == JSON_ARRAY;
		for (const struct json *at = list ? json_first(value) : value; at;
			at = list ? json_next(at) : NULL)
			put_words(&text, member, at);
	}
	return text_take(&text);
}
