#ifndef SANDBOX_ROUTER_H
#define SANDBOX_ROUTER_H

#include <stdbool.h>

struct request;

/* What answers a request. */
struct match {
	const struct operation *operation; /* NULL: nothing does */
	unsigned kind;
};

/*
 * Finds the operation of a kind that the request asks for, and fills in its arguments; of several
 * that fit, the one whose path says most. False after answering 404 or 405.
 */
bool router_find(struct request *request, struct match *match);

/*
 * Does the path fit the pattern? As router_find() sees it; for the faults. `*` is any one segment, as
 * a parameter in braces is.
 */
bool router_fits(const struct request *request, const char *pattern);

#endif
