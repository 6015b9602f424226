#include "json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "memory.h"

enum { PRINT_ROOM = 8192, ROOM = 65536, LONG = 16 };

/* A struct json is never defined: these two are the border to cJSON. */
static cJSON *node(const struct json *value)
{
	return (cJSON *)value;
}

static struct json *wrap(cJSON *value)
{
	return (struct json *)value;
}

static struct json *made(cJSON *value)
{
	if (value == NULL)
		abort();
	return wrap(value);
}

struct json_room {
	cJSON *value;
	bool outside; /* some of it had no room, and is of malloc() */
	size_t used;
	max_align_t bytes[ROOM / sizeof(max_align_t)];
};

/* In which values are being made or ended in this thread; NULL: as cJSON does by itself. */
static _Thread_local struct json_room *entered;

static void *allocate(size_t size)
{
	size_t rounded = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t);

	if (entered == NULL)
		return malloc(size);
	if (rounded > ROOM / sizeof(max_align_t) - entered->used) {
		entered->outside = true;
		return malloc(size);
	}
	entered->used += rounded;
	return entered->bytes + entered->used - rounded;
}

static void release(void *memory)
{
	uintptr_t first = (uintptr_t)(entered != NULL ? entered->bytes : NULL);

	if (entered == NULL || (uintptr_t)memory < first || (uintptr_t)memory >= first + ROOM)
		free(memory);
}

/*
 * Whole numbers that a double does not hold. cJSON has doubles alone, so those of LONG digits and more become its raw text,
 * which it copies and prints as it stands; everywhere else here they are numbers.
 */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* So many digits stand over one of every LONG bytes: the others need not be looked at, in what is the hottest path. */
static bool has_long(const char *text, size_t length)
{
	for (size_t i = LONG - 1; i < length; i += LONG) {
		size_t first = i, last = i;

		if (!is_digit(text[i]))
			continue;
		while (++last < length && is_digit(text[last]))
			continue;
		while (first > 0 && is_digit(text[first - 1]))
			first--;
		if (last - first >= LONG)
			return true;
	}
	return false;
}

static void make_raw(cJSON *value, const char *digits, size_t length)
{
	value->valuestring = allocate(length + 1);
	if (value->valuestring == NULL)
		abort();
	memcpy(value->valuestring, digits, length);
	value->valuestring[length] = '\0';
	value->type = (value->type & ~0xff) | cJSON_Raw;
}

/* What of a text that was parsed has not been passed yet. */
struct rest {
	const char *at, *end;
};

/* The next number in it is that value. */
static void keep_number(cJSON *value, struct rest *rest)
{
	const char *at = rest->at, *digits;

	for (; at < rest->end && *at != '-' && !is_digit(*at); at++)
		if (*at == '"')
			for (at++; at < rest->end && *at != '"'; at++)
				at += *at == '\\';
	digits = at + (at < rest->end && *at == '-');
	for (rest->at = digits; rest->at < rest->end && is_digit(*rest->at);)
		rest->at++;
	bool whole = rest->at == rest->end || *rest->at == '\0' || !strchr(".eE", *rest->at);
	if (whole && rest->at - digits >= LONG && *digits != '0')
		make_raw(value, at, (size_t)(rest->at - at));
	while (rest->at < rest->end && strchr("+-.eE0123456789", *rest->at) != NULL)
		rest->at++;
}

/* Numbers stand in the tree in the order of the text. */
static void keep_numbers(cJSON *value, struct rest *rest)
{
	for (; value != NULL; value = value->next) {
		if (cJSON_IsNumber(value))
			keep_number(value, rest);
		keep_numbers(value->child, rest);
	}
}

static cJSON *with_long(cJSON *value, const char *text, const char *end)
{
	if (value != NULL && has_long(text, (size_t)(end - text)))
		keep_numbers(value, &(struct rest){text, end});
	return value;
}

