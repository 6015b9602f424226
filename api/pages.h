#ifndef DOCLOUD_PAGES_H
#define DOCLOUD_PAGES_H

#include "http.h"
#include "intern.h"
#include "listing.h"

/* One reading of all pages of a listing: collection.c judges it, and has it read again. */
enum {
	PER_PAGE = 200, /* the most that the API gives */
	QUERIES_MAX = 3,
};

struct pages_wanted {
	struct http *http;
	enum http_priority priority;
	const struct resource *resource;
	struct intern *slots;
	const struct snapshot *old; /* the listing before; or NULL */
	int64_t deadline;
};

/* What a reading came to. */
enum reading {
	READ_WHOLE,
	READ_MOVED,   /* its parts do not fit together; err may say how */
	READ_DOUBLED, /* it has one of its objects twice */
	READ_LACKING, /* it has not what there was before, which may be there for all that */
	READ_FAILED,  /* err says why, and is never NULL */
};

/*
 * All objects into the listing, which starts empty. READ_WHOLE, READ_MOVED or READ_FAILED; *ret_more is how many pages there
 * were besides the first ones.
 */
enum reading pages_read(const struct pages_wanted *wanted, struct listing *listing,
	size_t *ret_more, struct error *err);

#endif
