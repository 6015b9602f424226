#ifndef DOCLOUD_LISTING_H
#define DOCLOUD_LISTING_H

#include <stdbool.h>

#include "intern.h"
#include "snapshot.h"

/* Making objects and snapshots: what collection.c and cache.c share. */

/*
 * An object from its JSON, and old's parts where that lacks them; old itself, with another reference, when it says the
 * same. Its name is its base. One without an id gets one made up. object_take() is given its text as it came, too, of
 * length bytes, and keeps that.
 */
struct object *object_create(const struct resource *resource, struct intern *slots,
	const struct json *json, struct object *old);
struct object *object_take(const struct resource *resource, struct intern *slots,
	const struct json *json, const char *came, size_t length, struct object *old);

/* Do two objects say the same, however it is written? The API's answers about one and about all may differ in that. */
bool object_equal(const struct object *a, const struct object *b);

/* The objects of a snapshot to be, each with a reference of its own. Start with {0}. */
struct listing {
	struct object **objects;
	size_t count, room;
};

void listing_add(struct listing *listing, struct object *object); /* takes the reference */
void listing_finish(struct listing *listing);
/* Sorted by id, each id once. */
void listing_unique(struct listing *listing);

/*
 * The snapshot of these objects, named uniquely and sorted; the listing is empty afterwards. NULL when
 * two of them have one id, which names a listing that moved while it was read.
 */
struct snapshot *listing_snapshot(struct listing *listing, int64_t taken, time_t taken_at);

/* old with what has that id replaced by object (or added), or left out for NULL. Does not take object. */
struct snapshot *snapshot_with(struct snapshot *old, const char *id, struct object *object);

#endif
