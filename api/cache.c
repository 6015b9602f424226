#include "cache.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "collection.h"
#include "inventory.h"
#include "journal.h"
#include "listing.h"
#include "memory.h"

/*
 * Threads: refreshers, started when there is work that none of them is free for, do all that takes long
 * (listings, polls); the timer only says when. It sleeps until the next thing is due, without end when
 * nothing is: an idle mount wakes up for nothing.
 */
enum {
	PARK_MS =
		1000, /* how long a reader is asked to wait for news rather than take what is old */
	BACK_OFF_MS = 1000,
	BACK_OFF_MAX_MS = 30000,
};

static void *refresher(void *context);

/* Under lock. */
static void want_refresher(struct cache *cache)
{
	unsigned queued = 0;

	for (unsigned i = 0; i < cache->count; i++)
		queued += cache->kinds[i]->wanted + cache->kinds[i]->poll_wanted;
	if (queued > cache->idle && cache->refresher_count < REFRESHERS_MAX && !cache->stop &&
		pthread_create(
			&cache->refreshers[cache->refresher_count], NULL, refresher, cache) == 0)
		cache->refresher_count++;
	pthread_cond_signal(&cache->work);
}

/* Under lock: refresh soon, unless that is under way or just failed. */
static void want_refresh(struct cache *cache, struct kind *kind, int64_t now)
{
	if (kind->refreshing || kind->wanted || now < kind->not_before)
		return;
	kind->wanted = true;
	kind->refresh_since = now;
	want_refresher(cache);
}

/* Under lock. */
static bool is_under_way(const struct kind *kind)
{
	return kind->refreshing || kind->wanted;
}

int cache_get(struct cache *cache, unsigned listing, struct snapshot **ret, struct error *err)
{
	struct kind *its = cache->kinds[listing];
	int64_t now = clock_ms();

	*ret = NULL;
	if (nested_is_unbound(its))
		return error_set(
			err, ENFILE, "too many %s are looked at: mount anew", its->resource->name);
	if (nested_is_derived(its))
		return nested_get(cache, its, ret, err);
	LOCKED(&cache->lock);
	int64_t age = its->snapshot != NULL ? now - its->snapshot->taken : INT64_MAX;
	if (!its->looked) {
		its->looked = true;
		pthread_cond_signal(&cache->due);
	}
	/* However young: one of an earlier mount does not say what is not there. */
	if (its->snapshot != NULL && its->snapshot->remembered)
		age = INT64_MAX;
	if (age > its->ttl_ms)
		want_refresh(cache, its, now);
	bool soon = is_under_way(its) && now - its->refresh_since < PARK_MS;
	if (its->snapshot != NULL) {
		if (age > 2 * its->ttl_ms && soon)
			return -EINPROGRESS;
		*ret = snapshot_ref(its->snapshot);
		return 0;
	}
	/* The first one is worth waiting for; one after a failure no longer than an old one would be. */
	if (its->last.code == 0 || soon)
		return -EINPROGRESS;
	return error_move(err, &its->last);
}

int cache_peek(struct cache *cache, unsigned listing, struct snapshot **ret)
{
	LOCKED(&cache->lock);
	struct snapshot *snapshot = cache->kinds[listing]->snapshot;
	*ret = snapshot != NULL ? snapshot_ref(snapshot) : NULL;
	return snapshot != NULL ? 0 : -ENODATA;
}

/* The listing that this one is made from, if it is made from another one. */
static struct kind *made_from(struct cache *cache, const struct kind *kind)
{
	CLEANUP_FREE char *id = NULL;

	return cache->kinds[nested_source(cache, kind, &id)];
}

/* The listing whose requests bring this one. */
static struct kind *source_of(struct cache *cache, struct kind *kind)
{
	while (nested_is_derived(kind))
		kind = made_from(cache, kind);
	return kind;
}

/* Under lock. What an earlier mount left is not fresh, however young: it does not say what is not there. */
static int64_t fresh_ms(const struct kind *kind)
{
	if (kind->snapshot == NULL || kind->snapshot->remembered)
		return 0;
	int64_t left = kind->snapshot->taken + kind->ttl_ms - clock_ms();
	return left > 0 ? left : 0;
}

