#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "collection.h"
#include "inventory.h"
#include "listing.h"
#include "memory.h"

/*
 * Listings of nested kinds: which there are, and those that need no request because the object above has all in it.
 *
 * An object of a nested kind is told apart by a text: `under` of its listing, a '/', and its escaped id. So its slot alone
 * leads to its listing. Of a kind that is not nested the text is the id as it is.
 */

static const char *last_word(const char *name)
{
	const char *slash = strrchr(name, '/');
	return slash != NULL ? slash + 1 : name;
}

/* The number of the kind that a name of a nested one begins with; -1 for one that is not nested. */
static int above_of(const struct cache *cache, const char *name)
{
	size_t length = (size_t)(last_word(name) - name);

	for (unsigned i = 0; length > 0 && i < cache->own; i++) {
		const char *other = cache->kinds[i]->resource->name;
		if (strlen(other) == length - 1 && strncmp(other, name, length - 1) == 0)
			return (int)i;
	}
	return -1;
}

struct kind *nested_add(
	struct cache *cache, const struct resource *resource, struct cache_place place)
{
	struct kind *kind = xcalloc(1, sizeof *kind);

	kind->resource = resource;
	kind->place = place;
	kind->above = above_of(cache, resource->name);
	/* What nobody has looked at yet was told by the same number. */
	kind->turn = CACHE_TURN_FIRST;
	kind->shown_old = true;
	cache->kinds[cache->count++] = kind;
	return kind;
}

void nested_finish(struct kind *kind)
{
	if (kind->resource->under != NULL)
		free((void *)kind->resource); /* made by bind() */
	object_unref(kind->source);
	snapshot_unref(kind->around);
	free(kind->beneath);
}

/* What the paths beneath an object are filled with, freed by the caller; NULL for a slot never given. */
static char *under_of(const struct cache *cache, unsigned kind, uint32_t slot)
{
	const char *text = intern_text(cache->kinds[kind]->slots, slot);

	if (text == NULL)
		return NULL;
	return cache->kinds[kind]->above >= 0 ? xstrdup(text) : http_escape(text);
}

/* A path with its %s filled in, at `to`; its end. */
static char *fill_path(const char *path, const char *under, char *to)
{
	for (const char *at = path; *at != '\0';) {
		bool said = strncmp(at, "%s", 2) == 0;
		if (!said && strncmp(at, "%.0s", 4) != 0) {
			*to++ = *at++;
			continue;
		}
		size_t length = strcspn(under, "/");
		memcpy(to, under, said ? length : 0);
		to += said ? length : 0;
		under += length + (under[length] == '/');
		at += said ? 2 : 4;
	}
	*to = '\0';
	return to + 1;
}

/* The resource with its paths filled in: one allocation. */
static struct resource *bind_resource(const struct resource *resource, const char *under)
{
	const char *items = resource->items != NULL ? resource->items : "";
	size_t under_size = strlen(under) + 1,
	       room = strlen(resource->path) + strlen(items) + 4 * under_size;
	struct resource *bound = xmalloc(sizeof *bound + under_size + room);
	char *copy = (char *)(bound + 1), *path = copy + under_size;

	memcpy(copy, under, under_size);
	*bound = *resource;
	bound->path = path;
	bound->under = copy;
	char *next = fill_path(resource->path, under, path);
	fill_path(items, under, next);
	bound->items = resource->items != NULL ? next : NULL;
	return bound;
}

