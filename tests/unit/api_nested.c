/* Listings that are made from others: what docloud did ends there, too, and brings nothing that is another object's. */
#include "api_test.h"

#include <string.h>
#include <unistd.h>

#include "api/cache.h"
#include "api/clock.h"
#include "api_server.h"

#define ANSWER(length, body) \
	"HTTP/1.1 200 OK\r\n" JSON_HEAD "Content-Length: " length "\r\n\r\n" body

enum { SHARES, SNAPSHOTS, PATIENCE_MS = 20000 };

static const struct resource shares = {.name = "shares",
	.path = "/v2/shares",
	.list_key = "shares",
	.id_keys = {"id"},
	.name_keys = {"id"},
	.queries = {""}};
static const struct resource snapshots = {.name = "shares/snapshots",
	.path = "/v2/shares/snapshots",
	.list_key = "snapshots",
	.gathered = "share_id",
	.id_keys = {"id"},
	.name_keys = {"id"},
	.queries = {""}};

static struct snapshot *get(struct cache *cache, unsigned listing)
{
	struct snapshot *snapshot = NULL;

	for (int64_t end = clock_ms() + 5000; clock_ms() < end; usleep(10000))
		if (cache_get(cache, listing, &snapshot, NULL) == 0)
			return snapshot;
	fail_msg("no listing");
	return NULL;
}

/* The API goes on listing what was removed: it is believed in the end, of this share alone. */
static void a_hold_on_what_is_gathered_ends(void **unused)
{
	static const char *const script[] = {ANSWER("25", "{\"shares\": [{\"id\": \"a\"}]}"),
		ANSWER("79", "{\"snapshots\": [{\"id\": \"n1\", \"share_id\": \"a\"}, {\"id\": "
			     "\"n2\", \"share_id\": \"b\"}]}  "),
		NULL};
	const struct resource *const resources[] = {&shares, &snapshots};
	const struct cache_options options = {.resources = resources,
		.count = 2,
		.ttl_ms = 60000,
		.catalogue_ttl_ms = 60000,
		.timeout_ms = 5000};
	struct http *http = server_client(script, 5000);
	struct bell *bell = bell_create();
	struct cache *cache = cache_create(http, bell, &options);
	struct snapshot *all = get(cache, SHARES);
	unsigned listing = cache_nested(cache, SNAPSHOTS, all->by_id[0]->slot);

	(void)unused;
	snapshot_unref(all);
	snapshot_unref(get(cache, listing));
	cache_remove(cache, listing, "n1");
	usleep(10000);
	cache_refresh(cache, listing);
	usleep(500000);
	struct snapshot *its = get(cache, listing);
	assert_int_equal(its->count, 0);
	for (int64_t end = clock_ms() + PATIENCE_MS; its->count == 0 && clock_ms() < end;
		usleep(100000)) {
		snapshot_unref(its);
		its = get(cache, listing);
	}
	assert_int_equal(its->count, 1);
	assert_string_equal(its->by_id[0]->id, "n1");
	assert_int_equal(server_requests(), 4);
	snapshot_unref(its);
	http_cancel(http);
	cache_destroy(cache);
	bell_destroy(bell);
	http_destroy(http);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hold_on_what_is_gathered_ends),
	};

	return cmocka_run_group_tests(tests, server_start, server_stop);
}
