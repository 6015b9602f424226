#include "collection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "items.h"
#include "listing.h"
#include "memory.h"

/*
 * A listing is read as a queue of pages, of which a window is in flight: the first page of every query
 * stands in it from the start, and says how many more there are. Pages are taken in their order and
 * parsed while later ones are still coming, so that no more than a window of bodies is held.
 *
 * The API pages by offset: when an object is made or destroyed meanwhile, the pages shift, and an object
 * may come twice or not at all. Both show in the numbers, and then the whole is read again.
 *
 * In a flood of creates that would go on until its end. So a listing that only grew while it was read is
 * taken if it has as many objects as there were when it was begun, and all that were known before: what
 * was inserted moves the others onto later pages, where they come twice, and none is passed over.
 *
 * The numbers do not show when as many were made as destroyed: then an object between two pages is passed over
 * that nobody touched. So what a listing of several pages lacks of the one before is asked for by itself where
 * that is little, and else is gone when two readings lack it.
 */
enum {
	PER_PAGE = 200, /* the most that the API gives */
	/* Pages in flight. Somebody waits for the first listing: 50 pages in three round trips. Nobody does for a refresh. */
	WINDOW_FIRST = 25,
	WINDOW_AGAIN = 8,
	TRIES = 3,
	QUERIES_MAX = 3,
	PAGES_MAX = 5000, /* of one query: a million objects */
	ASK_MAX = 8,	  /* objects that are asked for by themselves */
	/* Of fetch_once() and below: read it again. */
	MOVED = 1,
	DOUBLED = 2, /* as it has one of its objects twice */
	LACKING = 3, /* as it has not what there was before */
};

struct page {
	unsigned query, number;
	struct http_call *call;
};

struct fetch {
	struct http *http;
	enum http_priority priority;
	const struct resource *resource;
	struct intern *slots;
	const struct snapshot *old;
	const struct snapshot
		*before; /* another reading than this one, which was not believed; or NULL */
	int64_t deadline;

	struct page *pages;
	size_t count, room;	    /* of pages */
	size_t begun, ended;	    /* pages before these have been sent, and taken */
	int64_t total[QUERIES_MAX]; /* as meta.total said last; -1 unknown */
	int64_t seen[QUERIES_MAX];
	unsigned planned[QUERIES_MAX]; /* pages */
	size_t least;		       /* objects of all queries, as their first pages said */
	bool grew;
	struct listing listing;
	struct known *known; /* of old */
};

static void add_page(struct fetch *fetch, unsigned query, unsigned number)
{
	if (fetch->count == fetch->room) {
		fetch->room = fetch->room == 0 ? 8 : fetch->room * 2;
		fetch->pages = xrealloc(fetch->pages, fetch->room, sizeof *fetch->pages);
	}
	fetch->pages[fetch->count++] = (struct page){.query = query, .number = number};
}

static void begin_page(struct fetch *fetch, struct page *page)
{
	const struct resource *resource = fetch->resource;
	const char *query = resource->queries[page->query] != NULL ? resource->queries[page->query]
								   : "";
	CLEANUP_FREE char *path = resource->single
					  ? xstrdup(resource->path)
					  : xasprintf("%s%cper_page=%d&page=%u%s%s", resource->path,
						    strchr(resource->path, '?') != NULL ? '&' : '?',
						    PER_PAGE, page->number,
						    query[0] != '\0' ? "&" : "", query);
	struct http_request request = {.method = "GET",
		.path = path,
		.deadline = fetch->deadline,
		.priority = fetch->priority,
		.text = resource->text,
		.scope = resource->scope,
		.verb = "read",
		.repeatable = true};

	page->call = http_begin(fetch->http, &request);
}

/* text: as it came, if that is at hand. */
static void add_object(
	struct fetch *fetch, const struct json *json, const char *text, size_t length)
{
	CLEANUP_FREE char *id = resource_id(fetch->resource, json);
	struct object *old = id != NULL && fetch->old != NULL ? snapshot_by_id(fetch->old, id)
							      : NULL;

	listing_add(&fetch->listing,
		object_take(fetch->resource, fetch->slots, json, text, length, old));
}

/* How many pages follow the first one, by meta.total; or whether one more does, by links.pages.next. */
static int plan_pages(
	struct fetch *fetch, const struct page *page, const struct json *body, struct error *err)
{
	unsigned query = page->query, number = page->number;
	int64_t total;

