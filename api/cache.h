#ifndef DOCLOUD_CACHE_H
#define DOCLOUD_CACHE_H

#include <time.h>

#include "bell.h"
#include "http.h"
#include "snapshot.h"

/*
 * The inventory: for each resource the last complete listing, its age, and its refreshing.
 *
 * Readers never wait here. cache_get() answers from the last complete listing; when that is older
 * than the ttl, a refresh starts behind it. A listing that fails leaves the last one in place. What
 * docloud itself changed is put in at once (cache_put, cache_remove) and holds against listings that
 * were begun before it or that lag behind it. A cache that nobody reads sends nothing; one that was
 * read since its last refresh is refreshed once more when its ttl ends, so that a change made elsewhere
 * is there within the ttl for whoever looks again.
 */
struct cache;

struct cache_options {
	const struct resource *const
		*resources; /* index in this array is the `kind` below; above comes before nested */
	unsigned count;
	int64_t ttl_ms, catalogue_ttl_ms;
	int64_t timeout_ms; /* deadline of one whole refresh */
	/*
	 * Where complete listings are kept for a start without the API in reach; NULL: nowhere. And the paths of a kind's
	 * members that are secret and do not get there, counted from 0; NULL after the last.
	 */
	const char *state_dir;
	const char *(*secret)(unsigned kind, unsigned number);
};

struct cache *cache_create(
	struct http *http, struct bell *bell, const struct cache_options *options);
/* http_cancel() first; joins the refreshing threads. */
void cache_destroy(struct cache *cache);

/*
 * Listings go by number. A kind's is the kind's own number. A nested kind has one beneath each object of the kind above,
 * by that object's slot: cache_nested() gives its number, the same each time, and sends nothing.
 */
unsigned cache_nested(struct cache *cache, unsigned kind, uint32_t slot);
/* Has that number been given out? So asking of what nobody looked at leaves nothing behind. */
bool cache_has_nested(struct cache *cache, unsigned kind, uint32_t slot);
/*
 * The listing that the one beneath that object is made from, or will be, without requests of its own; -1: it has them.
 */
int cache_source(struct cache *cache, unsigned kind, uint32_t slot);
/* Numbers below it are listings. */
unsigned cache_listings(struct cache *cache);
struct cache_place {
	unsigned kind;
	uint32_t above; /* the slot; of a kind that is not nested, 0 */
};
struct cache_place cache_place(struct cache *cache, unsigned listing);
/* How the API serves it, with its path filled in; as long as the cache. */
const struct resource *cache_resource(struct cache *cache, unsigned listing);
/* A listing by the name and the `under` of its resource, which stay the same from mount to mount; -1 for no such kind. */
int cache_find(struct cache *cache, const char *name, const char *under);

/*
 * The last complete listing, to be released with snapshot_unref(). -EINPROGRESS when there is none
 * yet: a refresh is under way and the bell rings at its end; otherwise the error of the last one.
 * A listing of more than twice its ttl answers -EINPROGRESS too, as long as its refresh is under way
 * and has been for less than a second; after that the old one is given, be it one that an earlier mount left
 * (snapshot->remembered).
 */
int cache_get(struct cache *cache, unsigned listing, struct snapshot **ret, struct error *err);

/* The same without counting as a look: never starts a refresh; -ENODATA when there is no listing. */
int cache_peek(struct cache *cache, unsigned listing, struct snapshot **ret);

/* So many slots a kind has for all that it ever showed: numbers from 0. */
#define CACHE_SLOTS ((1u << 20) - 1)

/* The id behind an object's slot, to be freed, and its listing; NULL for a slot never given. */
char *cache_slot_id(struct cache *cache, unsigned kind, uint32_t slot, unsigned *ret_listing);

/* How long the present listing stays fresh, in ms; 0 when it is old or missing. */
int64_t cache_fresh_ms(struct cache *cache, unsigned listing);

/*
 * When it last changed, clock_real_ns(), by the listing that is there: any of its objects, or, with names, which there are;
 * 0 as long as it is as it was when it was first listed. No look, and no less often than it really changed.
 */
int64_t cache_changed(struct cache *cache, unsigned listing, bool names);

/*
 * Goes up when it is asked for and the listing is too old or there is none, once for each refresh: whoever asks for it, then
 * looks, and asks for it again behind the refresh that this brought sees one number; and another one if that failed. No look.
 */
uint64_t cache_turn(struct cache *cache, unsigned listing);
#define CACHE_TURN_FIRST 1 /* of a nested listing that has no number yet */

/* Refresh now, whatever the age (touch). Returns at once. */
void cache_refresh(struct cache *cache, unsigned listing);

/* The object as an answer to a change or a single GET had it: new, or in place of the one of its id. */
void cache_put(struct cache *cache, unsigned listing, const struct json *object);
/* It is gone: docloud destroyed it, or a GET of its own said 404. */
void cache_remove(struct cache *cache, unsigned listing, const char *id);
/* The ids of those that were removed so lately that the API's listing may still show them are put into an array. */
void cache_gone(struct cache *cache, unsigned listing, struct json *to);

/*
 * Poll this object until cache_unwatch(), sharing the requests among all that are watched: single
 * GETs, or whole listings where those are fewer, about once a second while the rate budget allows.
 * cache_unwatch of what is not watched does nothing.
 */
void cache_watch(struct cache *cache, unsigned listing, const char *id);
void cache_unwatch(struct cache *cache, unsigned listing, const char *id);

/* The state of a kind's listing for `status`, `errors` and `metrics`. */
struct cache_stats {
	size_t count;
	int64_t age_ms;	   /* -1: never listed */
	struct error last; /* of the last refresh; code 0 when it succeeded */
	time_t last_at;	   /* when that failed */
	uint64_t refreshes, failures;
};
void cache_stats_get(struct cache *cache, unsigned listing, struct cache_stats *ret);

#endif
