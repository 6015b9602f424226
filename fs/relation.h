#ifndef DOCLOUD_RELATION_H
#define DOCLOUD_RELATION_H

#include "subject.h"

/*
 * Which objects a relation leads to. Forward ones are read from the object itself; for links back an index over the
 * other kind's snapshot is made at the first question and kept as long as that snapshot is the present one.
 */
struct relations;

struct relations *relations_create(void);
void relations_destroy(struct relations *relations);

/* Call visit with every target, in no order; the objects are borrowed. Errors of cache_get(). */
int relation_visit(const struct subject *subject, const struct relation *relation,
	void (*visit)(void *context, struct object *target), void *context, struct error *err);

/*
 * What the relation's `path` or `back` names in an object, by id or name, of the kind that is named: visit gets each key, and
 * frees it. And what has that key in a listing of that kind; NULL: nothing.
 */
void relation_named(const struct json *json, const struct relation *relation,
	const struct kind *kind, void (*visit)(void *context, char *key), void *context);
struct object *relation_target(const struct snapshot *snapshot, const char *key);

/* Is target (of the relation's kind) one of them? 1, 0 or a negative errno. */
int relation_has(const struct subject *subject, const struct relation *relation,
	const struct object *target, struct error *err);

/* The name of the directory that a relation to one leads to, freed by the caller; NULL when there is none. */
int relation_one(const struct subject *subject, const struct relation *relation, char **ret,
	struct error *err);

#endif
