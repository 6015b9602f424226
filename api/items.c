#include "items.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "memory.h"

struct known {
	size_t count;
	struct object *by_text[];
};

static int compare_texts(const void *left, const void *right)
{
	const struct object *a = *(struct object *const *)left, *b = *(struct object *const *)right;

	return strcmp(a->text, b->text);
}

struct known *known_create(const struct snapshot *snapshot)
{
	size_t count = snapshot != NULL ? snapshot->count : 0;
	struct known *known = xmalloc(sizeof *known + count * sizeof(struct object *));

	known->count = 0;
	for (size_t i = 0; i < count; i++)
		if (snapshot->by_id[i]->text[0] == '{')
			known->by_text[known->count++] = snapshot->by_id[i];
	qsort(known->by_text, known->count, sizeof(struct object *), compare_texts);
	return known;
}

void known_destroy(struct known *known)
{
	free(known);
}

struct place {
	const char *at, *end;
};

/* No JSON object is the beginning of another one: so at most one text begins at a place. */
static int compare_place(const void *key, const void *entry)
{
	const struct place *place = key;
	const struct object *object = *(struct object *const *)entry;
	size_t left = (size_t)(place->end - place->at);
	int order = memcmp(place->at, object->text, left < object->length ? left : object->length);

	return order != 0 || left >= object->length ? order : -1;
}

static struct object *known_at(const struct known *known, const char *at, const char *end)
{
	const struct place place = {at, end};
	struct object *const *found = bsearch(
		&place, known->by_text, known->count, sizeof(struct object *), compare_place);

	return found != NULL ? *found : NULL;
}

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && strchr(" \t\r\n", *at) != NULL && *at != '\0')
		at++;
	return at;
}

/* Behind this text and the space before it; NULL when something else stands there, or at is NULL already. */
static const char *skip(const char *at, const char *end, const char *text)
{
	size_t length = strlen(text);

	if (at == NULL)
		return NULL;
	at = skip_space(at, end);
	return (size_t)(end - at) >= length && memcmp(at, text, length) == 0 ? at + length : NULL;
}

/* The answer as a whole, for one that does not begin with its list, and for what is wrong with it. */
static int parse_whole(struct items *items, const char *key, struct error *err)
{
	items->whole = json_parse(items->body, items->length, err);
	if (items->whole == NULL)
		return -EINVAL;
	const struct json *list = json_get(items->whole, key);
	items->next = json_first(list);
	return json_type(list) == JSON_ARRAY || json_type(list) == JSON_NULL ? 0 : -EBADMSG;
}

/* What is wrong with it, and where. */
static int refuse(const struct items *items, struct error *err)
{
	CLEANUP_JSON struct json *whole = json_parse(items->body, items->length, err);

	if (whole != NULL)
		error_set(err, EINVAL, "not valid JSON");
	return -EINVAL;
}

/* From behind the list on. */
static int parse_rest(struct items *items, struct error *err)
{
	const char *comma = skip(items->at, items->end, ",");
	const char *from = comma != NULL ? comma : items->at;
	bool closed = skip(from, items->end, "}") != NULL;
	size_t length = (size_t)(items->end - from);
	char *text = xmalloc(length + 1);

	text[0] = '{';
	memcpy(text + 1, from, length);
	/* A comma, or the end, but not both. */
	items->rest = closed != (comma != NULL) ? json_parse(text, length + 1, NULL) : NULL;
	items->at = NULL;
	free(text);
	return items->rest != NULL ? 0 : refuse(items, err);
}

int items_begin(struct items *items, const char *body, size_t length, const char *key,
	const struct known *known, struct error *err)
{
	const char *end = body + length;
	CLEANUP_FREE char *quoted = xasprintf("\"%s\"", key);

	*items = (struct items){.known = known, .body = body, .end = end, .length = length};
	const char *at = skip(skip(skip(skip(body, end, "{"), end, quoted), end, ":"), end, "[");
	if (at == NULL || memchr(body, '\0', length) != NULL)
		return parse_whole(items, key, err);
	const char *empty = skip(at, end, "]");
	items->at = empty != NULL ? empty : at;
	items->room = json_room_create();
	return empty != NULL ? parse_rest(items, err) : 0;
}

/* The value at items->at, which goes behind it. */
static bool take(struct items *items, struct item *ret)
{
	const char *at = skip_space(items->at, items->end);
	size_t left = (size_t)(items->end - at);

	ret->known = known_at(items->known, at, items->end);
	ret->length = ret->known != NULL ? ret->known->length : 0;
	if (ret->known == NULL) {
		ret->json = json_parse_first(items->room, at, left, &ret->length);
		ret->text = at;
	}
	items->at = at + ret->length;
	return ret->known != NULL || ret->json != NULL;
}

static int next_of_whole(struct items *items, struct item *ret)
{
	ret->json = items->next;
	items->next = json_next(items->next);
	return ret->json != NULL;
}

int items_next(struct items *items, struct item *ret, struct error *err)
{
	*ret = (struct item){0};
	if (items->whole != NULL)
		return next_of_whole(items, ret);
	if (items->at == NULL)
		return 0;
	if (!take(items, ret))
		return refuse(items, err);
	const char *comma = skip(items->at, items->end, ",");
	const char *closed = skip(items->at, items->end, "]");
	items->at = comma != NULL ? comma : closed;
	if (items->at == NULL)
		return refuse(items, err);
	return closed == NULL || parse_rest(items, err) == 0 ? 1 : -EINVAL;
}

const struct json *items_rest(const struct items *items)
{
	return items->whole != NULL ? items->whole : items->rest;
}

void items_finish(struct items *items)
{
	json_free(items->whole);
	json_free(items->rest);
	json_room_destroy(items->room);
	*items = (struct items){0};
}
