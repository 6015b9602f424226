#ifndef DOCLOUD_BUDGET_H
#define DOCLOUD_BUDGET_H

#include "http.h"

/*
 * How many requests the API still takes, and whose turn it is: pure arithmetic over times that the caller gives
 * (clock_ms()), without a lock of its own. The rules it keeps stand at the top of budget.c.
 */
enum {
	/* Of a second; 60, and one because a request may be as young as the end of its own. */
	BUDGET_SLOTS = 61,
};

struct budget {
	int64_t limit;			     /* requests an hour; 0 as long as no answer said it */
	int64_t remaining;		     /* of them, when the last answer was written */
	int64_t reset;			     /* when the oldest request of the hour expires */
	int64_t blocked_until;		     /* a 429 said so */
	bool waits[HTTP_PRIORITIES];	     /* set by the caller: has such a request to wait? */
	uint32_t in_flight[HTTP_PRIORITIES]; /* sent, and not in `remaining` yet */
	uint32_t ended[BUDGET_SLOTS][HTTP_PRIORITIES];
	int64_t slot; /* the second that ended[slot % BUDGET_SLOTS] counts */
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
void budget_sent(struct budget *budget, enum http_priority priority);

/*
 * A request has ended; news is NULL when it had no answer. Returns when a request that was answered
 * with 429 may be sent again, 0 for any other.
 */
int64_t budget_ended(struct budget *budget, enum http_priority priority,
	const struct budget_news *news, int64_t now);

/* What is left of the hour or of the minute, whichever is less, in percent; 100 when no limit is known. */
unsigned budget_left(struct budget *budget, int64_t now);

#endif
