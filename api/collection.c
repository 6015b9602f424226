#include "collection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "memory.h"
#include "pages.h"

/*
 * A listing is complete, or there is none. What of one reading of its pages (pages.c) does not fit together is read again.
 *
 * The numbers do not show when as many were made as destroyed: then an object between two pages is passed over
 * that nobody touched. So what a listing of several pages lacks of the one before is asked for by itself where
 * that is little, and else is gone when two readings lack it. One with an object twice is read again in any case.
 */
enum {
	TRIES = 3,
	ASK_MAX = 8, /* objects that are asked for by themselves */
};

/* The items of one part, in the order of their ids. */
static int fetch_part(const struct pages_wanted *wanted, const struct resource_part *part,
	const char *id, struct json *json, struct error *err)
{
	CLEANUP_FREE char *escaped = http_escape(id);
	CLEANUP_FREE char *path = xasprintf(
		"%s/%s/%s", wanted->resource->path, escaped, part->name);
	const struct resource resource = {.name = part->name,
		.path = path,
		.list_key = part->list_key,
		.id_keys = {part->id_key},
		.name_keys = {part->id_key},
		.queries = {""},
		.under = escaped};
	CLEANUP_SNAPSHOT struct snapshot *items = NULL;
	struct intern *slots = intern_create(INTERN_NONE);
	int rc = collection_fetch(wanted->http, wanted->priority, &resource, slots, NULL,
		wanted->deadline, &items, err);

	intern_destroy(slots);
	if (items == NULL)
		return rc;
	struct json *list = json_array();
	for (size_t i = 0; i < items->count; i++)
		json_add(list, NULL,
			json_parse(items->by_id[i]->text, items->by_id[i]->length, NULL));
	json_add(json, part->name, list);
	return 0;
}

static int add_parts(
	const struct pages_wanted *wanted, const char *id, struct json *json, struct error *err)
{
	int rc = 0;

	for (const struct resource_part *part = wanted->resource->parts;
		rc == 0 && part->name != NULL; part++)
		rc = fetch_part(wanted, part, id, json, err);
	return rc;
}

int collection_add_parts(struct http *http, const struct resource *resource, const char *id,
	struct json *json, int64_t deadline, struct error *err)
{
	const struct pages_wanted wanted = {
		.http = http, .priority = HTTP_CHANGE, .resource = resource, .deadline = deadline};

	return add_parts(&wanted, id, json, err);
}

static enum reading add_all_parts(
	const struct pages_wanted *wanted, struct listing *listing, struct error *err)
{
	const struct resource *resource = wanted->resource;

	for (size_t i = 0; i < listing->count && resource->parts[0].name != NULL; i++) {
		struct object **object = &listing->objects[i];
		CLEANUP_JSON struct json *json = json_parse(
			(*object)->text, (*object)->length, NULL);
		CLEANUP_FREE char *id = resource_id(resource, json);

		if (id == NULL)
			continue; /* nothing can be asked of it */
		int rc = add_parts(wanted, id, json, err);
		if (rc != 0) /* -ENOENT: it has been destroyed since */
			return rc == -ENOENT ? READ_MOVED : READ_FAILED;
		struct object *old = wanted->old != NULL ? snapshot_by_id(wanted->old, id) : NULL;
		struct object *whole = object_create(resource, wanted->slots, json, old);
		object_unref(*object);
		*object = whole;
	}
	return READ_WHOLE;
}

/* The ids that were there and are not now, and were not missing before already; no more than one beyond ASK_MAX. */
static size_t find_missing(const struct snapshot *old, const struct snapshot *before,
	const struct snapshot *now, const char *ids[ASK_MAX + 1])
{
	size_t count = 0;

	for (size_t i = 0; i < old->count && count <= ASK_MAX; i++) {
		const char *id = old->by_id[i]->id;
		if (snapshot_by_id(now, id) == NULL &&
			(before == NULL || snapshot_by_id(before, id) != NULL))
			ids[count++] = id;
	}
	return count;
}

/* READ_WHOLE when each of them is gone, READ_MOVED when one is there, READ_LACKING when that cannot be told. */
static enum reading ask_for(const struct pages_wanted *wanted, const char *const *ids, size_t count)
{
	struct http_call *calls[ASK_MAX];
	enum reading reading = READ_WHOLE;