/* Under lock: where that slot stands, or would stand, among those beneath a kind. */
static size_t find_beneath(const struct kind *kind, uint32_t slot)
{
	size_t low = 0, high = kind->beneath_count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (kind->beneath[middle].slot < slot)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Under lock; false when there is none yet. */
static bool find_nested(const struct cache *cache, unsigned kind, uint32_t slot, unsigned *ret)
{
	const struct kind *its = cache->kinds[kind];
	size_t at = find_beneath(its, slot);
	bool found = at < its->beneath_count && its->beneath[at].slot == slot;

	if (found)
		*ret = its->beneath[at].listing;
	return found;
}

/* Under lock. */
static unsigned add_nested(
	struct cache *cache, unsigned kind, uint32_t slot, const struct resource *bound)
{
	struct kind *its = cache->kinds[kind];
	size_t at = find_beneath(its, slot);
	unsigned listing = cache->count;
	struct kind *made = nested_add(cache, bound, (struct cache_place){kind, slot});

	made->slots = its->slots;
	made->ttl_ms = its->ttl_ms;
	its->beneath = xrealloc(its->beneath, its->beneath_count + 1, sizeof *its->beneath);
	memmove(its->beneath + at + 1, its->beneath + at,
		(its->beneath_count - at) * sizeof *its->beneath);
	its->beneath[at] = (struct beneath){slot, listing};
	its->beneath_count++;
	return listing;
}

bool cache_has_nested(struct cache *cache, unsigned kind, uint32_t slot)
{
	unsigned listing;

	LOCKED(&cache->lock);
	return find_nested(cache, kind, slot, &listing);
}

unsigned cache_nested(struct cache *cache, unsigned kind, uint32_t slot)
{
	unsigned listing;

	pthread_mutex_lock(&cache->lock);
	bool found = find_nested(cache, kind, slot, &listing);
	pthread_mutex_unlock(&cache->lock);
	if (found)
		return listing;
	CLEANUP_FREE char *under = under_of(cache, (unsigned)cache->kinds[kind]->above, slot);
	struct resource *bound = bind_resource(
		cache->kinds[kind]->resource, under != NULL ? under : "");
	for (int at = (int)kind; bound->scope == NULL && at >= 0; at = cache->kinds[at]->above)
		bound->scope = cache->kinds[at]->resource->scope;
	LOCKED(&cache->lock);
	if (cache->count < LISTINGS_MAX && !find_nested(cache, kind, slot, &listing))
		return add_nested(cache, kind, slot, bound);
	free(bound);
	/* When there is room for no more: the kind itself, whose path is none. Who looks is told, and nothing is sent. */
	return cache->count < LISTINGS_MAX ? listing : kind;
}

unsigned cache_listings(struct cache *cache)
{
	LOCKED(&cache->lock);
	return cache->count;
}

struct cache_place cache_place(struct cache *cache, unsigned listing)
{
	return cache->kinds[listing]->place;
}

const struct resource *cache_resource(struct cache *cache, unsigned listing)
{
	return cache->kinds[listing]->resource;
}

int cache_find(struct cache *cache, const char *name, const char *under)
{
	unsigned kind = 0;

	while (kind < cache->own && strcmp(cache->kinds[kind]->resource->name, name) != 0)
		kind++;
	if (kind == cache->own)
		return -1;
	int above = cache->kinds[kind]->above;
	if (above < 0 || under == NULL)
		return above < 0 ? (int)kind : -1;
	CLEANUP_FREE char *plain = cache->kinds[above]->above < 0 ? name_decode(under)
								  : xstrdup(under);
	uint32_t slot = plain != NULL ? intern_put(cache->kinds[above]->slots, plain) : INTERN_NONE;
	return slot != INTERN_NONE ? (int)cache_nested(cache, kind, slot) : -1;
}

char *cache_slot_id(struct cache *cache, unsigned kind, uint32_t slot, unsigned *ret_listing)
{
	const char *text = intern_text(cache->kinds[kind]->slots, slot);
	const char *slash = text != NULL ? strrchr(text, '/') : NULL;

	*ret_listing = kind;
	if (cache->kinds[kind]->above < 0 || slash == NULL)
		return text != NULL ? xstrdup(text) : NULL;
	CLEANUP_FREE char *under = xstrndup(text, (size_t)(slash - text));
	int listing = cache_find(cache, cache->kinds[kind]->resource->name, under);
	if (listing < 0)
		return NULL;
	*ret_listing = (unsigned)listing;
	return name_decode(slash + 1);
}

/* Those that come with another listing: within the object above, or with all of their kind. */
bool nested_is_derived(const struct kind *kind)
{
	return kind->resource->within != NULL ||
	       (kind->resource->gathered != NULL && kind->resource->under != NULL);
}

bool nested_is_unbound(const struct kind *kind)
{
	return kind->above >= 0 && kind->resource->under == NULL &&
	       kind->resource->gathered == NULL;
}

int cache_source(struct cache *cache, unsigned kind, uint32_t slot)
{
	const struct kind *its = cache->kinds[kind];
	unsigned listing;

	if (its->resource->gathered != NULL)
		return (int)kind;
	if (its->resource->within == NULL)
		return -1;
	CLEANUP_FREE char *id = cache_slot_id(cache, (unsigned)its->above, slot, &listing);
	return id != NULL ? (int)listing : -1;
}

unsigned nested_source(struct cache *cache, const struct kind *kind, char **ret_id)
{
	unsigned listing;
	*ret_id = cache_slot_id(cache, (unsigned)kind->above, kind->place.above, &listing);
	return kind->resource->gathered != NULL ? kind->place.kind : listing;
}

/* From what a listing is made, each a reference; and what was made before, NULL if nothing was. */
struct origin {
	struct snapshot *around, *old;
	struct object *above; /* NULL: of what is gathered */
	char *id;	      /* of the object above */
};

static void origin_finish(struct origin *origin)
{
	snapshot_unref(origin->around);
	snapshot_unref(origin->old);
	object_unref(origin->above);
	free(origin->id);
}

static void derive_one(const struct origin *origin, const struct kind *kind,
	const struct json *value, struct listing *listing)
{
	CLEANUP_FREE char *id = resource_id(kind->resource, value);
	struct object *before = id != NULL && origin->old != NULL ? snapshot_by_id(origin->old, id)
								  : NULL;
	struct object *object = object_create(kind->resource, kind->slots, value, before);

	listing_add(listing, object);
}

/* The items of a member, which may be mere names. */
static void derive_within(
	const struct origin *origin, const struct kind *kind, struct listing *listing)
{
	CLEANUP_JSON struct json *json = json_parse(
		origin->above->text, origin->above->length, NULL);
	const struct json *list = json_get(json, kind->resource->within);

	for (const struct json *item = json_first(list); item != NULL; item = json_next(item)) {
		CLEANUP_JSON struct json *wrapped = json_object();
		if (json_string(item) != NULL)
			json_add_string(wrapped, kind->resource->id_keys[0], json_string(item));
		derive_one(origin, kind, json_string(item) != NULL ? wrapped : item, listing);
	}
}

/* Only what has the id in its text at all is parsed. */
static void derive_gathered(
	const struct origin *origin, const struct kind *kind, struct listing *listing)
{
	for (size_t i = 0; i < origin->around->count; i++) {
		const struct object *object = origin->around->by_name[i];
		if (strstr(object->text, origin->id) == NULL)
			continue;
		CLEANUP_JSON struct json *json = json_parse(object->text, object->length, NULL);
		CLEANUP_FREE char *whose = json_text(json_get(json, kind->resource->gathered));
		if (strcmp(whose, origin->id) == 0)
			derive_one(origin, kind, json, listing);
	}
}

static struct snapshot *derive(const struct origin *origin, const struct kind *kind)
{
	struct listing listing = {0};

	if (origin->above != NULL)
		derive_within(origin, kind, &listing);
	else
		derive_gathered(origin, kind, &listing);
	struct snapshot *made = listing_snapshot(
		&listing, origin->around->taken, origin->around->taken_at);
	listing_finish(&listing);
	return made;
}

static int find_origin(
	struct cache *cache, struct kind *kind, struct origin *ret, struct error *err)
{
	int rc = cache_get(cache, nested_source(cache, kind, &ret->id), &ret->around, err);

	if (rc != 0)
		return rc;
	bool gathered = kind->resource->gathered != NULL;
	struct object *above = ret->id != NULL && !gathered ? snapshot_by_id(ret->around, ret->id)
							    : NULL;
	if (ret->id == NULL || (above == NULL && !gathered))
		return error_set(err, ENOENT, "it does not exist any more");
	ret->above = above != NULL ? object_ref(above) : NULL;
	LOCKED(&cache->lock);
	ret->old = kind->snapshot != NULL ? snapshot_ref(kind->snapshot) : NULL;
	return 0;
}

/* Under lock: is what there is made from just that? */
static bool is_made(const struct kind *kind, const struct origin *origin)
{
	return origin->above == NULL ? kind->around == origin->around
				     : kind->source == origin->above &&
					       kind->snapshot->taken == origin->around->taken;
}

static int make(struct cache *cache, struct kind *kind, struct origin *origin,
	struct snapshot **ret, struct error *err)
{
	struct snapshot *fresh = derive(origin, kind);

	if (fresh == NULL)
		return error_set(err, EIO, "%s has two %s of one id", origin->id,
			last_word(kind->resource->name));
	pthread_mutex_lock(&cache->lock);
	struct snapshot *replaced = hold_merge(kind, fresh, clock_ms());
	const struct origin made_from = *origin;
	/* What it was made from before goes with the origin. */
	origin->above = kind->source;
	kind->source = made_from.above;
	if (made_from.above == NULL) {
		origin->around = kind->around;
		kind->around = made_from.around;
	}
	*ret = snapshot_ref(kind->snapshot);
	if (kind->recheck_at != 0)
		pthread_cond_signal(&cache->due);
	pthread_mutex_unlock(&cache->lock);
	if (replaced != NULL)
		bell_ring(cache->bell);
	snapshot_unref(replaced);
	return 0;
}

int nested_get(struct cache *cache, struct kind *kind, struct snapshot **ret, struct error *err)
{
	struct origin origin = {0};
	int rc = find_origin(cache, kind, &origin, err);

	if (rc == 0) {
		pthread_mutex_lock(&cache->lock);
		bool made = is_made(kind, &origin);
		if (made)
			*ret = snapshot_ref(kind->snapshot);
		pthread_mutex_unlock(&cache->lock);
		if (!made)
			rc = make(cache, kind, &origin, ret, err);
	}
	origin_finish(&origin);
	return rc;
}
