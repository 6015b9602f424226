#ifndef SANDBOX_ROUTER_H
#define SANDBOX_ROUTER_H

#include <stdbool.h>
#include <stddef.h>

struct request;

struct route {
	const char *method;
	const char *pattern; /* a `*` is any one segment */
	void (*handle)(struct request *request, unsigned kind);
	unsigned kind;
};

/* What answers a request. */
struct match {
	void (*handle)(struct request *request, unsigned kind);
	unsigned kind;
	char pattern[128]; /* for counting: /v2/droplets/ID is one with /v2/droplets/ANOTHER */
};

/*
 * Finds what answers the request and fills in its arguments; of several that fit, the one whose
 * pattern says most. False after answering 404 or 405.
 */
bool router_find(struct request *request, struct match *match);

/* Does the path fit the pattern? As router_find() sees it; for the faults. */
bool router_fits(const struct request *request, const char *pattern);

#endif