	if (fetch->resource->latest)
		return 0;
	if (!json_get_integer(body, "meta/total", &total) || total < 0) {
		if (json_get_string(body, "links/pages/next") == NULL)
			return 0;
		if (number >= PAGES_MAX)
			return error_set(err, EIO, "the listing has no end");
		add_page(fetch, query, number + 1);
		return 0;
	}
	if (number > 1 && (total < fetch->total[query] ||
				  (total > fetch->total[query] && fetch->old == NULL)))
		return MOVED;
	if (total > (int64_t)PAGES_MAX * PER_PAGE)
		return error_set(err, EIO, "the API says that there are %lld, which cannot be",
			(long long)total);
	if (number == 1)
		fetch->least += (size_t)total;
	fetch->grew |= number > 1 && total > fetch->total[query];
	fetch->total[query] = total;
	while ((int64_t)fetch->planned[query] * PER_PAGE < total)
		add_page(fetch, query, ++fetch->planned[query]);
	return 0;
}

/* An answer that is one object: under its key, or as a whole, or as a text. */
static int take_single(struct fetch *fetch, const struct http_answer *answer,
	const struct json *body, struct error *err)
{
	const struct resource *resource = fetch->resource;
	CLEANUP_JSON struct json *text = json_object();
	const struct json *value = resource_answer(resource, body);

	if (resource->text) {
		CLEANUP_FREE char *copy = xstrndup(answer->body, answer->length);
		json_add_string(text, "text", copy);
		value = text;
	}
	if (json_type(value) != JSON_OBJECT)
		return error_set(err, EIO, "the answer has no \"%s\": is api_url right?",
			resource->object_key != NULL ? resource->object_key : "{");
	add_object(fetch, value, NULL, 0);
	return 0;
}

static int take_list(struct fetch *fetch, const struct page *page, const struct http_answer *answer,
	struct error *err)
{
	const char *key = fetch->resource->list_key;
	struct items items;
	struct item item;

	int rc = items_begin(&items, answer->body, answer->length, key, fetch->known, err);
	for (; rc == 0 && (rc = items_next(&items, &item, err)) > 0; rc = 0) {
		if (item.known != NULL)
			listing_add(&fetch->listing, object_ref(item.known));
		else
			add_object(fetch, item.json, item.text, item.length);
		fetch->seen[page->query]++;
	}
	if (rc == 0)
		rc = plan_pages(fetch, page, items_rest(&items), err);
	else if (rc == -EBADMSG)
		rc = error_set(err, EIO, "the answer has no \"%s\": is api_url right?", key);
	else
		rc = MOVED; /* garbage on the way; err keeps the sentence for the last try */
	items_finish(&items);
	return rc;
}

static int take_body(struct fetch *fetch, const struct page *page, const struct http_answer *answer,
	struct error *err)
{
	if (!fetch->resource->single)
		return take_list(fetch, page, answer, err);
	bool text = fetch->resource->text;
	CLEANUP_JSON struct json *body = text ? NULL
					      : json_parse(answer->body, answer->length, err);
	return body == NULL && !text ? MOVED : take_single(fetch, answer, body, err);
}

static int end_page(struct fetch *fetch, struct page *page, struct error *err)
{
	struct http_answer answer;
	const struct page taken = *page; /* more pages may move it */
	struct error problem = {0};

	page->call = NULL;
	int rc = http_end(taken.call, &answer, &problem);
	if (rc == 0) {
		rc = take_body(fetch, &taken, &answer, err);
	} else if (rc == -ENOENT && fetch->resource->optional) {
		CLEANUP_JSON struct json *nothing = json_object();
		add_object(fetch, nothing, NULL, 0);
		rc = 0;
	} else {
		error_set(err, problem.code, "%s", problem.message);
	}
	http_answer_finish(&answer);
	return rc;
}

static void abandon(struct fetch *fetch)
{
	for (size_t i = fetch->ended; i < fetch->begun; i++)
		if (fetch->pages[i].call != NULL)
			http_abort(fetch->pages[i].call);
	for (size_t i = fetch->ended; i < fetch->begun; i++) {
		struct http_answer answer;
		if (fetch->pages[i].call == NULL)
			continue;
		http_end(fetch->pages[i].call, &answer, NULL);
		http_answer_finish(&answer);
	}
	free(fetch->pages);
	known_destroy(fetch->known);
	listing_finish(&fetch->listing);
}