int64_t cache_fresh_ms(struct cache *cache, unsigned listing)
{
	const struct kind *its = source_of(cache, cache->kinds[listing]);

	LOCKED(&cache->lock);
	return fresh_ms(its);
}

int64_t cache_changed(struct cache *cache, unsigned listing, bool names)
{
	const struct kind *its = cache->kinds[listing];
	const struct snapshot *snapshot;
	int64_t changed = 0;

	pthread_mutex_lock(&cache->lock);
	if ((snapshot = its->snapshot) != NULL)
		changed = names ? snapshot->listed : snapshot->changed;
	pthread_mutex_unlock(&cache->lock);
	/* What is made from another listing may not have been made from its present one yet. */
	while (nested_is_derived(its)) {
		its = made_from(cache, its);
		LOCKED(&cache->lock);
		if (its->snapshot != NULL && its->snapshot->changed > changed)
			changed = its->snapshot->changed;
	}
	return changed;
}

uint64_t cache_turn(struct cache *cache, unsigned listing)
{
	struct kind *its = source_of(cache, cache->kinds[listing]);

	LOCKED(&cache->lock);
	if (fresh_ms(its) == 0 && !its->shown_old) {
		its->shown_old = true;
		its->turn++;
	}
	return its->turn;
}

static void refresh(struct cache *cache, struct kind *kind)
{
	struct kind *its = source_of(cache, kind);

	if (nested_is_unbound(its))
		return;
	LOCKED(&cache->lock);
	/* One that is under way may have read its pages already: another one after it. */
	if (!its->wanted && !its->refreshing)
		its->refresh_since = clock_ms();
	its->wanted = true;
	want_refresher(cache);
}

void cache_refresh(struct cache *cache, unsigned listing)
{
	refresh(cache, cache->kinds[listing]);
}

void cache_put(struct cache *cache, unsigned listing, const struct json *object)
{
	struct kind *its = cache->kinds[listing];
	CLEANUP_FREE char *id = resource_id(its->resource, object);
	struct object *old = NULL, *made;

	if (id == NULL)
		return;
	pthread_mutex_lock(&cache->lock);
	if (its->snapshot != NULL)
		old = snapshot_by_id(its->snapshot, id);
	if (old != NULL)
		object_ref(old);
	pthread_mutex_unlock(&cache->lock);
	made = object_create(its->resource, its->slots, object, old);
	object_unref(old);
	if (hold_learn(cache, its, id, made, clock_ms()))
		bell_ring(cache->bell);
}

void cache_remove(struct cache *cache, unsigned listing, const char *id)
{
	struct kind *its = cache->kinds[listing];

	pthread_mutex_lock(&cache->lock);
	watch_drop(its, id);
	pthread_mutex_unlock(&cache->lock);
	if (hold_learn(cache, its, id, NULL, clock_ms()))
		bell_ring(cache->bell);
}

void cache_watch(struct cache *cache, unsigned listing, const char *id)
{
	LOCKED(&cache->lock);
	watch_add(cache->kinds[listing], id, clock_ms());
	pthread_cond_signal(&cache->due);
}

void cache_unwatch(struct cache *cache, unsigned listing, const char *id)
{
	LOCKED(&cache->lock);
	watch_drop(cache->kinds[listing], id);
}

void cache_stats_get(struct cache *cache, unsigned listing, struct cache_stats *ret)
{
	const struct kind *its = cache->kinds[listing];

	LOCKED(&cache->lock);
	*ret = (struct cache_stats){.count = its->snapshot != NULL ? its->snapshot->count : 0,
		.age_ms = its->snapshot != NULL ? clock_ms() - its->snapshot->taken : -1,
		.last = its->last,
		.last_at = its->last_at,
		.refreshes = its->refreshes,
		.failures = its->failures};
}

/* Under lock. */
static void note_failure(struct kind *kind, const struct error *err, int64_t now)
{
	kind->last = *err;
	kind->last_at = time(NULL);
	kind->failures++;
	kind->back_off = kind->back_off == 0 ? BACK_OFF_MS : kind->back_off * 2;
	if (kind->back_off > BACK_OFF_MAX_MS)
		kind->back_off = BACK_OFF_MAX_MS;
	kind->not_before = now + kind->back_off;
}

