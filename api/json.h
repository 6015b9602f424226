#ifndef DOCLOUD_JSON_H
#define DOCLOUD_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/*
 * JSON values. json.c is the only file that knows cJSON; a `struct json` is one of its nodes.
 * A value that stands in another one is owned by it. Readers take NULL and answer as for a value
 * of the wrong type, so that a path can be followed without a check at every step. A whole number keeps
 * all its digits, also where a double does not have them.
 */
struct json;

enum json_type {
	JSON_MISSING,
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

/*
 * Parse length bytes, of which nothing but white space may be left over. Returns a value the caller
 * frees, or NULL with EINVAL in err, which says where (“line 3: …”) without quoting the text.
 */
struct json *json_parse(const char *text, size_t length, struct error *err);
void json_free(struct json *value);
struct json *json_copy(const struct json *value);

/*
 * Where values are made that go before the next one comes, as the items of a page do: memory that is emptied as a whole, as
 * malloc() and free() of each of their parts are 40 % of what parsing takes. Of one thread at a time.
 */
struct json_room;
struct json_room *json_room_create(void);
void json_room_destroy(struct json_room *room);
/*
 * The value that text begins with, and how long that is; NULL if there is none. What stands behind it is not looked at.
 * It belongs to the room, and goes with the next call.
 */
const struct json *json_parse_first(
	struct json_room *room, const char *text, size_t length, size_t *ret_length);

/* Do they say the same, however it was written? The order of members counts. */
bool json_equal(const struct json *a, const struct json *b);

enum json_type json_type(const struct json *value);

/* The member at a path of keys separated by '/', "region/slug"; the value itself for "". NULL if none. */
const struct json *json_get(const struct json *value, const char *path);

/* The text of a string, borrowed; NULL for any other type. */
const char *json_string(const struct json *value);
const char *json_get_string(const struct json *value, const char *path);

/* Numbers; false, and *ret untouched, for any other type (or one that is no int64). */
bool json_number(const struct json *value, double *ret);
bool json_integer(const struct json *value, int64_t *ret);
bool json_get_integer(const struct json *value, const char *path, int64_t *ret);

/* True for JSON's true alone. */
bool json_is_true(const struct json *value);

/* Children of an array or object in their order; NULL at the end. json_key: of an object's member. */
const struct json *json_first(const struct json *value);
const struct json *json_next(const struct json *child);
const char *json_key(const struct json *child);
size_t json_count(const struct json *value);

/* As text without white space, to be freed by the caller; json_print_pretty: for people, indented. */
char *json_print(const struct json *value);
char *json_print_pretty(const struct json *value);

/*
 * A scalar as the file of an attribute shows it, without newline: strings as they are, numbers in
 * the shortest form that reads back the same, true, false, and "" for null. Arrays and objects as
 * compact JSON. Freed by the caller.
 */
char *json_text(const struct json *value);

/*
 * Making values. Every json_add_* replaces a member of that key; to an array (key NULL) it appends.
 * json_add takes ownership of child, in any case. They abort when memory is out, as all of docloud.
 */
struct json *json_object(void);
struct json *json_array(void);
struct json *json_new_string(const char *text);
struct json *json_new_number(double number);
struct json *json_new_bool(bool value);
void json_add(struct json *to, const char *key, struct json *child);
/* The same at a path of keys, as json_get() takes; objects on the way are made. */
void json_put(struct json *to, const char *path, struct json *child);
void json_add_string(struct json *to, const char *key, const char *text);
void json_add_number(struct json *to, const char *key, double number);
void json_add_bool(struct json *to, const char *key, bool value);
void json_remove(struct json *from, const char *key);
/* The same at a path of keys, as json_get() takes. */
void json_remove_path(struct json *from, const char *path);

#endif
