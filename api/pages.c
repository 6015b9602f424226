#include "pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "collection.h"
#include "items.h"
#include "memory.h"

/*
 * A listing is read as a queue of pages, of which a window is in flight: the first page of every query
 * stands in it from the start, and says how many more there are. Pages are taken in their order and
 * parsed while later ones are still coming, so that no more than a window of bodies is held.
 *
 * The API pages by offset: when an object is made or destroyed meanwhile, the pages shift, and an object
 * may come twice or not at all. Both show in the numbers, and then the whole is read again (collection.c).
 *
 * In a flood of creates that would go on until its end. So a listing that only grew while it was read is
 * taken if it has as many objects as there were when it was begun, and all that were known before: what
 * was inserted moves the others onto later pages, where they come twice, and none is passed over.
 */
enum {
	/* Pages in flight. Somebody waits for the first listing: 50 pages in three round trips. Nobody does for a refresh. */
	WINDOW_FIRST = 25,
	WINDOW_AGAIN = 8,
	PAGES_MAX = 5000, /* of one query: a million objects */
};

struct page {
	unsigned query, number;
	struct http_call *call;
};

struct fetch {
	const struct pages_wanted *wanted;
	struct listing *listing;
	struct known *known; /* of wanted->old */

	struct page *pages;
	size_t count, room;	    /* of pages */
	size_t begun, ended;	    /* pages before these have been sent, and taken */
	int64_t total[QUERIES_MAX]; /* as meta.total said last; -1 unknown */
	int64_t seen[QUERIES_MAX];
	unsigned planned[QUERIES_MAX]; /* pages */
	size_t least;		       /* objects of all queries, as their first pages said */
	bool grew;
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
	const struct resource *resource = fetch->wanted->resource;
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
		.deadline = fetch->wanted->deadline,
		.priority = fetch->wanted->priority,
		.text = resource->text,
		.scope = resource->scope,
		.verb = "read",
		.repeatable = true};

	page->call = http_begin(fetch->wanted->http, &request);
}

/* text: as it came, if that is at hand. */
static void add_object(
	struct fetch *fetch, const struct json *json, const char *text, size_t length)
{
	CLEANUP_FREE char *id = resource_id(fetch->wanted->resource, json);
	struct object *old = id != NULL && fetch->wanted->old != NULL
				     ? snapshot_by_id(fetch->wanted->old, id)
				     : NULL;

	listing_add(fetch->listing, object_take(fetch->wanted->resource, fetch->wanted->slots, json,
					    text, length, old));
}

static enum reading reading_of(int rc)
{
	return rc == 0 ? READ_WHOLE : READ_FAILED;
}

static bool has_next(const struct json *body)
{
	return json_get_string(body, "links/pages/next") != NULL;
}

/* How many there are, as a page says; -1 when it does not, or says fewer than have come though others follow. */
static int64_t total_of(const struct fetch *fetch, const struct page *page, const struct json *body)
{
	int64_t total;

	if (!json_get_integer(body, "meta/total", &total) || total < 0 ||
		(page->number == 1 && total < fetch->seen[page->query] && has_next(body)))
		return -1;
	return total;
}

/* Whether one more page follows this one, of a query whose first page did not say how many there are. */
static enum reading plan_next(
	struct fetch *fetch, const struct page *page, const struct json *body, struct error *err)
{
	if (!has_next(body))
		return READ_WHOLE;
	if (page->number >= PAGES_MAX)
		return reading_of(error_set(err, EIO, "the listing has no end"));
	add_page(fetch, page->query, page->number + 1);
	return READ_WHOLE;
}

/* How many pages follow the first one, by meta.total; or whether one more does, by links.pages.next. */
static enum reading plan_pages(
	struct fetch *fetch, const struct page *page, const struct json *body, struct error *err)
{
	unsigned query = page->query, number = page->number;
	int64_t total = total_of(fetch, page, body);

	if (fetch->wanted->resource->latest)
		return READ_WHOLE;
	if (number == 1 ? total < 0 : fetch->total[query] < 0)
		return plan_next(fetch, page, body, err);
	if (total < 0) /* the first one's holds */
		return READ_WHOLE;
	if (number > 1 && (total < fetch->total[query] ||
				  (total > fetch->total[query] && fetch->wanted->old == NULL)))
		return READ_MOVED;
	if (total > (int64_t)PAGES_MAX * PER_PAGE)
		return reading_of(error_set(err, EIO,
			"the API says that there are %lld, which cannot be", (long long)total));
	if (number == 1)
		fetch->least += (size_t)total;
	fetch->grew |= number > 1 && total > fetch->total[query];
	fetch->total[query] = total;
	while ((int64_t)fetch->planned[query] * PER_PAGE < total)
		add_page(fetch, query, ++fetch->planned[query]);
	return READ_WHOLE;
}