void inventory_refresh(struct cache *cache, struct kind *kind, enum http_priority priority)
{
	struct snapshot *old = NULL, *fresh = NULL;
	struct error err = {0};
	int rc;

	pthread_mutex_lock(&cache->lock);
	bool recall = !kind->recalled && kind->snapshot == NULL;
	kind->recalled = true;
	pthread_mutex_unlock(&cache->lock);
	if (recall)
		remember_load(cache, kind);

	pthread_mutex_lock(&cache->lock);
	bool looked = kind->looked;
	kind->looked = false;
	if (kind->snapshot != NULL)
		old = snapshot_ref(kind->snapshot);
	pthread_mutex_unlock(&cache->lock);

	rc = collection_fetch(cache->http, priority, kind->resource, kind->slots, old,
		clock_ms() + cache->timeout_ms, &fresh, &err);
	snapshot_unref(old);
	old = NULL;

	pthread_mutex_lock(&cache->lock);
	kind->refreshes++;
	kind->shown_old = false;
	kind->refreshing = false;
	if (rc != 0 && priority == HTTP_POLL) {
		/* It comes again by itself, but whoever looked before is still owed a listing. */
		kind->looked |= looked;
	} else if (rc != 0) {
		note_failure(kind, &err, clock_ms());
	} else {
		old = hold_merge(kind, fresh, clock_ms());
		error_clear(&kind->last);
		kind->back_off = kind->not_before = 0;
	}
	pthread_cond_signal(&cache->due);
	pthread_mutex_unlock(&cache->lock);
	snapshot_unref(old);
	bell_ring(cache->bell);
	if (rc == 0)
		remember_save(cache, kind, false);
}

static void read_listing(struct cache *cache, struct kind *kind)
{
	if (nested_is_derived(kind)) {
		/* A hold on it ends. Its own path is not one to be asked for, or is that of all there are. */
		pthread_mutex_lock(&cache->lock);
		kind->refreshing = false;
		kind->recheck_at = 0;
		pthread_mutex_unlock(&cache->lock);
		refresh(cache, kind);
		return;
	}
	inventory_refresh(cache, kind, HTTP_READ);
}

/* Under lock: something to do, marked as being done. */
static struct kind *take_work(struct cache *cache, void (**ret)(struct cache *, struct kind *))
{
	for (unsigned i = 0; i < cache->count; i++) {
		struct kind *kind = cache->kinds[i];

		if (kind->poll_wanted && !kind->polling) {
			kind->poll_wanted = false;
			kind->polling = true;
			*ret = watch_poll;
			return kind;
		}
		if (kind->wanted && !kind->refreshing) {
			kind->wanted = false;
			kind->refreshing = true;
			kind->refresh_since = clock_ms();
			*ret = read_listing;
			return kind;
		}
	}
	return NULL;
}

static void *refresher(void *context)
{
	struct cache *cache = context;
	void (*work)(struct cache *, struct kind *) = NULL;

	LOCKED(&cache->lock);
	while (!cache->stop) {
		struct kind *kind = take_work(cache, &work);

		if (kind == NULL) {
			cache->idle++;
			pthread_cond_wait(&cache->work, &cache->lock);
			cache->idle--;
			continue;
		}
		pthread_mutex_unlock(&cache->lock);
		work(cache, kind);
		pthread_mutex_lock(&cache->lock);
		if (work == watch_poll) {
			kind->polling = false;
			pthread_cond_signal(&cache->due);
		}
	}
	return NULL;
}

/* Under lock: when this kind's listing is to be renewed by itself; INT64_MAX for never. */
static int64_t refresh_due(const struct kind *kind)
{
	int64_t due = INT64_MAX;

	if (is_under_way(kind))
		return INT64_MAX;
	if (kind->looked)
		due = kind->snapshot != NULL ? kind->snapshot->taken + kind->ttl_ms + 1 : 0;
	if (kind->recheck_at != 0 && kind->recheck_at < due)
		due = kind->recheck_at;
	return due > kind->not_before ? due : kind->not_before;
}

