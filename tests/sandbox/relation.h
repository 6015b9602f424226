#ifndef SANDBOX_RELATION_H
#define SANDBOX_RELATION_H

#include <stdbool.h>

struct object;
struct request;

/* What the tables of references say about an object that goes (kind.h). */

/* May it go? False after an error: something still needs it. */
bool relation_check(struct request *request, unsigned kind, const struct object *object);

/* It goes: what names it names it no longer, or goes, too. */
void relation_release(struct request *request, unsigned kind, const struct object *object);

/* Does this object name that one by a reference of its kind? */
bool relation_has(unsigned kind, const struct object *object, unsigned target, const char *id);

#endif
