#ifndef SANDBOX_JSON_H
#define SANDBOX_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>

/* A cJSON tree that is deleted where its variable goes out of scope. */
#define JSON_AUTO __attribute__((cleanup(json_cleanup))) cJSON
#define TEXT_AUTO __attribute__((cleanup(text_cleanup))) char

void json_cleanup(cJSON **tree);
void text_cleanup(char **text);

/* The member's string; NULL when there is none or it is not a string. */
const char *json_text(const cJSON *object, const char *key);

/* The member's number, `fallback` when there is none. */
double json_number(const cJSON *object, const char *key, double fallback);

bool json_true(const cJSON *object, const char *key);

/* Sets a member, whether or not it was there; takes `value`. */
void json_set(cJSON *object, const char *key, cJSON *value);
void json_set_text(cJSON *object, const char *key, const char *value);
void json_set_number(cJSON *object, const char *key, double value);
void json_set_bool(cJSON *object, const char *key, bool value);

/* Adds those members of `defaults` (JSON text) that `object` lacks. */
void json_set_defaults(cJSON *object, const char *defaults);

bool json_array_has(const cJSON *array, const char *text);
void json_array_add(cJSON *array, const char *text);
void json_array_drop(cJSON *array, const char *text);

/* The member at a path such as "status.state"; NULL when there is none. */
cJSON *json_at(const cJSON *tree, const char *path);

/* Takes over the members of `from`, objects in objects member by member. */
void json_merge(cJSON *object, const cJSON *from);

/* A scalar as the path or the query spells it: 5 as "5". Empty for anything else. */
void json_scalar(const cJSON *item, char *text, size_t size);

#endif
