/* collection.h against pages that do not fit together. */
#include "api_test.h"

#include <errno.h>
#include <string.h>

#include "api/clock.h"
#include "api/collection.h"
#include "api/memory.h"
#include "api_server.h"

static const struct resource things = {.name = "things",
	.path = "/v2/things",
	.list_key = "things",
	.object_key = "thing",
	.id_keys = {"id"},
	.name_keys = {"name"},
	.queries = {""}};

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
		{{PAGE(ONE "," ONE, TOTAL("2"))}, EIO, 0, 3, "changed each time"},
		/* what only looks like JSON */
		{{"{\"things\":[}", PAGE(ONE, "")}, 0, 1, 2, ""},
		{{"{\"things\":[}"}, EIO, 0, 3, "not valid JSON"},
		{{"{\"elephants\":[]}"}, EIO, 0, 1, "no \"things\""},
		{{PAGE("{\"name\":\"a\"}", "")}, EIO, 0, 1, "without an id"},
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(listings),
	};

	return cmocka_run_group_tests(tests, server_start, server_stop);
}
