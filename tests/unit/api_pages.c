/* collection.h against pages that do not fit together. */
#include "api_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/collection.h"
#include "api/memory.h"
#include "api_server.h"
#include "api_things.h"

/* Answers stay: the server may still be sending one to a client that has gone. */
static char *answers[200];
static size_t answer_count;

/* An answer with this body. */
static const char *answer(const char *body)
{
	assert_true(answer_count < sizeof answers / sizeof answers[0]);
	answers[answer_count] = xasprintf("HTTP/1.1 200 OK\r\n" JSON_HEAD
					  "Content-Length: %zu\r\n\r\n%s",
		strlen(body), body);
	return answers[answer_count++];
}

/* List things from these bodies, one a request: the result, with the requests it took. */
static int list(
	const char *const *bodies, size_t *ret_count, unsigned *ret_requests, struct error *err)
{
	const char *script[10] = {NULL};
	struct snapshot *snapshot = NULL;
	struct intern *slots = intern_create(100);
	size_t count = 0;

	for (; bodies[count] != NULL; count++)
		script[count] = answer(bodies[count]);
	struct http *http = server_client(script, 3000);
	int rc = collection_fetch(
		http, HTTP_READ, &things, slots, NULL, clock_ms() + 3000, &snapshot, err);
	*ret_requests = server_requests();
	*ret_count = snapshot != NULL ? snapshot->count : 0;
	snapshot_unref(snapshot);
	http_destroy(http);
	intern_destroy(slots);
	return rc;
}

#define ONE "{\"id\":1,\"name\":\"a\"}"
#define TWO "{\"id\":2,\"name\":\"b\"}"
#define THREE "{\"id\":3,\"name\":\"c\"}"
#define PAGE(objects, more) "{\"things\":[" objects "]" more "}"
#define TOTAL(n) ",\"meta\":{\"total\":" n "}"
#define NEXT ",\"links\":{\"pages\":{\"next\":\"http://x/?page=2\"}}"

