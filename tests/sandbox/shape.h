#ifndef SANDBOX_SHAPE_H
#define SANDBOX_SHAPE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct request;
struct sandbox;

/*
 * What a request's body must be, in a line: the keys it may have, each with its type.
 *
 *	"name!:h size_gigabytes!:i(1,16384) region!:=region tags:[s] -snapshot_id:=snapshot"
 *
 * `!` after a key: it is required. `-` before it: it is looked at, and not kept with the object.
 * The types: s text, h text of the letters of host names, i whole number, n number, b true or false,
 * o object, a list, x anything; =KIND the id of such an object; (a|b) one of these words; [TYPE] a
 * list; {…} an object with these keys. After s, h, i and n the bounds, in parentheses.
 */

/*
 * False after an error that names the key. A body that was not sent is one without keys, where none is
 * required.
 */
bool shape_check(struct request *request, const char *shape, const cJSON *body);

/* The members of the body that the shape names and keeps, those that are null left out. */
cJSON *shape_take(const char *shape, const cJSON *body);

/* Does the shape name the key? Kept or not. */
bool shape_has(const char *shape, const char *key);

/* A body that passes: what is required, with objects that exist, the newest of their kinds. */
cJSON *shape_sample(const struct sandbox *sandbox, const char *shape);

#endif