/* Of a listing that grew: each object once, and whether none is missing. */
static int judge_grown(struct fetch *fetch)
{
	const struct snapshot *old = fetch->old;
	struct listing *listing = &fetch->listing;
	size_t at = 0;

	listing_unique(listing);
	if (listing->count < fetch->least)
		return MOVED;
	for (size_t i = 0; i < old->count; i++) {
		while (at < listing->count &&
			strcmp(listing->objects[at]->id, old->by_id[i]->id) < 0)
			at++;
		if (at == listing->count ||
			strcmp(listing->objects[at]->id, old->by_id[i]->id) != 0)
			return MOVED;
	}
	return 0;
}

/* All pages in; MOVED when they do not fit together. */
static int read_pages(struct fetch *fetch, struct error *err)
{
	const char *const *queries = fetch->resource->queries;

	for (unsigned i = 0; i < QUERIES_MAX && (i == 0 || queries[i] != NULL); i++) {
		fetch->total[i] = -1;
		fetch->planned[i] = 1;
		add_page(fetch, i, 1);
	}
	bool awaited = fetch->old == NULL || fetch->old->remembered;
	size_t window = awaited ? WINDOW_FIRST : WINDOW_AGAIN;
	while (fetch->ended < fetch->count) {
		while (fetch->begun < fetch->count && fetch->begun - fetch->ended < window)
			begin_page(fetch, &fetch->pages[fetch->begun++]);
		int rc = end_page(fetch, &fetch->pages[fetch->ended], err);
		fetch->ended++;
		if (rc != 0)
			return rc;
	}
	if (fetch->grew)
		return judge_grown(fetch);
	for (unsigned i = 0; i < QUERIES_MAX; i++)
		if (fetch->total[i] > 0 && fetch->total[i] != fetch->seen[i])
			return MOVED;
	return 0;
}

/* The items of one part, in the order of their ids. */
static int fetch_part(const struct fetch *fetch, const struct resource_part *part, const char *id,
	struct json *json, struct error *err)
{
	CLEANUP_FREE char *escaped = http_escape(id);
	CLEANUP_FREE char *path = xasprintf("%s/%s/%s", fetch->resource->path, escaped, part->name);
	const struct resource resource = {.name = part->name,
		.path = path,
		.list_key = part->list_key,
		.id_keys = {part->id_key},
		.name_keys = {part->id_key},
		.queries = {""}};
	CLEANUP_SNAPSHOT struct snapshot *items = NULL;
	struct intern *slots = intern_create(INTERN_NONE);
	int rc = collection_fetch(
		fetch->http, fetch->priority, &resource, slots, NULL, fetch->deadline, &items, err);

	intern_destroy(slots);
	if (rc != 0 || items == NULL)
		return rc == -ENOENT ? MOVED : rc;
	struct json *list = json_array();
	for (size_t i = 0; i < items->count; i++)
		json_add(list, NULL,
			json_parse(items->by_id[i]->text, items->by_id[i]->length, NULL));
	json_add(json, part->name, list);
	return 0;
}

int collection_add_parts(struct http *http, const struct resource *resource, const char *id,
	struct json *json, int64_t deadline, struct error *err)
{
	const struct fetch fetch = {
		.http = http, .priority = HTTP_CHANGE, .resource = resource, .deadline = deadline};
	int rc = 0;

	for (const struct resource_part *part = resource->parts; rc == 0 && part->name != NULL;
		part++)
		rc = fetch_part(&fetch, part, id, json, err);
	return rc == MOVED ? -ENOENT : rc;
}

static int add_parts(struct fetch *fetch, struct error *err)
{
	const struct resource *resource = fetch->resource;

	for (size_t i = 0; i < fetch->listing.count && resource->parts[0].name != NULL; i++) {
		struct object **object = &fetch->listing.objects[i];
		CLEANUP_JSON struct json *json = json_parse(
			(*object)->text, (*object)->length, NULL);
		CLEANUP_FREE char *id = resource_id(resource, json);
		const struct resource_part *part = resource->parts;
		int rc = 0;

		if (id == NULL)
			continue; /* nothing can be asked of it */
		for (; rc == 0 && part->name != NULL; part++)
			rc = fetch_part(fetch, part, id, json, err);
		if (rc != 0)
			return rc;
		struct object *old = fetch->old != NULL ? snapshot_by_id(fetch->old, id) : NULL;
		struct object *whole = object_create(resource, fetch->slots, json, old);
		object_unref(*object);
		*object = whole;
	}
	return 0;
}

