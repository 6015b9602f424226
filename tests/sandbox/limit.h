#ifndef SANDBOX_LIMIT_H
#define SANDBOX_LIMIT_H

#include <stdbool.h>

/*
 * DigitalOcean's rate limits: 5,000 requests an hour and 250 a minute, where each request counts for
 * an hour (a minute) of its own, and ten listings of the SSH keys a minute.
 */
struct limit;

enum { LIMIT_HOUR = 5000 };

struct limit_state {
	long remaining;	    /* of the hour's requests */
	long long reset;    /* when the oldest of them expires, in seconds since 1970 */
	long retry_after;   /* seconds, when the request was refused; 0 for the hour's limit */
	const char *reason; /* why it was refused; NULL when it was not */
};

/* Switched off, nothing is counted, and no answer tells of a limit: a client sees no reason to be sparing. */
struct limit *limit_create(bool on);
void limit_destroy(struct limit *limit);

/* Counts a request, unless it is to be refused. */
struct limit_state limit_take(struct limit *limit, bool lists_keys);

/* The same without a request. */
struct limit_state limit_look(struct limit *limit);

#endif