static void listings(void **state)
{
	static const struct {
		const char *bodies[8];
		long code;
		size_t count, requests;
		const char *words;
	} cases[] = {
		{{PAGE(ONE "," TWO, TOTAL("2"))}, 0, 2, 1, ""},
		{{PAGE("", TOTAL("0"))}, 0, 0, 1, ""},
		{{"{\"things\":null}"}, 0, 0, 1, ""},
		{{PAGE(ONE, "")}, 0, 1, 1, ""},
		{{PAGE(ONE, NEXT), PAGE(TWO, "")}, 0, 2, 2, ""},
		/* one is missing; the next reading has both */
		{{PAGE(ONE, TOTAL("2")), PAGE(ONE "," TWO, TOTAL("2"))}, 0, 2, 2, ""},
		{{PAGE(ONE, TOTAL("2"))}, EIO, 0, 3, "listing things: the list changed each time"},
		/* one came twice */
		{{PAGE(ONE, NEXT), PAGE(ONE, ""), PAGE(ONE "," TWO, "")}, 0, 2, 3, ""},
		/* one does so again and again */
		{{PAGE(ONE "," ONE, TOTAL("2"))}, 0, 1, 2, ""},
		{{PAGE(ONE "," ONE, TOTAL("2")), PAGE(TWO "," TWO, TOTAL("2"))}, 0, 1, 3, ""},
		/* a total that is less than what has come says nothing where another page follows */
		{{PAGE(ONE, NEXT TOTAL("0")), PAGE(TWO, TOTAL("0"))}, 0, 2, 2, ""},
		{{PAGE(ONE "," TWO, NEXT TOTAL("1")), PAGE(THREE, TOTAL("1"))}, 0, 3, 2, ""},
		/* one that only the first page says holds */
		{{PAGE(ONE, NEXT TOTAL("2"))}, EIO, 0, 3, "the list changed each time"},
		/* what only looks like JSON */
		{{"{\"things\":[}", PAGE(ONE, "")}, 0, 1, 2, ""},
		{{"{\"things\":[}"}, EIO, 0, 3, "not valid JSON"},
		{{"{\"elephants\":[]}"}, EIO, 0, 1, "no \"things\""},
		{{PAGE("{\"name\":\"a\"}", "")}, 0, 1, 1, ""},
		{{PAGE(ONE, TOTAL("99999999999"))}, EIO, 0, 1, "cannot be"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct error err = {0};
		size_t count;
		unsigned requests;

		if (list(cases[i].bodies, &count, &requests, &err) != (int)-cases[i].code)
			fail_msg("case %zu: %d, %s", i, err.code, err.message);
		assert_int_equal(count, cases[i].count);
		assert_int_equal(requests, cases[i].requests);
		if (strstr(err.message, cases[i].words) == NULL)
			fail_msg("case %zu: \"%s\"", i, err.message);
	}
}

/* Things of these ids as a page of a listing of so many. */
static const char *page(unsigned first, unsigned last, unsigned total)
{
	CLEANUP_FREE char *body = xstrdup("");

	for (unsigned id = first; id <= last; id++) {
		char *more = xasprintf(
			"%s%s{\"id\":%u,\"name\":\"n%u\"}", body, id == first ? "" : ",", id, id);
		free(body);
		body = more;
	}
	CLEANUP_FREE char *whole = xasprintf(PAGE("%s", TOTAL("%u")), body, total);
	return answer(whole);
}

/* What was listed before. */
static struct snapshot *listed(const char *const *script, struct intern *slots)
{
	struct snapshot *old = NULL;
	struct http *http = server_client(script, 3000);

	assert_int_equal(collection_fetch(http, HTTP_READ, &things, slots, NULL, clock_ms() + 3000,
				 &old, NULL),
		0);
	http_destroy(http);
	return old;
}

/* The first page has 1 to 200 of 250. What the next ones have decides whether the listing is whole. */
static void a_listing_that_grows(void **state)
{
	static const struct {
		struct {
			unsigned first, last, total;
		} pages[2];
		unsigned old, requests, count;
	} cases[] = {
		{{{191, 250, 260}}, 250, 2, 250}, /* ten were made: ten come twice */
		{{{191, 390, 450}, {391, 440, 450}}, 250, 3,
			440},			/* so many that there is another page */
		{{{191, 250, 260}}, 0, 6, 0},	/* nothing to compare with */
		{{{211, 260, 260}}, 250, 6, 0}, /* one that was known is missing */
		{{{192, 240, 260}}, 240, 6, 0}, /* fewer than there were */
		{{{201, 249, 249}}, 250, 6, 0}, /* it shrank */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *script[10] = {page(1, 200, 250)};
		struct intern *slots = intern_create(1000);
		struct snapshot *old = NULL, *now = NULL;
		unsigned more = cases[i].pages[1].first != 0 ? 2 : 1;

		for (unsigned j = 0; j < more; j++)
			script[1 + j] = page(cases[i].pages[j].first, cases[i].pages[j].last,
				cases[i].pages[j].total);
		for (unsigned j = more + 1; j < 3 * (more + 1); j++)
			script[j] = script[j - more - 1];
		if (cases[i].old != 0) {
			const char *before[] = {page(1, 200, cases[i].old),
				page(201, cases[i].old, cases[i].old), NULL};
			old = listed(before, slots);
		}
		struct http *http = server_client(script, 3000);
		int rc = collection_fetch(
			http, HTTP_READ, &things, slots, old, clock_ms() + 3000, &now, NULL);
		assert_int_equal(rc, cases[i].count != 0 ? 0 : -EIO);
		assert_int_equal(server_requests(), cases[i].requests);
		assert_int_equal(now != NULL ? now->count : 0, cases[i].count);
		snapshot_unref(now);
		snapshot_unref(old);
		http_destroy(http);
		intern_destroy(slots);
	}
}

#define THING "HTTP/1.1 200 OK\r\n" JSON_HEAD "Content-Length: 19\r\n\r\n{\"thing\":{\"id\":201}}"
#define NO_THING                       \
	"HTTP/1.1 404 x\r\n" JSON_HEAD \
	"Content-Length: 35\r\n\r\n{\"id\":\"not_found\",\"message\":\"none\"}"
#define NO_ANSWER "HTTP/1.1 403 x\r\n" JSON_HEAD "Content-Length: 15\r\n\r\n{\"message\":\"m\"}"

/* An answer, or a page of 300 things; neither: NULL. */
struct told {
	unsigned first, last;
	const char *answer;
};

static const char *told(const struct told *told)
{
	if (told->answer != NULL || told->first == 0)
		return told->answer;
	return page(told->first, told->last, 300);
}

/* 1 to 300 were there. As many have been made as destroyed since, so that the numbers fit whatever the pages show. */
static void a_listing_that_lacks_something(void **state)
{
	static const struct {
		struct told script[8];
		enum http_priority priority;
		int code;
		unsigned requests, lacks, count; /* of what is listed; 0: 300 */
	} cases[] = {
		{{{1, 200}, {201, 300}}, HTTP_READ, 0, 2, 0},
		/* 201 moved onto the first page when that had been read; the next reading lacks 1 alone */
		{{{1, 200}, {202, 301}, {.answer = THING}, {2, 201}, {202, 301},
			 {.answer = NO_THING}},
			HTTP_READ, 0, 6, 1},
		{{{1, 200}, {202, 301}, {.answer = THING}}, HTTP_POLL, EIO, 3, 0},
		{{{1, 200}, {202, 301}, {.answer = NO_THING}}, HTTP_POLL, 0, 3, 201},
		/* what does not say whether it is there is read twice */
		{{{2, 201}, {202, 301}, {.answer = NO_ANSWER}, {2, 201}, {202, 301}}, HTTP_READ, 0,
			5, 1},
		/* so is what lacks many, by a poll too; what the second reading lacks besides is asked for */
		{{{11, 210}, {211, 310}, {11, 210}, {211, 310}}, HTTP_POLL, 0, 4, 10},
		{{{11, 210}, {211, 310}, {12, 211}, {212, 311}, {.answer = NO_THING}}, HTTP_READ, 0,
			5, 11},
		{{{1, 200}, {211, 310}, {11, 210}, {211, 310}, {11, 210}, {211, 310}}, HTTP_READ, 0,
			6, 10},
		/* one comes twice, again and again, and nothing says that 300 is gone but itself */
		{{{1, 200}, {200, 299}, {1, 200}, {200, 299}, {.answer = NO_THING}}, HTTP_READ, 0,
			5, 300, 299},
		{{{1, 200}, {200, 299}, {1, 200}, {200, 299}, {.answer = THING}, {1, 200},
			 {201, 300}},
			HTTP_READ, 0, 7, 0},
		/* many that two readings lack are gone */
		{{{1, 200}, {180, 279}, {1, 200}, {180, 279}}, HTTP_READ, 0, 4, 300, 279},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *script[10] = {page(1, 200, 300), page(201, 300, 300)};
		struct intern *slots = intern_create(1000);
		struct snapshot *old = listed(script, slots), *now = NULL;

		for (size_t j = 0; j < 8; j++)
			script[j] = told(&cases[i].script[j]);
		struct http *http = server_client(script, 3000);
		int rc = collection_fetch(http, cases[i].priority, &things, slots, old,
			clock_ms() + 3000, &now, NULL);
		if (rc != -cases[i].code || server_requests() != cases[i].requests)
			fail_msg("case %zu: %d after %u requests", i, rc, server_requests());
		char id[20];
		snprintf(id, sizeof id, "%u", cases[i].lacks);
		assert_true(rc != 0 || snapshot_by_id(now, id) == NULL);
		if (rc == 0)
			assert_int_equal(now->count, cases[i].count != 0 ? cases[i].count : 300);
		snapshot_unref(now);
		snapshot_unref(old);
		http_destroy(http);
		intern_destroy(slots);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listings),
		cmocka_unit_test(a_listing_that_grows),
		cmocka_unit_test(a_listing_that_lacks_something),
	};

	return cmocka_run_group_tests(tests, server_start, server_stop);
}
