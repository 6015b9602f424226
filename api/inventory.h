#ifndef DOCLOUD_INVENTORY_H
#define DOCLOUD_INVENTORY_H

#include <pthread.h>

#include "cache.h"
#include "intern.h"

/* What cache.c (answers, threads), hold.c (overrides) and watch.c (polling) share. */

enum {
	/*
	 * How long a listing may lag behind a change: DigitalOcean's lists and single GETs come from
	 * different places, and a list has been seen to miss a droplet some seconds after its create.
	 */
	LAG_MS = 15000,
	BEFORE_MAX = 4,
	REFRESHERS_MAX = 8,
	LISTINGS_MAX = 1 << 18,
};

/* What docloud itself learned of one object, stronger than a listing that knows less. */
struct hold {
	char *id;
	struct object *object;		   /* NULL: it is gone */
	int64_t at;			   /* when it was so, at the latest */
	struct object *before[BEFORE_MAX]; /* what it was earlier, newest last; NULL: not there */
	unsigned before_count;
};

struct watch {
	char *id;
	int64_t since, next;
	unsigned misses;    /* 404s in a row */
	int64_t first_miss; /* when the first of them came */
	bool busy;	    /* its request is under way */
};

/* A listing of this kind by the slot of the object that it is beneath. */
struct beneath {
	uint32_t slot;
	unsigned listing;
};

/* One listing: of a kind, or of a nested kind under one object. All under cache->lock but for the first five. */
struct kind {
	const struct resource *resource;
	struct cache_place place;
	int above;	      /* the number of the kind above, of a nested one; else -1 */
	struct intern *slots; /* shared by all listings of a kind */
	int64_t ttl_ms;

	struct beneath *beneath; /* of the kind's own: sorted by slot */
	size_t beneath_count;
	struct object *
		source; /* of what is within the object above: that one, as the snapshot was made from it */
	struct snapshot *around; /* of what is gathered: all of it, likewise */

	struct snapshot *snapshot;
	struct snapshot *saved; /* as it is on disk, if it was written since the start */
	int64_t saved_at;
	bool recalled; /* looked for on disk */
	struct hold *holds;
	size_t hold_count, hold_room;
	struct watch *watches;
	size_t watch_count, watch_room;

	bool looked; /* read since its last refresh began */
	bool wanted; /* to be refreshed now */
	bool refreshing;
	int64_t refresh_since;
	int64_t not_before; /* after failures, for refreshes that nobody asked for by hand */
	int64_t back_off;
	int64_t recheck_at; /* a hold that a listing contradicts ends then; 0: none does */
	bool poll_wanted, polling;
	int64_t poll_after; /* that the rate budget lasts */

	struct error last;
	time_t last_at; /* of that failure */
	uint64_t refreshes, failures;
	uint64_t turn;	/* see cache_turn() */
	bool shown_old; /* since the last refresh */
};

struct cache {
	struct http *http;
	struct bell *bell;
	int64_t timeout_ms;
	char *inventory; /* directory of the listings on disk; NULL: none are kept */
	const char *(*secret)(unsigned kind, unsigned number);
	/*
	 * By number: the kinds first, then the listings of nested ones as they come. Never moved, as nothing is ever taken
	 * out, so that a number once given out needs no lock.
	 */
	struct kind **kinds;
	unsigned own; /* const: the kinds */

	pthread_mutex_t lock;
	unsigned count;	     /* lock: of kinds */
	pthread_cond_t work; /* a refresher is wanted */
	pthread_cond_t due;  /* the timer has to think again */
	bool stop;	     /* lock */
	unsigned idle;	     /* lock: refreshers that wait for work */
	unsigned refresher_count;
	pthread_t refreshers[REFRESHERS_MAX];
	pthread_t timer;
};

/* Refresh in this thread, with kind->refreshing set by the caller. Takes the lock itself. */
void inventory_refresh(struct cache *cache, struct kind *kind, enum http_priority priority);

/* nested.c: under lock, another listing. Its slots and ttl are the caller's to set. */
struct kind *nested_add(
	struct cache *cache, const struct resource *resource, struct cache_place place);
void nested_finish(struct kind *kind);
/* Is it made from another listing, without a request of its own? */
bool nested_is_derived(const struct kind *kind);
/* A nested kind itself, beneath no object: it has no path, and no listing. */
bool nested_is_unbound(const struct kind *kind);
/* Without the lock: cache_get() of a derived one. And the listing it is made from, and the id of the object above, freed by
 * the caller. */
int nested_get(struct cache *cache, struct kind *kind, struct snapshot **ret, struct error *err);
unsigned nested_source(struct cache *cache, const struct kind *kind, char **ret_id);

/* remember.c, without the lock: to disk, when it is time (now: in any case); and from there, where there is no listing. */
void remember_save(struct cache *cache, struct kind *kind, bool now);
void remember_load(struct cache *cache, struct kind *kind);

/* hold.c: under lock. They return the snapshot that was replaced, to be dropped without the lock. */
struct snapshot *hold_put(struct kind *kind, const char *id, struct object *object, int64_t at);
/* fresh (taken) with what is known better, in place of the old one. */
struct snapshot *hold_merge(struct kind *kind, struct snapshot *fresh, int64_t now);
void hold_finish(struct hold *hold);
/* Without the lock. Returns whether anything changed. object is taken. */
bool hold_learn(
	struct cache *cache, struct kind *kind, const char *id, struct object *object, int64_t at);

/* watch.c: when the next one is due, under lock; INT64_MAX for never. */
int64_t watch_due(const struct kind *kind);
/* Poll what is due, without the lock, with kind->polling set by the caller. */
void watch_poll(struct cache *cache, struct kind *kind);
void watch_add(struct kind *kind, const char *id, int64_t now); /* under lock */
void watch_drop(struct kind *kind, const char *id);		/* under lock */

#endif
