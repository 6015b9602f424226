#ifndef DOCLOUD_VERDICT_H
#define DOCLOUD_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

/* What a status and a body mean: the one table from HTTP to errno and words. Pure. */
struct verdict {
	const char *host, *method, *path;
	int status;
	bool text;		  /* what was asked for is none of JSON */
	const char *type;	  /* Content-Type, or NULL */
	const char *scope, *verb; /* that a token has to have for it, or NULL */
	const char *body;
	size_t length;
};

/*
 * 0 for a 2xx that is empty or may be JSON (its ends are looked at, no more); else a negative errno with
 * err set. 404 is ENOENT only when the API said it in its own form: an outage is never "not found".
 */
int verdict_give(const struct verdict *verdict, struct error *err);

/* Could a body be JSON, by its first and last character? */
bool verdict_is_json(const char *body, size_t length);

#endif