/* An answer that is one object: under its key, or as a whole, or as a text. */
static enum reading take_single(struct fetch *fetch, const struct http_answer *answer,
	const struct json *body, struct error *err)
{
	const struct resource *resource = fetch->wanted->resource;
	CLEANUP_JSON struct json *text = json_object();
	const struct json *value = resource_answer(resource, body);

	if (resource->text) {
		CLEANUP_FREE char *copy = xstrndup(answer->body, answer->length);
		json_add_string(text, "text", copy);
		value = text;
	}
	if (json_type(value) != JSON_OBJECT)
		return reading_of(error_set(err, EIO, "the answer has no \"%s\": is api_url right?",
			resource->object_key != NULL ? resource->object_key : "{"));
	add_object(fetch, value, NULL, 0);
	return READ_WHOLE;
}

static enum reading take_list(struct fetch *fetch, const struct page *page,
	const struct http_answer *answer, struct error *err)
{
	const char *key = fetch->wanted->resource->list_key;
	enum reading reading =
		READ_MOVED; /* garbage on the way; err keeps the sentence for the last try */
	struct items items;
	struct item item;

	int rc = items_begin(&items, answer->body, answer->length, key, fetch->known, err);
	for (; rc == 0 && (rc = items_next(&items, &item, err)) > 0; rc = 0) {
		if (item.known != NULL)
			listing_add(fetch->listing, object_ref(item.known));
		else
			add_object(fetch, item.json, item.text, item.length);
		fetch->seen[page->query]++;
	}
	if (rc == 0)
		reading = plan_pages(fetch, page, items_rest(&items), err);
	else if (rc == -EBADMSG)
		reading = reading_of(
			error_set(err, EIO, "the answer has no \"%s\": is api_url right?", key));
	items_finish(&items);
	return reading;
}

static enum reading take_body(struct fetch *fetch, const struct page *page,
	const struct http_answer *answer, struct error *err)
{
	if (!fetch->wanted->resource->single)
		return take_list(fetch, page, answer, err);
	bool text = fetch->wanted->resource->text;
	CLEANUP_JSON struct json *body = text ? NULL
					      : json_parse(answer->body, answer->length, err);
	return body == NULL && !text ? READ_MOVED : take_single(fetch, answer, body, err);
}

static enum reading end_page(struct fetch *fetch, struct page *page, struct error *err)
{
	CLEANUP_ANSWER struct http_answer answer = {0};
	const struct page taken = *page; /* more pages may move it */
	struct error problem = {0};

	page->call = NULL;
	int rc = http_end(taken.call, &answer, &problem);
	if (rc == 0)
		return take_body(fetch, &taken, &answer, err);
	if (rc == -ENOENT && fetch->wanted->resource->optional) {
		CLEANUP_JSON struct json *nothing = json_object();
		add_object(fetch, nothing, NULL, 0);
		return READ_WHOLE;
	}
	return reading_of(error_move(err, &problem));
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
}

/* Of a listing that grew: each object once, and whether none is missing. */
static enum reading judge_grown(const struct fetch *fetch)
{
	const struct snapshot *old = fetch->wanted->old;
	struct listing *listing = fetch->listing;
	size_t at = 0;

	listing_unique(listing);
	if (listing->count < fetch->least)
		return READ_MOVED;
	for (size_t i = 0; i < old->count; i++) {
		while (at < listing->count &&
			strcmp(listing->objects[at]->id, old->by_id[i]->id) < 0)
			at++;
		if (at == listing->count ||
			strcmp(listing->objects[at]->id, old->by_id[i]->id) != 0)
			return READ_MOVED;
	}
	return READ_WHOLE;
}

/* All pages in. */
static enum reading read_all(struct fetch *fetch, struct error *err)
{
	const struct pages_wanted *wanted = fetch->wanted;
	const char *const *queries = wanted->resource->queries;

	for (unsigned i = 0; i < QUERIES_MAX && (i == 0 || queries[i] != NULL); i++) {
		fetch->total[i] = -1;
		fetch->planned[i] = 1;
		add_page(fetch, i, 1);
	}
	bool awaited = wanted->old == NULL || wanted->old->remembered;
	size_t window = awaited ? WINDOW_FIRST : WINDOW_AGAIN;
	while (fetch->ended < fetch->count) {
		while (fetch->begun < fetch->count && fetch->begun - fetch->ended < window)
			begin_page(fetch, &fetch->pages[fetch->begun++]);
		enum reading reading = end_page(fetch, &fetch->pages[fetch->ended], err);
		fetch->ended++;
		if (reading != READ_WHOLE)
			return reading;
	}
	if (fetch->grew)
		return judge_grown(fetch);
	for (unsigned i = 0; i < QUERIES_MAX; i++)
		if (fetch->total[i] > 0 && fetch->total[i] != fetch->seen[i])
			return READ_MOVED;
	return READ_WHOLE;
}

enum reading pages_read(const struct pages_wanted *wanted, struct listing *listing,
	size_t *ret_more, struct error *err)
{
	struct fetch fetch = {
		.wanted = wanted, .listing = listing, .known = known_create(wanted->old)};
	enum reading reading = read_all(&fetch, err);

	*ret_more = 0;
	for (size_t i = 0; i < fetch.count; i++)
		*ret_more += fetch.pages[i].number > 1;
	abandon(&fetch);
	return reading;
}
