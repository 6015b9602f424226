#ifndef DOCLOUD_BUDGET_H
#define DOCLOUD_BUDGET_H

#include "http.h"

/*
 * How many requests the API still takes: pure arithmetic over times that the caller gives (clock_ms()),
 * without a lock of its own. The rules it keeps stand at the top of budget.c.
 */
enum { BUDGET_SECONDS = 60 };

struct budget {
	int64_t limit;	       /* requests an hour; 0 as long as no answer said it */
	int64_t remaining;     /* of them, when the last answer was written */
	int64_t reset;	       /* when the oldest request of the hour expires */
	int64_t in_flight;     /* sent, and not in `remaining` yet */
	int64_t blocked_until; /* a 429 said so */
	int64_t second;	       /* the second that sent[second % BUDGET_SECONDS] counts */
	uint32_t sent[BUDGET_SECONDS];
};

/* What the headers of an answer say; -1 for a header that was not there. */
struct budget_news {
	int status;
	int64_t limit, remaining;
	int64_t reset;	     /* clock_ms() */
	int64_t retry_after; /* ms from now */
};

/* 0: a request of this priority may be sent now. Otherwise when to ask again, later than now. */
int64_t budget_ask(struct budget *budget, enum http_priority priority, int64_t now);
void budget_sent(struct budget *budget, int64_t now);

/*
 * A request has ended; news is NULL when it had no answer. Returns when a request that was answered
 * with 429 may be sent again, 0 for any other.
 */
int64_t budget_ended(struct budget *budget, const struct budget_news *news, int64_t now);

#endif