/* The ids that were there and are not now, and were not missing once already; no more than one beyond ASK_MAX. */
static size_t find_missing(
	const struct fetch *fetch, const struct snapshot *now, const char *ids[ASK_MAX + 1])
{
	const struct snapshot *old = fetch->old, *before = fetch->before;
	size_t count = 0, pages = 0;

	for (size_t i = 0; i < fetch->count; i++)
		pages += fetch->pages[i].number > 1;
	for (size_t i = 0; pages > 0 && i < old->count && count <= ASK_MAX; i++) {
		const char *id = old->by_id[i]->id;
		if (snapshot_by_id(now, id) == NULL &&
			(before == NULL || snapshot_by_id(before, id) != NULL))
			ids[count++] = id;
	}
	return count;
}

/* 0 when each of them is gone, MOVED when one is there, LACKING when that cannot be told. */
static int ask_for(const struct fetch *fetch, const char *const *ids, size_t count)
{
	struct http_call *calls[ASK_MAX];
	int rc = 0;

	for (size_t i = 0; i < count; i++) {
		CLEANUP_FREE char *path = resource_path(fetch->resource, ids[i]);
		struct http_request request = {.method = "GET",
			.path = path,
			.deadline = fetch->deadline,
			.priority = fetch->priority,
			.repeatable = true};
		calls[i] = http_begin(fetch->http, &request);
	}
	for (size_t i = 0; i < count; i++) {
		CLEANUP_ANSWER struct http_answer answer = {0};
		int got = http_end(calls[i], &answer, NULL);
		if (got == 0)
			rc = MOVED;
		else if (got != -ENOENT && rc == 0)
			rc = LACKING;
	}
	return rc;
}

/* Is what a listing lacks gone? One that an earlier mount left is too old to be asked about. */
static int judge_missing(const struct fetch *fetch, const struct snapshot *now)
{
	const char *ids[ASK_MAX + 1];

	if (fetch->old == NULL || fetch->old->remembered)
		return 0;
	size_t count = find_missing(fetch, now, ids);
	return count <= ASK_MAX ? ask_for(fetch, ids, count) : LACKING;
}

static int fetch_once(const struct fetch *wanted, struct snapshot **ret, struct error *err)
{
	struct fetch fetch = *wanted;
	int64_t taken = clock_ms();

	time_t taken_at = time(NULL);
	fetch.known = known_create(fetch.old);
	int rc = read_pages(&fetch, err);
	if (rc == 0)
		rc = add_parts(&fetch, err);
	if (rc == 0) {
		*ret = listing_snapshot(&fetch.listing, taken, taken_at);
		rc = *ret == NULL ? DOUBLED : judge_missing(&fetch, *ret);
	}
	if (rc == MOVED) {
		snapshot_unref(*ret);
		*ret = NULL;
	}
	if (rc == DOUBLED) {
		listing_unique(&fetch.listing);
		*ret = listing_snapshot(&fetch.listing, taken, taken_at);
	}
	abandon(&fetch);
	return rc;
}

static bool same_ids(const struct snapshot *a, const struct snapshot *b)
{
	if (a == NULL || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->by_id[i]->id, b->by_id[i]->id) != 0)
			return false;
	return true;
}

int collection_fetch(struct http *http, enum http_priority priority,
	const struct resource *resource, struct intern *slots, const struct snapshot *old,
	int64_t deadline, struct snapshot **ret, struct error *err)
{
	struct fetch wanted = {.http = http,
		.priority = priority,
		.resource = resource,
		.slots = slots,
		.old = old,
		.deadline = deadline};
	CLEANUP_SNAPSHOT struct snapshot *before = NULL;
	struct error problem = {0};
	int rc = MOVED;

	*ret = NULL;
	int tries = priority == HTTP_POLL ? 1 : TRIES; /* a poll comes again by itself */
	for (int i = 0; rc > 0 && (i < tries || (i == 1 && rc == LACKING)) &&
			(i == 0 || clock_ms() < deadline);
		i++) {
		error_clear(&problem);
		wanted.before = before;
		rc = fetch_once(&wanted, ret, &problem);
		/* A list that moved can have an object twice; one that has it so again did not move. */
		if (rc == DOUBLED && same_ids(before, *ret))
			rc = 0;
		if (rc != DOUBLED && rc != LACKING)
			continue;
		snapshot_unref(before);
		before = *ret;
		*ret = NULL;
	}
	if (rc == 0)
		return 0;
	if (rc > 0)
		error_set(&problem, EIO, "the list changed each time while it was read");
	/* Neither that nor a listing that is not where it should be says that something does not exist. */
	if (rc > 0 || (rc == -ENOENT && resource->under == NULL))
		problem.code = EIO;
	error_prefix(&problem, "listing %s", resource->name);
	return error_set(err, problem.code, "%s", problem.message);
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