static size_t line_of(const char *text, const char *at)
{
	size_t line = 1;

	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

struct json *json_parse(const char *text, size_t length, struct error *err)
{
	const char *end = text, *stop = text + length;
	const char *nul = memchr(text, '\0', length);
	cJSON *value = NULL;

	if (nul == NULL)
		value = cJSON_ParseWithLengthOpts(text, length, &end, 0);
	else
		end = nul;
	if (end == NULL || end > stop)
		end = stop;
	while (value != NULL && end < stop && strchr(" \t\r\n", *end) != NULL)
		end++;
	if (value != NULL && end == stop)
		return wrap(with_long(value, text, end));
	cJSON_Delete(value);
	error_set(err, EINVAL, "line %zu: not valid JSON%s", line_of(text, end),
		nul != NULL	? " (it has a NUL byte)"
		: value != NULL ? " (something stands behind its end)"
		: end == stop	? " (it ends too early)"
				: "");
	return NULL;
}

__attribute__((constructor)) static void use_rooms(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = allocate, .free_fn = release});
}

struct json_room *json_room_create(void)
{
	struct json_room *room = xmalloc(sizeof *room);

	room->value = NULL;
	room->outside = false;
	room->used = 0;
	return room;
}

static void empty(struct json_room *room)
{
	entered = room;
	if (room->outside)
		cJSON_Delete(room->value);
	entered = NULL;
	room->value = NULL;
	room->outside = false;
	room->used = 0;
}

void json_room_destroy(struct json_room *room)
{
	if (room != NULL)
		empty(room);
	free(room);
}

const struct json *json_parse_first(
	struct json_room *room, const char *text, size_t length, size_t *ret_length)
{
	const char *end = text;

	empty(room);
	entered = room;
	/* No byte order mark, which cJSON would pass over. */
	if (length > 0 && *text != '\xef')
		room->value = cJSON_ParseWithLengthOpts(text, length, &end, 0);
	with_long(room->value, text, end);
	entered = NULL;
	*ret_length = (size_t)(end - text);
	return wrap(room->value);
}

void json_free(struct json *value)
{
	cJSON_Delete(node(value));
}

struct json *json_copy(const struct json *value)
{
	return value == NULL ? NULL : made(cJSON_Duplicate(node(value), 1));
}

bool json_equal(const struct json *a, const struct json *b)
{
	CLEANUP_FREE char *left = json_print(a);
	CLEANUP_FREE char *right = json_print(b);

	/* cJSON_Compare() takes twice as long with every level of what is nested. */
	return strcmp(left, right) == 0;
}

enum json_type json_type(const struct json *value)
{
	static const struct {
		int theirs;
		enum json_type ours;
	} types[] = {
		{cJSON_NULL, JSON_NULL},
		{cJSON_False, JSON_BOOL},
		{cJSON_True, JSON_BOOL},
		{cJSON_Number, JSON_NUMBER},
		{cJSON_String, JSON_STRING},
		{cJSON_Array, JSON_ARRAY},
		{cJSON_Object, JSON_OBJECT},
		{cJSON_Raw, JSON_NUMBER},
	};

	if (value == NULL)
		return JSON_MISSING;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if ((node(value)->type & 0xff) == types[i].theirs)
			return types[i].ours;
	return JSON_MISSING;
}

/* The member whose key is the length bytes at key. */
static const struct json *member(const struct json *object, const char *key, size_t length)
{
	for (const struct json *child = json_first(object); child != NULL;
		child = json_next(child)) {
		const char *name = json_key(child);

		if (name != NULL && strncmp(name, key, length) == 0 && name[length] == '\0')
			return child;
	}
	return NULL;
}

const struct json *json_get(const struct json *value, const char *path)
{
	while (*path != '\0' && value != NULL) {
		size_t length = strcspn(path, "/");

		value = json_type(value) == JSON_OBJECT ? member(value, path, length) : NULL;
		path += length;
		if (*path == '/')
			path++;
	}
	return value;
}

const char *json_string(const struct json *value)
{
	return cJSON_GetStringValue(node(value));
}

const char *json_get_string(const struct json *value, const char *path)
{
	return json_string(json_get(value, path));
}

bool json_number(const struct json *value, double *ret)
{
	if (json_type(value) != JSON_NUMBER)
		return false;
	*ret = node(value)->valuedouble;
	return true;
}

bool json_integer(const struct json *value, int64_t *ret)
{
	double number;
	long long whole;

	if (!json_number(value, &number))
		return false;
	if (cJSON_IsRaw(node(value))) {
		errno = 0;
		whole = strtoll(node(value)->valuestring, NULL, 10);
		if (errno == 0)
			*ret = whole;
		return errno == 0;
	}
	/* 2^63 itself is a double and no int64. */
	if (!(number >= -0x1p63 && number < 0x1p63) || number != trunc(number))
		return false;
	*ret = (int64_t)number;
	return true;
}

