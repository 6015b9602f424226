#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "inventory.h"
#include "listing.h"
#include "memory.h"

/*
 * How overrides and listings interleave.
 *
 * docloud learns of an object in two ways: from a listing, which is about all of them and takes a while,
 * and from the answer to its own change or to a single GET. The second kind is a hold. It is put into the
 * snapshot at once, and when a listing comes in there are four cases:
 *
 *  - The listing was begun before the hold's time: it may not know. The hold wins.
 *  - The listing shows what the hold says: nothing to do.
 *  - The listing was begun later, but shows what the object was *before* (or, before it was made, shows
 *    nothing): it lags. The hold wins for LAG_MS; then the listing is believed, because someone may have
 *    put the object back. As no listing may come by itself, one is asked for at that time (recheck_at).
 *    What was destroyed here lags in whatever state it is shown, locked or off: its id is never used again.
 *    Where the name is the id, it may be another one that was made since.
 *  - The listing shows something else: that is newer than the hold, which is dropped.
 *
 * So a droplet that turned active is shown active by the next listing, although its create's answer,
 * which said "new", is a second old; and a destroyed one does not rise again.
 */

/* What comes is made with the present object at hand, and is almost always that one where it says the same: see object_take(). */
static bool is_same(const struct object *a, const struct object *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a->text, b->text) == 0);
}

void hold_finish(struct hold *hold)
{
	free(hold->id);
	object_unref(hold->object);
	for (unsigned i = 0; i < hold->before_count; i++)
		object_unref(hold->before[i]);
}

static struct hold *find(const struct kind *kind, const char *id)
{
	for (size_t i = 0; i < kind->hold_count; i++)
		if (strcmp(kind->holds[i].id, id) == 0)
			return &kind->holds[i];
	return NULL;
}

static void drop(struct kind *kind, size_t at)
{
	hold_finish(&kind->holds[at]);
	kind->holds[at] = kind->holds[--kind->hold_count];
}

/* Those that no listing can contradict any more. */
static void drop_old(struct kind *kind, int64_t now)
{
	for (size_t i = kind->hold_count; i-- > 0 && !kind->refreshing;)
		if (now - kind->holds[i].at > LAG_MS)
			drop(kind, i);
}

static struct hold *add(struct kind *kind, const char *id)
{
	if (kind->hold_count == kind->hold_room) {
		kind->hold_room = kind->hold_room == 0 ? 8 : kind->hold_room * 2;
		kind->holds = xrealloc(kind->holds, kind->hold_room, sizeof *kind->holds);
	}
	struct hold *hold = &kind->holds[kind->hold_count++];
	*hold = (struct hold){.id = xstrdup(id)};
	return hold;
}

static void remember(struct hold *hold, struct object *before)
{
	if (hold->before_count == BEFORE_MAX) {
		object_unref(hold->before[0]);
		memmove(hold->before, hold->before + 1, (BEFORE_MAX - 1) * sizeof(struct object *));
		hold->before_count--;
	}
	hold->before[hold->before_count++] = before != NULL ? object_ref(before) : NULL;
}

struct snapshot *hold_put(struct kind *kind, const char *id, struct object *object, int64_t at)
{
	struct snapshot *old = kind->snapshot;
	struct object *now = old != NULL ? snapshot_by_id(old, id) : NULL;
	struct hold *hold;

	drop_old(kind, at);
	hold = find(kind, id);
	if (hold != NULL && hold->at > at)
		return NULL;
	if (hold == NULL)
		hold = add(kind, id);
	if (!is_same(now, object))
		remember(hold, now);
	hold->at = at;
	if (object != NULL)
		object_ref(object);
	object_unref(hold->object);
	hold->object = object;
	if (old == NULL || is_same(now, object))
		return NULL;
	kind->snapshot = snapshot_with(old, id, object);
	kind->snapshot->remembered = old->remembered;
	snapshot_follow(kind->snapshot, old);
	return old;
}

/* Does the listing's object show what was before the hold? That may have been written otherwise. */
static bool lags(const struct hold *hold, const struct object *listed)
{
	for (unsigned i = 0; i < hold->before_count; i++) {
		const struct object *before = hold->before[i];

		if (is_same(before, listed) ||
			(before != NULL && listed != NULL && object_equal(before, listed)))
			return true;
	}
	return false;
}

/* Is it gone for good? */
static bool is_final(const struct kind *kind, const struct hold *hold)
{
	const char *key = kind->resource->id_keys[0];

	return hold->object == NULL && key != NULL &&
	       (strcmp(key, "id") == 0 || strcmp(key, "uuid") == 0);
}

/* Is the hold to be believed rather than the listing? */
static bool wins(struct kind *kind, const struct hold *hold, const struct snapshot *listing,
	const struct object *listed, int64_t now)
{
	/* One of an earlier mount knows of nothing that this one did, whatever the clocks say. */
	if (hold->at >= listing->taken || listing->remembered)
		return true;
	if (now - hold->at > LAG_MS || !(lags(hold, listed) || is_final(kind, hold)))
		return false;
	if (kind->recheck_at == 0 || kind->recheck_at > hold->at + LAG_MS + 1)
		kind->recheck_at = hold->at + LAG_MS + 1;
	return true;
}

struct snapshot *hold_merge(struct kind *kind, struct snapshot *fresh, int64_t now)
{
	struct snapshot *old = kind->snapshot;

	kind->recheck_at = 0;
	for (size_t i = kind->hold_count; i-- > 0;) {
		const struct hold *hold = &kind->holds[i];
		const struct object *listed = snapshot_by_id(fresh, hold->id);

		if (is_same(listed, hold->object))
			continue;
		if (!wins(kind, hold, fresh, listed, now)) {
			drop(kind, i);
			continue;
		}
		struct snapshot *merged = snapshot_with(fresh, hold->id, hold->object);
		merged->remembered = fresh->remembered;
		snapshot_unref(fresh);
		fresh = merged;
	}
	snapshot_follow(fresh, old);
	kind->snapshot = fresh;
	return old;
}

bool hold_learn(
	struct cache *cache, struct kind *kind, const char *id, struct object *object, int64_t at)
{
	pthread_mutex_lock(&cache->lock);
	struct snapshot *before = hold_put(kind, id, object, at);
	pthread_mutex_unlock(&cache->lock);
	object_unref(object);
	snapshot_unref(before);
	return before != NULL;
}

void cache_gone(struct cache *cache, unsigned listing, struct json *to)
{
	const struct kind *kind = cache->kinds[listing];

	LOCKED(&cache->lock);
	for (size_t i = 0; i < kind->hold_count; i++)
		if (kind->holds[i].object == NULL)
			json_add_string(to, NULL, kind->holds[i].id);
}
