#ifndef DOCLOUD_REFERENCE_H
#define DOCLOUD_REFERENCE_H

#include "api/snapshot.h"
#include "kind.h"

/* An object called by a person: by its directory's name, its id, or any of its kind's aliases. Pure. */

/*
 * The one object that word means; borrowed from the snapshot. -ENOENT with the nearest names, -EINVAL when it means
 * several, with some of them: never the first match.
 */
int reference_find(const struct kind *kind, const struct snapshot *snapshot, const char *word,
	struct object **ret, struct error *err);

/* What the API is sent for an object, or for what another object shows of it (an object, a slug, an id): its
 * slug, else its id. by: this member of it, where there is one. */
struct json *reference_value(const struct kind *kind, const struct json *shown, const char *by);

/* Is that which another object shows called so? */
bool reference_is(const struct kind *kind, const struct json *shown, const char *word);

#endif