	for (size_t i = 0; i < count; i++) {
		CLEANUP_FREE char *path = resource_path(wanted->resource, ids[i]);
		struct http_request request = {.method = "GET",
			.path = path,
			.deadline = wanted->deadline,
			.priority = wanted->priority,
			.repeatable = true};
		calls[i] = http_begin(wanted->http, &request);
	}
	for (size_t i = 0; i < count; i++) {
		CLEANUP_ANSWER struct http_answer answer = {0};
		int got = http_end(calls[i], &answer, NULL);
		if (got == 0)
			reading = READ_MOVED;
		else if (got != -ENOENT && reading == READ_WHOLE)
			reading = READ_LACKING;
	}
	return reading;
}

/*
 * Is what a listing lacks gone? before is another reading than this one, which was not believed, or NULL. One that an
 * earlier mount left is too old to be asked about.
 */
static enum reading judge_missing(const struct pages_wanted *wanted, const struct snapshot *before,
	const struct snapshot *now)
{
	const char *ids[ASK_MAX + 1];

	if (wanted->old == NULL || wanted->old->remembered)
		return READ_WHOLE;
	size_t count = find_missing(wanted->old, before, now, ids);
	return count <= ASK_MAX ? ask_for(wanted, ids, count) : READ_LACKING;
}

/*
 * A list that moved can have an object twice; one that has it so again did not move. What both lack may still be there:
 * where that is little, it is asked for.
 */
static enum reading judge_doubled(const struct pages_wanted *wanted, const struct snapshot *before,
	const struct snapshot *now, size_t more)
{
	if (before == NULL || !snapshot_match(before, now, object_has_id_of))
		return READ_DOUBLED;
	return more > 0 && judge_missing(wanted, NULL, now) == READ_MOVED ? READ_MOVED : READ_WHOLE;
}

/* *ret: what was read, unless that is READ_MOVED or READ_FAILED. */
static enum reading read_once(const struct pages_wanted *wanted, const struct snapshot *before,
	struct snapshot **ret, struct error *err)
{
	struct listing listing = {0};
	int64_t taken = clock_ms();
	time_t taken_at = time(NULL);
	size_t more;
	enum reading reading = pages_read(wanted, &listing, &more, err);

	if (reading == READ_WHOLE)
		reading = add_all_parts(wanted, &listing, err);
	if (reading == READ_WHOLE && (*ret = listing_snapshot(&listing, taken, taken_at)) == NULL) {
		listing_unique(&listing);
		*ret = listing_snapshot(&listing, taken, taken_at);
		reading = judge_doubled(wanted, before, *ret, more);
	} else if (reading == READ_WHOLE && more > 0) {
		reading = judge_missing(wanted, before, *ret);
	}
	if (reading == READ_MOVED) {
		snapshot_unref(*ret);
		*ret = NULL;
	}
	listing_finish(&listing);
	return reading;
}

int collection_fetch(struct http *http, enum http_priority priority,
	const struct resource *resource, struct intern *slots, const struct snapshot *old,
	int64_t deadline, struct snapshot **ret, struct error *err)
{
	const struct pages_wanted wanted = {.http = http,
		.priority = priority,
		.resource = resource,
		.slots = slots,
		.old = old,
		.deadline = deadline};
	int tries = priority == HTTP_POLL ? 1 : TRIES; /* a poll comes again by itself */
	CLEANUP_SNAPSHOT struct snapshot *before = NULL;
	enum reading reading = READ_MOVED;
	struct error problem = {0};

	for (int i = 0; i < tries && (i == 0 || clock_ms() < deadline); i++) {
		struct snapshot *now = NULL;

		error_clear(&problem);
		reading = read_once(&wanted, before, &now, &problem);
		*ret = reading == READ_WHOLE ? now : NULL;
		if (reading == READ_WHOLE)
			return 0;
		if (reading == READ_FAILED)
			break;
		if (reading == READ_LACKING && tries == 1)
			tries = 2; /* it would lack it the next time, too */
		if (now == NULL)
			continue;
		snapshot_unref(before);
		before = now;
	}
	if (reading != READ_FAILED)
		error_set(&problem, EIO, "the list changed each time while it was read");
	/* Neither that nor a listing that is not where it should be says that something does not exist. */
	if (reading != READ_FAILED || (problem.code == ENOENT && resource->under == NULL))
		problem.code = EIO;
	error_prefix(&problem, "listing %s", resource->name);
	return error_move(err, &problem);
}

size_t collection_requests(const struct resource *resource, size_t count)
{
	size_t queries = 1;

	while (queries < QUERIES_MAX && resource->queries[queries] != NULL)
		queries++;
	for (const struct resource_part *part = resource->parts; part->name != NULL; part++)
		queries += count;
	return queries + (count > 0 ? (count - 1) / PER_PAGE : 0);
}
