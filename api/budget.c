#include "budget.h"

#include <string.h>

/*
 * The API counts two windows for each token: the hour, of which every answer's headers tell the limit
 * and what remains, and the minute, a twentieth of the hour, of which only a 429 tells. So the hour is
 * taken from the headers, which see the token's other users too, less what is in flight; the minute is
 * counted here. A request counts while it is in flight and for a minute from its end on, as the API began
 * to count it before that. As long as no header was seen there is no limit to keep.
 *
 * The minute is shared by the table below. Whose request it is may use whatever the others do not keep
 * for themselves: one who has a request that waits keeps the whole share, any other a reserve, less what
 * was used of it already. So a thousand creates leave room for the reader who comes, readers without end
 * leave half of each minute to the creates that wait, and what nobody wants is used by who does.
 *
 * Of the hour, which others may have used up, each leaves something to those above.
 *
 * `reset` is when the *oldest* request of the hour expires, not when the window is empty. When the hour
 * is used up, one request is let through after it: its answer says what has become free meanwhile.
 *
 * A 429 holds up everything until retry-after when it comes of one of the two windows; some paths have
 * a limit of their own (GET /v2/account/keys), which holds up the request that met it alone.
 */
enum {
	MINUTES_SHARE = 20, /* the minute's limit is the hour's divided by this */
	SLOT_MS = 1000,
	DEFAULT_WAIT_MS = 1000,
	PROBE_MS = 1000,
};

/* In percent: of the minute, and what is left of the hour. The shares are the whole minute. */
static const struct {
	unsigned share, reserve, leaves;
} shares[HTTP_PRIORITIES] = {
	[HTTP_CHANGE] = {15, 2, 0},
	[HTTP_READ] = {25, 10, 5},
	[HTTP_POLL] = {10, 6, 10},
	[HTTP_CREATE] = {50, 4, 15},
};

/* The requests that count in a minute, by whose they are. */
struct used {
	int64_t by[HTTP_PRIORITIES];
};

/* Forget the seconds that have left the minute. */
static void advance(struct budget *budget, int64_t now)
{
	int64_t slot = now / SLOT_MS;

	if (slot - budget->slot > BUDGET_SLOTS)
		budget->slot = slot - BUDGET_SLOTS;
	while (budget->slot < slot)
		memset(budget->ended[++budget->slot % BUDGET_SLOTS], 0, sizeof budget->ended[0]);
}

static int64_t sum(const struct used *used)
{
	int64_t all = 0;

	for (int i = 0; i < HTTP_PRIORITIES; i++)
		all += used->by[i];
	return all;
}

static struct used in_flight(const struct budget *budget)
{
	struct used used = {0};

	for (int i = 0; i < HTTP_PRIORITIES; i++)
		used.by[i] = budget->in_flight[i];
	return used;
}

static struct used in_minute(const struct budget *budget)
{
	struct used used = in_flight(budget);

	for (int slot = 0; slot < BUDGET_SLOTS; slot++)
		for (int i = 0; i < HTTP_PRIORITIES; i++)
			used.by[i] += budget->ended[slot][i];
	return used;
}

static bool has_room(const struct budget *budget, const struct used *used, int64_t limit,
	enum http_priority priority)
{
	int64_t room = limit - sum(used);

	for (int i = 0; i < HTTP_PRIORITIES; i++) {
		unsigned percent = budget->waits[i] ? shares[i].share : shares[i].reserve;
		int64_t kept = limit * percent / 100 - used->by[i];
		if (i != (int)priority && kept > 0)
			room -= kept;
	}
	return room > 0;
}

/* When the minute has room again: after so many of its oldest seconds have left it. */
static int64_t minute_ask(const struct budget *budget, enum http_priority priority, int64_t now)
{
	int64_t limit = budget->limit / MINUTES_SHARE;
	struct used used = in_minute(budget);

	if (limit == 0 || has_room(budget, &used, limit, priority))
		return 0;
	for (int64_t slot = budget->slot + 1; slot <= budget->slot + BUDGET_SLOTS; slot++) {
		for (int i = 0; i < HTTP_PRIORITIES; i++)
			used.by[i] -= budget->ended[slot % BUDGET_SLOTS][i];
		if (has_room(budget, &used, limit, priority))
			return slot * SLOT_MS;
	}
	return now + PROBE_MS;
}

static int64_t hour_ask(const struct budget *budget, enum http_priority priority, int64_t now)
{
	int64_t leaves = (budget->limit * shares[priority].leaves + 99) / 100;
	struct used flying = in_flight(budget);

	if (budget->remaining - sum(&flying) > leaves)
		return 0;
	if (now < budget->reset)
		return budget->reset;
	return sum(&flying) == 0 ? 0 : now + PROBE_MS;
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

void budget_sent(struct budget *budget, enum http_priority priority)
{
	budget->in_flight[priority]++;
}

/* Has the account used up its minute or hour, as far as is known? */
static bool is_spent(const struct budget *budget, const struct budget_news *news, int64_t now)
{
	return news->limit <= 0 || news->remaining <= 0 || minute_ask(budget, HTTP_CREATE, now) > 0;
}

int64_t budget_ended(struct budget *budget, enum http_priority priority,
	const struct budget_news *news, int64_t now)
{
	advance(budget, now);
	budget->in_flight[priority]--;
	budget->ended[budget->slot % BUDGET_SLOTS][priority]++;
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

unsigned budget_left(struct budget *budget, int64_t now)
{
	int64_t limit = budget->limit / MINUTES_SHARE;

	if (limit <= 0)
		return 100;
	advance(budget, now);
	struct used used = in_minute(budget);
	int64_t minute = (limit - sum(&used)) * 100 / limit;
	int64_t hour = budget->remaining * 100 / budget->limit;
	int64_t least = minute < hour ? minute : hour;
	return least > 0 ? (unsigned)least : 0;
}