bool json_get_integer(const struct json *value, const char *path, int64_t *ret)
{
	return json_integer(json_get(value, path), ret);
}

bool json_is_true(const struct json *value)
{
	return cJSON_IsTrue(node(value));
}

const struct json *json_first(const struct json *value)
{
	enum json_type type = json_type(value);

	return type == JSON_ARRAY || type == JSON_OBJECT ? wrap(node(value)->child) : NULL;
}

const struct json *json_next(const struct json *child)
{
	return child == NULL ? NULL : wrap(node(child)->next);
}

const char *json_key(const struct json *child)
{
	return child == NULL ? NULL : node(child)->string;
}

size_t json_count(const struct json *value)
{
	size_t count = 0;

	for (const struct json *child = json_first(value); child != NULL; child = json_next(child))
		count++;
	return count;
}

/* No room is entered here: use_rooms() leaves what cJSON allocates to malloc, and free() may have it. */
static char *printed(char *text)
{
	if (text == NULL)
		abort();
	return text;
}

char *json_print(const struct json *value)
{
	char text[PRINT_ROOM];

	if (value == NULL)
		return xstrdup("null");
	/* cJSON's own buffer grows by doubling: most objects fit here, and cost one allocation. */
	if (cJSON_PrintPreallocated(node(value), text, sizeof text, 0))
		return xstrdup(text);
	return printed(cJSON_PrintUnformatted(node(value)));
}

static char *number_text(double number)
{
	char text[40];

	if (number == trunc(number) && fabs(number) < 0x1p53)
		return xasprintf("%lld", (long long)number);
	/* One that another program took for a double is to be read as a whole number again. */
	if (number == trunc(number) && fabs(number) < 1e21)
		return xasprintf("%.0f", number);
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	return xstrdup(text);
}

char *json_text(const struct json *value)
{
	switch (json_type(value)) {
	case JSON_MISSING:
	case JSON_NULL:
		return xstrdup("");
	case JSON_STRING:
		return xstrdup(json_string(value));
	case JSON_NUMBER:
		return cJSON_IsRaw(node(value)) ? xstrdup(node(value)->valuestring)
						: number_text(node(value)->valuedouble);
	default:
		return json_print(value);
	}
}

struct json *json_object(void)
{
	return made(cJSON_CreateObject());
}

struct json *json_array(void)
{
	return made(cJSON_CreateArray());
}

void json_add(struct json *to, const char *key, struct json *child)
{
	if (child == NULL)
		child = made(cJSON_CreateNull());
	bool added = false;
	if (key == NULL)
		added = json_type(to) == JSON_ARRAY && cJSON_AddItemToArray(node(to), node(child));
	else if (cJSON_GetObjectItemCaseSensitive(node(to), key) != NULL)
		added = cJSON_ReplaceItemInObjectCaseSensitive(node(to), key, node(child));
	else
		added = json_type(to) == JSON_OBJECT &&
			cJSON_AddItemToObject(node(to), key, node(child));
	if (!added)
		abort();
}

struct json *json_new_string(const char *text)
{
	return made(cJSON_CreateString(text));
}

struct json *json_new_number(double number)
{
	cJSON *value = node(made(cJSON_CreateNumber(number)));
	char digits[LONG + 2];

	/* As one that is parsed: cJSON would print 1e+15. */
	if (number == trunc(number) && fabs(number) >= 1e15 && fabs(number) < 0x1p53)
		make_raw(value, digits, (size_t)snprintf(digits, sizeof digits, "%.0f", number));
	return wrap(value);
}

struct json *json_new_bool(bool value)
{
	return made(cJSON_CreateBool(value));
}

void json_add_string(struct json *to, const char *key, const char *text)
{
	json_add(to, key, text == NULL ? NULL : json_new_string(text));
}

void json_add_number(struct json *to, const char *key, double number)
{
	json_add(to, key, json_new_number(number));
}

void json_add_bool(struct json *to, const char *key, bool value)
{
	json_add(to, key, json_new_bool(value));
}

void json_remove(struct json *from, const char *key)
{
	cJSON_DeleteItemFromObjectCaseSensitive(node(from), key);
}
