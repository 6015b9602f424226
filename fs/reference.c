#include "reference.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "provision/stack.h"
#include "provision/text.h"
#include "words.h"

enum { CANDIDATES = 5, ALL_OF_THEM = 16 };

static void add_name(const struct json *json, const char *path, struct words *names)
{
	if (path && json_get(json, path))
		words_add(names, json_text(json_get(json, path)));
}

/* The names by which an object may be called beyond its directory's, as text: also what that is made from, as it is. */
static void add_aliases(const struct kind *kind, const struct json *json, struct words *names)
{
	add_name(json, kind->resource.name_keys[0], names);
	add_name(json, kind->resource.name_keys[1], names);
	add_name(json, kind->alias_path, names);
	if (!kind->alias_pair[0])
		return;
	const char *first = json_get_string(json, kind->alias_pair[0]);
	const char *second = json_get_string(json, kind->alias_pair[1]);
	if (first && second)
		words_add(names, xasprintf("%s %s", first, second));
}

static bool alias_matches(const struct kind *kind, const struct object *object, const char *word)
{
	CLEANUP_JSON struct json *json = json_parse(object->text, object->length, NULL);
	CLEANUP_WORDS struct words names = {0};
	add_aliases(kind, json, &names);
	for (size_t i = 0; i < names.count; i++)
		if (strcasecmp(names.items[i], word) == 0)
			return true;
	return kind->alias && kind->alias(json, word);
}

static bool name_matches(const struct kind *kind, const struct object *object, const char *word)
{
	(void)kind;
	return strcasecmp(object->base, word) == 0 || strcmp(object->name, word) == 0 ||
	       strcmp(object->id, word) == 0;
}

/* All that match, the first CANDIDATES of them named; what is matched last stands in *ret. */
static size_t matches(const struct kind *kind, const struct snapshot *snapshot, const char *word,
	bool (*match)(const struct kind *, const struct object *, const char *), struct text *named,
	struct object **ret)
{
	size_t count = 0;
	for (size_t i = 0; i < snapshot->count; i++) {
		struct object *object = snapshot->by_name[i];
		if (!match(kind, object, word))
			continue;
		*ret = object;
		if (count++ >= CANDIDATES)
			continue;
		text_print(named, "%s%s", count > 1 ? ", " : "", object->name);
		if (strcmp(object->name, object->id) != 0)
			text_print(named, " (id %s)", object->id);
	}
	return count;
}

/* docloud's own tags are nobody's to name. */
static bool is_shown(const struct kind *kind, const struct object *object)
{
	return !kind->hidden || !kind->hidden(NULL, object->name);
}

/* Every name in lower case, for the search of near ones; items and what to show for them, in the same order. */
static void collect(const struct kind *kind, const struct snapshot *snapshot, struct words *lower,
	struct words *shown)
{
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct object *object = snapshot->by_name[i];
		if (!is_shown(kind, object))
			continue;
		CLEANUP_JSON struct json *json = json_parse(object->text, object->length, NULL);
		size_t first = lower->count;
		words_add(lower, xstrdup(object->name));
		add_aliases(kind, json, lower);
		for (size_t n = first; n < lower->count; n++) {
			words_add(shown, xstrdup(lower->items[n]));
			for (char *p = lower->items[n]; *p; p++)
				if (*p >= 'A' && *p <= 'Z')
					*p += 'a' - 'A';
		}
	}
}

/* The names that the word is in, as many as `most`. */
static void put_names(struct text *text, const struct kind *kind, const struct snapshot *snapshot,
	const char *word, size_t most)
{
	for (size_t i = 0, found = 0; i < snapshot->count && found < most; i++) {
		const struct object *object = snapshot->by_name[i];
		if (strcasestr(object->name, word) && is_shown(kind, object))
			text_print(text, "%s%s", found++ ? ", " : ": there are ", object->name);
	}
}

/* ": did you mean …?", or names that hold the word, or all when they are few; "" when nothing helps. */
static char *hint(const struct kind *kind, const struct snapshot *snapshot, const char *word)
{
	CLEANUP_WORDS struct words lower = {0};
	CLEANUP_WORDS struct words shown = {0};
	CLEANUP_FREE char *wanted = xstrdup(word);
	struct text text = {0};
	for (char *p = wanted; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	collect(kind, snapshot, &lower, &shown);
	const char *near = lower.count ? word_nearest(wanted, (const char *const *)lower.items)
				       : NULL;
	for (size_t i = 0; near && i < lower.count; i++)
		if (lower.items[i] == near)
			return xasprintf(": did you mean %s?", shown.items[i]);
	if (strlen(word) > 1)
		put_names(&text, kind, snapshot, word, CANDIDATES);
	if (!text.length && snapshot->count <= ALL_OF_THEM)
		put_names(&text, kind, snapshot, "", ALL_OF_THEM);
	text_print(&text, "%s", text.length ? ";" : ":");
	return text_take(&text);
}

int reference_find(const struct kind *kind, const struct snapshot *snapshot, const char *word,
	struct object **ret, struct error *err)
{
	CLEANUP_TEXT struct text named = {0};
	struct object *found = snapshot_by_id(snapshot, word);
	char plain[80];
	text_plain(plain, sizeof(plain), word);
	size_t count = found ? 1 : matches(kind, snapshot, word, name_matches, &named, &found);
	/* What is called so outright is meant, whatever else goes by that name. */
	if (count == 0)
		count = matches(kind, snapshot, word, alias_matches, &named, &found);
	if (count == 1) {
		*ret = found;
		return 0;
	}
	if (count > 1)
		return error_set(err, EINVAL, "%s “%s” may mean %s%s: write which one",
			kind->resource.object_key, plain, named.data,
			count > CANDIDATES ? " and others" : "");
	CLEANUP_FREE char *near = hint(kind, snapshot, word);
	return error_set(err, ENOENT, "unknown %s “%s”%s `ls %s` shows all",
		kind->resource.object_key, plain, near, kind->resource.name);
}

static bool is_scalar(const struct json *value)
{
	return json_type(value) == JSON_STRING || json_type(value) == JSON_NUMBER;
}

struct json *reference_value(const struct kind *kind, const struct json *shown, const char *by)
{
	const struct json *value = shown;
	if (json_type(shown) == JSON_OBJECT) {
		const char *members[] = {
			by ? by : "slug", kind->resource.id_keys[0], kind->resource.id_keys[1]};
		for (int i = 0; i < 3 && members[i] && !is_scalar(value); i++)
			value = json_get(shown, members[i]);
	}
	return is_scalar(value) ? json_copy(value) : NULL;
}

static bool called(const struct json *value, const char *word)
{
	CLEANUP_FREE char *text = is_scalar(value) ? json_text(value) : NULL;
	return text && strcasecmp(text, word) == 0;
}

bool reference_is(const struct kind *kind, const struct json *shown, const char *word)
{
	if (json_type(shown) != JSON_OBJECT)
		return called(shown, word);
	for (int i = 0; i < 2; i++) {
		const char *name = kind->resource.name_keys[i], *id = kind->resource.id_keys[i];
		if ((name && called(json_get(shown, name), word)) ||
			(id && called(json_get(shown, id), word)))
			return true;
	}
	return false;
}