/* Under lock: order what is due; returns when the next one of this kind is. */
static int64_t order_due(struct cache *cache, struct kind *kind, int64_t now)
{
	int64_t refresh = refresh_due(kind);
	int64_t poll = kind->polling || kind->poll_wanted ? INT64_MAX : watch_due(kind);

	if (refresh <= now) {
		want_refresh(cache, kind, now);
		refresh = INT64_MAX;
	}
	if (poll <= now) {
		kind->poll_wanted = true;
		want_refresher(cache);
		poll = INT64_MAX;
	}
	return refresh < poll ? refresh : poll;
}

static void *timer(void *context)
{
	struct cache *cache = context;

	LOCKED(&cache->lock);
	while (!cache->stop) {
		int64_t now = clock_ms(), next = INT64_MAX;

		for (unsigned i = 0; i < cache->count; i++) {
			int64_t due = order_due(cache, cache->kinds[i], now);
			next = due < next ? due : next;
		}
		struct timespec until = clock_timespec(next);
		if (next == INT64_MAX)
			pthread_cond_wait(&cache->due, &cache->lock);
		else
			pthread_cond_timedwait(&cache->due, &cache->lock, &until);
	}
	return NULL;
}

struct cache *cache_create(
	struct http *http, struct bell *bell, const struct cache_options *options)
{
	struct cache *cache = xcalloc(1, sizeof *cache);

	cache->http = http;
	cache->bell = bell;
	cache->timeout_ms = options->timeout_ms;
	cache->secret = options->secret;
	if (options->state_dir != NULL)
		cache->inventory = xasprintf("%s/inventory", options->state_dir);
	if (cache->inventory != NULL && journal_make(cache->inventory, NULL) != 0) {
		free(cache->inventory);
		cache->inventory = NULL;
	}
	/* Pages that nothing is written to take no memory. */
	cache->kinds = xcalloc(LISTINGS_MAX, sizeof(struct kind *));
	for (unsigned i = 0; i < options->count; i++) {
		const struct resource *resource = options->resources[i];
		struct kind *kind = nested_add(cache, resource, (struct cache_place){i, 0});

		cache->own = cache->count;
		kind->slots = intern_create(CACHE_SLOTS);
		kind->ttl_ms = resource->catalogue ? options->catalogue_ttl_ms : options->ttl_ms;
	}
	pthread_mutex_init(&cache->lock, NULL);
	clock_cond_init(&cache->work);
	clock_cond_init(&cache->due);
	if (pthread_create(&cache->timer, NULL, timer, cache) != 0)
		abort();
	return cache;
}

static void finish_kind(struct kind *kind)
{
	for (size_t i = 0; i < kind->hold_count; i++)
		hold_finish(&kind->holds[i]);
	for (size_t i = 0; i < kind->watch_count; i++)
		free(kind->watches[i].id);
	free(kind->holds);
	free(kind->watches);
	snapshot_unref(kind->snapshot);
	snapshot_unref(kind->saved);
	nested_finish(kind);
}

void cache_destroy(struct cache *cache)
{
	if (cache == NULL)
		return;
	pthread_mutex_lock(&cache->lock);
	cache->stop = true; /* want_refresher() starts no more of them */
	pthread_cond_broadcast(&cache->work);
	pthread_cond_broadcast(&cache->due);
	pthread_mutex_unlock(&cache->lock);
	pthread_join(cache->timer, NULL);
	for (unsigned i = 0; i < cache->refresher_count; i++)
		pthread_join(cache->refreshers[i], NULL);
	for (unsigned i = 0; i < cache->count; i++)
		remember_save(cache, cache->kinds[i], true);
	for (unsigned i = 0; i < cache->own; i++)
		intern_destroy(cache->kinds[i]->slots);
	for (unsigned i = 0; i < cache->count; i++) {
		finish_kind(cache->kinds[i]);
		free(cache->kinds[i]);
	}
	pthread_cond_destroy(&cache->work);
	pthread_cond_destroy(&cache->due);
	pthread_mutex_destroy(&cache->lock);
	free(cache->kinds);
	free(cache->inventory);
	free(cache);
}
