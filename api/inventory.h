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

/* All under cache->lock but for the first three. */
struct kind {
	const struct resource *resource;
	struct intern *slots;
	int64_t ttl_ms;

	struct snapshot *snapshot;
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

	struct error last;
	time_t last_at; /* of that failure */
	uint64_t refreshes, failures;
};

struct cache {
	struct http *http;
	struct bell *bell;
	int64_t timeout_ms;
	unsigned count;
	struct kind *kinds;

	pthread_mutex_t lock;
	pthread_cond_t work; /* a refresher is wanted */
	pthread_cond_t due;  /* the timer has to think again */
	bool stop;	     /* lock */
	unsigned idle;	     /* lock: refreshers that wait for work */
	unsigned refresher_count;
	pthread_t refreshers[REFRESHERS_MAX];
	pthread_t timer;
};

/* Refresh in this thread, with kind->refreshing set by the caller. Takes the lock itself. */
void inventory_refresh(struct cache *cache, struct kind *kind);

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
