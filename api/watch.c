#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "collection.h"
#include "inventory.h"
#include "listing.h"
#include "memory.h"

/*
 * Polling of watched objects. Whatever of one kind is due within the same moment is asked for together:
 * by single GETs, or by one listing where that takes fewer requests, as it does from two droplets on
 * (one page holds 200); a listing serves all, also those that are due later. How often follows from the
 * age of the watch, because what has just been asked for is about to happen. Between two polls of a kind
 * lies as much time as the first one's requests have to cost for the rate budget to last: however many
 * are watched, there are no more polls.
 */
enum {
	FIRST_MS = 200,
	TOGETHER_MS = 150, /* what is due that soon is taken along */
	PARALLEL = 16,
	GONE_TRIES =
		3, /* a GET just after a create can answer 404 (terraform-provider-digitalocean#378) */
	GONE_MS = 3000,
	PAUSE_MAX_MS = 30000,
};

static const struct {
	int64_t age_ms, interval_ms;
} paces[] = {
	{10000, 500},
	{60000, 800},
	{300000, 2000},
	{INT64_MAX, 5000},
};

/* What one request has to cost in time so that the budget lasts, by the percentage of it that is left. */
static const struct {
	unsigned percent;
	int64_t ms;
} spacings[] = {
	{75, 300},
	{50, 720}, /* 5,000 an hour */
	{25, 2000},
	{10, 4000},
	{0, 8000},
};

static int64_t spacing(struct http *http)
{
	struct http_stats stats;
	size_t i = 0;

	http_stats_get(http, &stats);
	if (stats.rate_limit <= 0)
		return 0;
	while (stats.rate_left < spacings[i].percent)
		i++;
	return spacings[i].ms;
}

static int64_t interval(int64_t age)
{
	size_t i = 0;

	while (age > paces[i].age_ms)
		i++;
	return paces[i].interval_ms;
}

static struct watch *find(const struct kind *kind, const char *id)
{
	for (size_t i = 0; i < kind->watch_count; i++)
		if (strcmp(kind->watches[i].id, id) == 0)
			return &kind->watches[i];
	return NULL;
}

void watch_add(struct kind *kind, const char *id, int64_t now)
{
	if (find(kind, id) != NULL)
		return;
	if (kind->watch_count == kind->watch_room) {
		kind->watch_room = kind->watch_room == 0 ? 8 : kind->watch_room * 2;
		kind->watches = xrealloc(kind->watches, kind->watch_room, sizeof *kind->watches);
	}
	kind->watches[kind->watch_count++] = (struct watch){
		.id = xstrdup(id), .since = now, .next = now + FIRST_MS};
}

void watch_drop(struct kind *kind, const char *id)
{
	struct watch *watch = find(kind, id);

	if (watch == NULL)
		return;
	free(watch->id);
	*watch = kind->watches[--kind->watch_count];
}

int64_t watch_due(const struct kind *kind)
{
	int64_t due = INT64_MAX;

	for (size_t i = 0; i < kind->watch_count; i++)
		if (!kind->watches[i].busy && kind->watches[i].next < due)
			due = kind->watches[i].next;
	return due > kind->poll_after ? due : kind->poll_after;
}

/* Under lock: is one listing cheaper than a GET for each that is due? */
static bool is_listing_cheaper(const struct kind *kind, int64_t until)
{
	size_t count = 0;

	for (size_t i = 0; i < kind->watch_count; i++)
		count += kind->watches[i].next <= until;
	return kind->snapshot != NULL && !kind->refreshing && !nested_is_derived(kind) &&
	       collection_requests(kind->resource, kind->snapshot->count) < count;
}

/* The ids to poll now, marked busy. */
static char **take_due(struct cache *cache, struct kind *kind, size_t *ret_count, bool *ret_list)
{
	int64_t until = clock_ms() + TOGETHER_MS;
	size_t count = 0;

	LOCKED(&cache->lock);
	char **ids = xcalloc(kind->watch_count, sizeof(char *));
	*ret_list = is_listing_cheaper(kind, until);
	for (size_t i = 0; i < kind->watch_count; i++) {
		struct watch *watch = &kind->watches[i];

		if (watch->busy || (!*ret_list && watch->next > until))
			continue;
		watch->busy = true;
		ids[count++] = xstrdup(watch->id);
	}
	if (*ret_list) {
		kind->refreshing = true;
		kind->refresh_since = clock_ms();
	}
	*ret_count = count;
	return ids;
}

