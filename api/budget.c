#include "budget.h"

#include <string.h>

/*
 * The API counts two windows for each token: the hour, of which every answer's headers tell the limit
 * and what remains, and the minute, a twentieth of the hour, of which only a 429 tells. So the hour is
 * taken from the headers, which see the token's other users too, less what is in flight; the minute is
 * counted here, in seconds. As long as no header was seen there is no limit to keep.
 *
 * Each priority leaves a reserve of both windows to those above it: a `find` over the whole mount can
 * use up a window, and the changes must still go through.
 *
 * `reset` is when the *oldest* request of the hour expires, not when the window is empty. When the hour
 * is used up, one request is let through after it: its answer says what has become free meanwhile.
 *
 * A 429 holds up everything until retry-after when it comes of one of the two windows; some paths have
 * a limit of their own (GET /v2/account/keys), which holds up the request that met it alone.
 */
enum {
	MINUTES_SHARE = 20, /* the minute's limit is the hour's divided by this */
	DEFAULT_WAIT_MS = 1000,
	PROBE_MS = 1000,
};

static const unsigned reserve_percent[HTTP_PRIORITIES] = {
	[HTTP_CHANGE] = 0,
	[HTTP_POLL] = 5,
	[HTTP_READ] = 10,
};

/* Forget the seconds that have left the window. */
static void advance(struct budget *budget, int64_t now)
{
	int64_t second = now / 1000;

	if (second - budget->second >= BUDGET_SECONDS)
		memset(budget->sent, 0, sizeof budget->sent);
	else
		for (int64_t at = budget->second + 1; at <= second; at++)
			budget->sent[at % BUDGET_SECONDS] = 0;
	if (second > budget->second)
		budget->second = second;
}

static int64_t share(int64_t limit, enum http_priority priority)
{
	return limit - (limit * reserve_percent[priority] + 99) / 100;
}

/* When the minute has room again: after so many of its oldest seconds have left it. */
static int64_t minute_ask(const struct budget *budget, enum http_priority priority, int64_t now)
{
	int64_t most = share(budget->limit / MINUTES_SHARE, priority), used = 0;

	for (unsigned i = 0; i < BUDGET_SECONDS; i++)
		used += budget->sent[i];
	if (used < most || most <= 0)
		return 0;
	for (int64_t at = budget->second - BUDGET_SECONDS + 1; at <= budget->second; at++) {
		used -= at < 0 ? 0 : budget->sent[at % BUDGET_SECONDS];
		if (used < most)
			return (at + BUDGET_SECONDS) * 1000;
	}
	return now + PROBE_MS;
}

static int64_t hour_ask(const struct budget *budget, enum http_priority priority, int64_t now)
{
	int64_t reserve = budget->limit - share(budget->limit, priority);

	if (budget->remaining - budget->in_flight > reserve)
		return 0;
	if (now < budget->reset)
		return budget->reset;
	return budget->in_flight == 0 ? 0 : now + PROBE_MS;
}

int64_t budget_ask(struct budget *budget, enum http_priority priority, int64_t now)
{
	advance(budget, now);
	if (now < budget->blocked_until)
		return budget->blocked_until;
	if (budget->limit <= 0)
		return 0;
	int64_t hour = hour_ask(budget, priority, now), minute = minute_ask(budget, priority, now);
	return hour > minute ? hour : minute;
}

void budget_sent(struct budget *budget, int64_t now)
{
	advance(budget, now);
	budget->sent[budget->second % BUDGET_SECONDS]++;
	budget->in_flight++;
}

/* Has the account used up its minute or hour, as far as is known? */
static bool is_spent(const struct budget *budget, const struct budget_news *news, int64_t now)
{
	return news->limit <= 0 || news->remaining <= 0 || minute_ask(budget, HTTP_CHANGE, now) > 0;
}

int64_t budget_ended(struct budget *budget, const struct budget_news *news, int64_t now)
{
	advance(budget, now);
	budget->in_flight--;
	if (news == NULL)
		return 0;
	if (news->limit > 0 && news->remaining >= 0) {
		budget->limit = news->limit;
		budget->remaining = news->remaining;
		budget->reset = news->reset;
		/* What expired a moment ago may be gone: do not spin on a reset that has passed. */
		if (budget->remaining <= 0 && budget->reset <= now)
			budget->reset = now + PROBE_MS;
	}
	if (news->status != 429)
		return 0;
	int64_t again = now + (news->retry_after >= 0 ? news->retry_after : DEFAULT_WAIT_MS);
	if (is_spent(budget, news, now) && again > budget->blocked_until)
		budget->blocked_until = again;
	return again;
}
