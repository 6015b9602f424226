#include "limit.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum { LIMIT_MINUTE = 250, LIMIT_KEYS = 10, HOUR_MS = 3600000, MINUTE_MS = 60000 };

/* When the last `size` requests came, in milliseconds since 1970; 0 for none. */
struct ring {
	int64_t *times;
	unsigned size;
	unsigned next;
};

struct limit {
	pthread_mutex_t lock; /* all below */
	struct ring requests;
	struct ring keys;
	bool on;
};

static int64_t limit_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The time of the `nth` last request, counting from 1. */
static int64_t ring_nth(const struct ring *ring, unsigned nth)
{
	return ring->times[(ring->next + ring->size - nth) % ring->size];
}

static void ring_add(struct ring *ring, int64_t now)
{
	ring->times[ring->next] = now;
	ring->next = (ring->next + 1) % ring->size;
}

/* How many of the ring's requests are younger than `span`; times only grow, so a search by halves. */
static unsigned ring_count(const struct ring *ring, int64_t now, int64_t span)
{
	unsigned low = 0, high = ring->size;

	while (low < high) {
		unsigned middle = low + (high - low + 1) / 2;

		if (ring_nth(ring, middle) > now - span)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/* Seconds until the request that fills a window leaves it; 0 when the window has room. */
static long ring_wait(const struct ring *ring, unsigned most, int64_t now, int64_t span)
{
	int64_t left = ring_nth(ring, most) + span - now;

	return left > 0 ? (long)((left + 999) / 1000) : 0;
}

struct limit *limit_create(bool on)
{
	struct limit *limit = calloc(1, sizeof(*limit));

	if (!limit)
		abort();
	pthread_mutex_init(&limit->lock, NULL);
	limit->on = on;
	limit->requests.size = LIMIT_HOUR;
	limit->requests.times = calloc(LIMIT_HOUR, sizeof(*limit->requests.times));
	limit->keys.size = LIMIT_KEYS;
	limit->keys.times = calloc(LIMIT_KEYS, sizeof(*limit->keys.times));
	if (!limit->requests.times || !limit->keys.times)
		abort();
	return limit;
}

void limit_destroy(struct limit *limit)
{
	if (!limit)
		return;
	pthread_mutex_destroy(&limit->lock);
	free(limit->requests.times);
	free(limit->keys.times);
	free(limit);
}

static struct limit_state limit_describe(const struct limit *limit, int64_t now)
{
	unsigned used = ring_count(&limit->requests, now, HOUR_MS);
	int64_t oldest = used ? ring_nth(&limit->requests, used) : now;

	return (struct limit_state){
		.remaining = LIMIT_HOUR - (long)used,
		.reset = (oldest + HOUR_MS + 999) / 1000,
	};
}

static bool limit_refuses(
	const struct limit *limit, bool lists_keys, int64_t now, struct limit_state *state)
{
	if (ring_wait(&limit->requests, LIMIT_HOUR, now, HOUR_MS)) {
		state->reason = "API Rate limit exceeded.";
		return true;
	}
	state->retry_after = ring_wait(&limit->requests, LIMIT_MINUTE, now, MINUTE_MS);
	if (!state->retry_after && lists_keys)
		state->retry_after = ring_wait(&limit->keys, LIMIT_KEYS, now, MINUTE_MS);
	if (state->retry_after)
		state->reason = "API Rate limit exceeded: too many requests in a minute.";
	return state->reason;
}

struct limit_state limit_take(struct limit *limit, bool lists_keys)
{
	struct limit_state refusal = {0}, state;
	int64_t now = limit_now();

	pthread_mutex_lock(&limit->lock);
	if (limit->on && !limit_refuses(limit, lists_keys, now, &refusal)) {
		ring_add(&limit->requests, now);
		if (lists_keys)
			ring_add(&limit->keys, now);
	}
	state = limit_describe(limit, now);
	pthread_mutex_unlock(&limit->lock);
	state.reason = refusal.reason;
	state.retry_after = refusal.retry_after;
	return state;
}

struct limit_state limit_look(struct limit *limit)
{
	struct limit_state state;

	pthread_mutex_lock(&limit->lock);
	state = limit_describe(limit, limit_now());
	pthread_mutex_unlock(&limit->lock);
	return state;
}