static struct http_call *begin_get(struct cache *cache, struct kind *kind, const char *id)
{
	CLEANUP_FREE char *path = resource_path(kind->resource, id);
	struct http_request request = {.method = "GET",
		.path = path,
		.deadline = clock_ms() + cache->timeout_ms,
		.priority = HTTP_POLL,
		.repeatable = true};

	return http_begin(cache->http, &request);
}

/* Another 404 for a watched object; true when it is to be believed. */
static bool is_gone(struct cache *cache, struct kind *kind, const char *id, int64_t now)
{
	LOCKED(&cache->lock);
	struct watch *watch = find(kind, id);
	if (watch == NULL)
		return false;
	if (watch->misses++ == 0)
		watch->first_miss = now;
	return watch->misses >= GONE_TRIES && now - watch->first_miss >= GONE_MS;
}

static void forget_misses(struct cache *cache, struct kind *kind, const char *id)
{
	LOCKED(&cache->lock);
	struct watch *watch = find(kind, id);
	if (watch != NULL)
		watch->misses = 0;
}

static bool take_answer(struct cache *cache, struct kind *kind, const char *id,
	const struct http_answer *answer, int64_t asked)
{
	CLEANUP_JSON struct json *body = json_parse(answer->body, answer->length, NULL);
	const struct json *value = resource_answer(kind->resource, body);
	struct object *old = NULL, *object;

	forget_misses(cache, kind, id);
	if (json_type(value) != JSON_OBJECT)
		return false;
	pthread_mutex_lock(&cache->lock);
	if (kind->snapshot != NULL)
		old = snapshot_by_id(kind->snapshot, id);
	if (old != NULL)
		object_ref(old);
	pthread_mutex_unlock(&cache->lock);
	object = object_create(kind->resource, kind->slots, value, old);
	object_unref(old);
	/* Under another id it would be another object's state. */
	if (strcmp(object->id, id) != 0) {
		object_unref(object);
		return false;
	}
	return hold_learn(cache, kind, id, object, asked);
}

/* The end of a GET; whether anything changed by it. */
static bool end_get(struct cache *cache, struct kind *kind, const char *id, struct http_call *call,
	int64_t asked)
{
	CLEANUP_ANSWER struct http_answer answer = {0};
	int rc = http_end(call, &answer, NULL);

	if (rc == 0)
		return take_answer(cache, kind, id, &answer, asked);
	if (rc != -ENOENT || !is_gone(cache, kind, id, clock_ms()))
		return false;
	pthread_mutex_lock(&cache->lock);
	watch_drop(kind, id);
	pthread_mutex_unlock(&cache->lock);
	return hold_learn(cache, kind, id, NULL, clock_ms());
}

static bool get_each(struct cache *cache, struct kind *kind, char *const *ids, size_t count)
{
	struct http_call *calls[PARALLEL];
	bool changed = false;

	for (size_t at = 0; at < count; at += PARALLEL) {
		size_t some = count - at < PARALLEL ? count - at : PARALLEL;
		int64_t asked = clock_ms();

		for (size_t i = 0; i < some; i++)
			calls[i] = begin_get(cache, kind, ids[at + i]);
		for (size_t i = 0; i < some; i++)
			changed |= end_get(cache, kind, ids[at + i], calls[i], asked);
	}
	return changed;
}

static void schedule_next(
	struct cache *cache, struct kind *kind, char *const *ids, size_t count, size_t requests)
{
	int64_t space = spacing(cache->http), now = clock_ms(), pause = (int64_t)requests * space;

	LOCKED(&cache->lock);
	kind->poll_after = now + (pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS);
	for (size_t i = 0; i < count; i++) {
		struct watch *watch = find(kind, ids[i]);

		if (watch == NULL)
			continue;
		watch->busy = false;
		watch->next = now + interval(now - watch->since);
	}
}

void watch_poll(struct cache *cache, struct kind *kind)
{
	size_t count;
	bool list;
	char **ids = take_due(cache, kind, &count, &list);
	size_t requests = count;

	if (list) {
		inventory_refresh(cache, kind, HTTP_POLL);
		pthread_mutex_lock(&cache->lock);
		requests = collection_requests(
			kind->resource, kind->snapshot != NULL ? kind->snapshot->count : 0);
		pthread_mutex_unlock(&cache->lock);
	} else if (get_each(cache, kind, ids, count)) {
		bell_ring(cache->bell);
	}
	schedule_next(cache, kind, ids, count, requests);
	for (size_t i = 0; i < count; i++)
		free(ids[i]);
	free(ids);
}
