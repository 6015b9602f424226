#ifndef DOCLOUD_COLLECTION_H
#define DOCLOUD_COLLECTION_H

#include "http.h"
#include "intern.h"
#include "snapshot.h"

/*
 * List a resource whole: the first page, then all the others in parallel, for each of its queries.
 * meta.total and the ids are checked; a listing that moved while it was read (and did not only grow) is read again, but
 * for HTTP_POLL. The snapshot is complete or there is none. Objects that equal old's are shared with it. slots gives each
 * id its slot. Blocks until deadline at most. Of objects with one name the oldest is plain, the others
 * are NAME~ID; one without a name is called by its id. Errors as http_perform(), EIO for an answer that is no listing.
 */
int collection_fetch(struct http *http, enum http_priority priority,
	const struct resource *resource, struct intern *slots, const struct snapshot *old,
	int64_t deadline, struct snapshot **ret, struct error *err);

/* What belongs to one object and is listed by itself, into its JSON. Blocks and fails as collection_fetch(). */
int collection_add_parts(struct http *http, const struct resource *resource, const char *id,
	struct json *json, int64_t deadline, struct error *err);

/* How many requests a listing of so many objects takes. */
size_t collection_requests(const struct resource *resource, size_t count);

/* The path of one object, freed by the caller. */
char *resource_path(const struct resource *resource, const char *id);

/* What a single answer is about: under its key, or the answer itself. */
const struct json *resource_answer(const struct resource *resource, const struct json *body);

/* The id of an object as text, freed by the caller; NULL if it has none. */
char *resource_id(const struct resource *resource, const struct json *object);

#endif
