/* change.h against answers that are about something else than the object. */
#include "api_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/change.h"
#include "api/memory.h"
#include "api_server.h"
#include "api_things.h"

#define LISTING                         \
	"HTTP/1.1 200 OK\r\n" JSON_HEAD \
	"Content-Length: 34\r\n\r\n{\"things\":[{\"id\":\"1\",\"name\":\"a\"}]}"
#define NOT_FOUND                      \
	"HTTP/1.1 404 x\r\n" JSON_HEAD \
	"Content-Length: 35\r\n\r\n{\"id\":\"not_found\",\"message\":\"none\"}"
#define OTHER                                              \
	"HTTP/1.1 200 OK\r\n" JSON_HEAD "Content-Length: " \
	"24\r\n\r\n{\"id\":\"2\",\"name\":\"task\"}"
#define ITSELF \
	"HTTP/1.1 200 OK\r\n" JSON_HEAD "Content-Length: 21\r\n\r\n{\"id\":\"1\",\"name\":\"b\"}"

/* The name of the only object that is shown after this request; freed by the caller. */
static char *shown_after(const char *method, const char *path, const char *const *script)
{
	struct resource bare = things; /* whose answers do not name what they are about */
	const struct resource *const resources[] = {&bare};
	const struct cache_options cache_options = {.resources = resources,
		.count = 1,
		.ttl_ms = 60000,
		.catalogue_ttl_ms = 60000,
		.timeout_ms = 3000};
	char dir[] = "/tmp/docloud-answer-XXXXXX";
	struct changes_options options = {
		.state_dir = mkdtemp(dir), .droplets = 99, .timeout_ms = 3000, .action_ms = 1000};
	struct http *http = server_client(script, 3000);
	struct bell *bell = bell_create();
	struct snapshot *snapshot = NULL;
	struct change_state state;

	bare.object_key = NULL;
	struct cache *cache = cache_create(http, bell, &cache_options);
	struct changes *changes = changes_create(http, cache, bell, &options, NULL);
	while (cache_get(cache, 0, &snapshot, NULL) != 0)
		usleep(10000);
	snapshot_unref(snapshot);
	struct change_plan plan = {
		.kind = CHANGE_UPDATE, .resource = 0, .id = xstrdup("1"), .name = xstrdup("a")};
	change_plan_add(&plan, method, xstrdup(path), NULL, false, "change it");
	int64_t ticket = change_submit(changes, &plan, NULL);
	do {
		usleep(10000);
		assert_true(change_get(changes, ticket, &state));
	} while (state.phase == CHANGE_WAITING || state.phase == CHANGE_RUNNING);
	if (state.phase != CHANGE_DONE)
		fail_msg("%s %s: %s", method, path, state.error.message);
	assert_int_equal(cache_peek(cache, 0, &snapshot), 0);
	assert_int_equal(snapshot->count, 1);
	char *name = xstrdup(snapshot->by_id[0]->name);
	snapshot_unref(snapshot);
	http_cancel(http);
	changes_destroy(changes);
	cache_destroy(cache);
	bell_destroy(bell);
	http_destroy(http);
	char *command = xasprintf("rm -r %s", dir);
	assert_int_equal(system(command), 0);
	free(command);
	return name;
}

static void only_an_answer_about_the_object_is_taken_for_it(void **state)
{
	static const struct {
		const char *method, *path, *script[5], *name;
	} cases[] = {
		/* the object itself was written */
		{"PUT", "/v2/things/1", {LISTING, ITSELF}, "b"},
		/* gone by the first try; then it is asked for, and not there */
		{"DELETE", "/v2/things/1?replace=1",
			{LISTING, RESET, NOT_FOUND, NOT_FOUND, LISTING}, "a"},
		{"DELETE", "/v2/things/1", {LISTING, OTHER, ITSELF}, "b"},
		{"POST", "/v2/things/1/tasks", {LISTING, OTHER, ITSELF}, "b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *script[6] = {NULL};

		memcpy(script, cases[i].script, sizeof cases[i].script);
		char *name = shown_after(cases[i].method, cases[i].path, script);
		if (strcmp(name, cases[i].name) != 0)
			fail_msg("case %zu: %s", i, name);
		free(name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_an_answer_about_the_object_is_taken_for_it),
	};

	return cmocka_run_group_tests(tests, server_start, server_stop);
}
