#ifndef DOCLOUD_URN_H
#define DOCLOUD_URN_H

#include "relation.h"

/*
 * Relations to objects of many kinds, each named by its URN, "do:droplet:123" (the resources of a project). A link is called
 * as what it leads to; where another kind has one of that name there, the later kind's as NAME~KIND, which finds any.
 */
struct urn_target {
	unsigned kind;
	struct object *object; /* borrowed, as the others */
	const char *name, *urn;
};

/* All that can be seen, or only the one that is called so. -EINPROGRESS while a listing is being read. */
int urn_visit(const struct subject *subject, const struct relation *relation, const char *wanted,
	void (*visit)(void *context, const struct urn_target *target), void *context,
	struct error *err);
/* The kind and the name (to be freed) behind a URN; -ENOENT, or the listing's error. */
int urn_find(struct mount *mount, const char *urn, unsigned *ret_kind, char **ret_name,
	struct error *err);
/* The URN of an object, freed by the caller; NULL when its kind has none. */
char *urn_of(const struct kind *kind, const char *id);

#endif
