/* cache.h against the sandbox. */
#include "api_test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/cache.h"
#include "api/clock.h"
#include "api/memory.h"
#include "api_sandbox.h"
#include "directory.h"

enum { TTL_MS = 600, PATIENCE_MS = 10000 };

static struct sandbox sandbox;
static struct bell *bell;
static struct cache *cache;

static struct cache *create_cache(const char *state_dir)
{
	const struct cache_options options = {.resources = test_resources,
		.count = TEST_RESOURCES,
		.ttl_ms = TTL_MS,
		.catalogue_ttl_ms = 60000,
		.timeout_ms = 2500,
		.state_dir = state_dir};

	return cache_create(sandbox.http, bell, &options);
}

static int start_with(const char *limit, const char *boot)
{
	const char *const flags[] = {limit, "--droplets=3", boot, NULL};

	sandbox_start(&sandbox, flags, 2500);
	bell = bell_create();
	cache = create_cache(NULL);
	return 0;
}

static int start(void **state)
{
	(void)state;
	return start_with("--rate-limit=off", "--boot-seconds=0");
}

static int start_slow(void **state)
{
	(void)state;
	return start_with("--rate-limit=off", "--boot-seconds=2");
}

static int start_limited(void **state)
{
	(void)state;
	return start_with("--rate-limit=on", "--boot-seconds=3");
}

static int stop(void **state)
{
	(void)state;
	http_cancel(sandbox.http);
	cache_destroy(cache);
	bell_destroy(bell);
	sandbox_stop(&sandbox);
	return 0;
}

static uint64_t requests(void)
{
	struct http_stats stats;

	http_stats_get(sandbox.http, &stats);
	return stats.requests;
}

/* As fs/ does: wait on the bell as long as it says "in progress". */
static int look(unsigned kind, struct snapshot **ret, struct error *err)
{
	int64_t deadline = clock_ms() + PATIENCE_MS;
	uint64_t seen = 0;
	int rc;

	while ((rc = cache_get(cache, kind, ret, err)) == -EINPROGRESS && clock_ms() < deadline)
		bell_wait(bell, &seen, clock_ms() + 200);
	return rc;
}

/* What an object's member is now, "" for none, "-" without the object; freed by the caller. */
static char *member(unsigned kind, const char *id, const char *key)
{
	struct snapshot *snapshot = NULL;

	if (cache_peek(cache, kind, &snapshot) != 0)
		return xstrdup("?");
	const struct object *object = snapshot_by_id(snapshot, id);
	struct json *json = object != NULL ? json_parse(object->text, object->length, NULL) : NULL;
	char *text = object != NULL ? json_text(json_get(json, key)) : xstrdup("-");
	json_free(json);
	snapshot_unref(snapshot);
	return text;
}

static bool becomes(unsigned kind, const char *id, const char *key, const char *wanted, int64_t ms)
{
	for (int64_t end = clock_ms() + ms;; usleep(20000)) {
		char *text = member(kind, id, key);
		bool same = strcmp(text, wanted) == 0;
		free(text);
		if (same || clock_ms() > end)
			return same;
	}
}

static struct json *put_droplet(const char *name, char **ret_id)
{
	char *body = xasprintf("{\"name\":\"%s\",\"region\":\"nyc3\",\"size\":\"s-1vcpu-1gb\","
			       "\"image\":\"debian-12-x64\"}",
		name);
	struct json *answer = sandbox_ask(&sandbox, "POST", "/v2/droplets", body);
	const struct json *droplet = json_get(answer, "droplet");
	struct json *copy = json_copy(droplet);

	*ret_id = json_text(json_get(droplet, "id"));
	json_free(answer);
	free(body);
	return copy;
}

static void delete_droplet(const char *id)
{
	char *path = xasprintf("/v2/droplets/%s", id);

	json_free(sandbox_ask(&sandbox, "DELETE", path, NULL));
	free(path);
}

static void nobody_looks_nothing_is_sent(void **state)
{
	struct snapshot *snapshot = NULL;

	(void)state;
	assert_int_equal(cache_peek(cache, DROPLETS, &snapshot), -ENODATA);
	assert_int_equal(cache_fresh_ms(cache, DROPLETS), 0);
	usleep(100000);
	assert_int_equal(requests(), 0);
}

static void one_look_two_listings(void **state)
{
	struct snapshot *snapshot = NULL;
	struct cache_stats stats;

	(void)state;
	assert_int_equal(cache_get(cache, DROPLETS, &snapshot, NULL), -EINPROGRESS);
	assert_int_equal(look(DROPLETS, &snapshot, NULL), 0);
	assert_int_equal(snapshot->count, 3);
	snapshot_unref(snapshot);
	assert_true(cache_fresh_ms(cache, DROPLETS) > 0);
	usleep(4 * TTL_MS * 1000);
	cache_stats_get(cache, DROPLETS, &stats);
	assert_int_equal(stats.refreshes, 2); /* the look's, and one at the end of the ttl */
	assert_int_equal(stats.failures, 0);
	assert_int_equal(stats.count, 3);
	assert_true(stats.age_ms > TTL_MS);
	/* Too old: the reader is asked to wait a moment for news. */
	assert_int_equal(cache_get(cache, DROPLETS, &snapshot, NULL), -EINPROGRESS);
	assert_int_equal(look(DROPLETS, &snapshot, NULL), 0);
	assert_true(clock_ms() - snapshot->taken < TTL_MS);
	snapshot_unref(snapshot);
}

static void an_outage_leaves_the_last_listing(void **state)
{
	struct snapshot *snapshot = NULL;
	struct cache_stats stats;
	struct error err = {0};

	(void)state;
	assert_int_equal(look(DROPLETS, &snapshot, NULL), 0);
	snapshot_unref(snapshot);
	sandbox_faults(&sandbox, "[{\"path\":\"/v2/droplets\",\"fault\":\"status\",\"status\":503},"
				 "{\"path\":\"/v2/regions\",\"fault\":\"status\",\"status\":503}]");
	assert_int_equal(look(REGIONS, &snapshot, &err), -EIO);
	assert_null(snapshot);
	assert_memory_equal(err.message, "listing regions: ", 17);
	cache_refresh(cache, DROPLETS);
	for (stats.failures = 0; stats.failures == 0; usleep(20000))
		cache_stats_get(cache, DROPLETS, &stats);
	assert_int_equal(stats.last.code, EIO);
	assert_int_equal(look(DROPLETS, &snapshot, NULL), 0);
	assert_int_equal(snapshot->count, 3);
	snapshot_unref(snapshot);
	sandbox_faults(&sandbox, "[]");
	/* After the back-off. */
	for (int64_t end = clock_ms() + 10000;
		look(REGIONS, &snapshot, NULL) != 0 && clock_ms() < end;)
		usleep(50000);
	assert_non_null(snapshot);
	snapshot_unref(snapshot);
}

static void what_docloud_did_is_there_at_once(void **state)
{
	struct snapshot *before = NULL, *after = NULL;
	char *id, *text;

	(void)state;
	assert_int_equal(look(DROPLETS, &before, NULL), 0);
	struct json *droplet = put_droplet("fresh", &id);
	cache_put(cache, DROPLETS, droplet);
	assert_int_equal(cache_get(cache, DROPLETS, &after, NULL), 0);
	assert_int_equal(after->count, before->count + 1);
	assert_non_null(snapshot_by_name(after, "fresh"));
	for (size_t i = 0; i < before->count; i++)
		assert_ptr_equal(snapshot_by_id(after, before->by_id[i]->id), before->by_id[i]);
	snapshot_unref(before);
	snapshot_unref(after);
	delete_droplet(id);
	cache_remove(cache, DROPLETS, id);
	text = member(DROPLETS, id, "id");
	assert_string_equal(text, "-");
	free(text);
	free(id);
	json_free(droplet);
}

/* While it is being created, the API refuses: waits for the end of that. */
static void power_off(const char *id)
{
	char *droplet = xasprintf("/v2/droplets/%s", id);
	char *path = xasprintf("/v2/droplets/%s/actions", id);
	bool ready = false;

	for (int64_t end = clock_ms() + 5000; !ready && clock_ms() < end; usleep(20000)) {
		struct json *answer = sandbox_ask(&sandbox, "GET", droplet, NULL);
		const char *status = json_get_string(answer, "droplet/status");
		ready = status != NULL && strcmp(status, "active") == 0;
		json_free(answer);
	}
	assert_true(ready);
	free(droplet);
	json_free(sandbox_ask(&sandbox, "POST", path, "{\"type\":\"power_off\"}"));
	free(path);
}

/* A listing that was begun before a change must not undo it, whatever it shows. */
static void a_listing_under_way_does_not_undo_it(void **state)
{
	struct snapshot *snapshot = NULL;
	struct cache_stats stats = {0};
	char *gone, *changed;

	(void)state;
	json_free(put_droplet("gone", &gone));
	struct json *droplet = put_droplet("changed", &changed);
	assert_int_equal(look(DROPLETS, &snapshot, NULL), 0);
	snapshot_unref(snapshot);
	cache_stats_get(cache, DROPLETS, &stats);
	uint64_t refreshes = stats.refreshes;
	power_off(changed);
	sandbox_faults(&sandbox, "[{\"path\":\"/v2/droplets\",\"fault\":\"delay\",\"ms\":900}]");
	cache_refresh(cache, DROPLETS);
	usleep(200000);
	cache_remove(cache, DROPLETS, gone);
	json_add_string(droplet, "status", "pretended");
	cache_put(cache, DROPLETS, droplet);
	while (stats.refreshes == refreshes) {
		usleep(20000);
		cache_stats_get(cache, DROPLETS, &stats);
	}
	assert_true(becomes(DROPLETS, gone, "id", "-", 0));
	assert_true(becomes(DROPLETS, changed, "status", "pretended", 0));
	sandbox_faults(&sandbox, "[]");
	free(gone);
	free(changed);
	json_free(droplet);
}

static void refresh(unsigned kind)
{
	struct cache_stats stats = {0};

	cache_stats_get(cache, kind, &stats);
	for (uint64_t refreshes = stats.refreshes; stats.refreshes == refreshes; usleep(20000)) {
		cache_refresh(cache, kind);
		cache_stats_get(cache, kind, &stats);
	}
}

/* A listing that was begun after a change but shows what was before lags; anything else is newer. */
static void a_lagging_listing_is_not_believed(void **state)
{
	struct snapshot *snapshot = NULL;
	char *id;

	(void)state;
	struct json *droplet = put_droplet("lags", &id);
	assert_int_equal(look(DROPLETS, &snapshot, NULL), 0);
	snapshot_unref(snapshot);
	json_add_string(droplet, "status", "pretended");
	cache_put(cache, DROPLETS, droplet);
	assert_true(becomes(DROPLETS, id, "status", "pretended", 0));
	refresh(DROPLETS);
	assert_true(becomes(DROPLETS, id, "status", "pretended", 0));

	power_off(id);
	for (int i = 0; i < 100 && !becomes(DROPLETS, id, "status", "off", 0); i++) {
		cache_refresh(cache, DROPLETS);
		usleep(100000);
	}
	assert_true(becomes(DROPLETS, id, "status", "off", 0));
	free(id);
	json_free(droplet);
}

/* A listing that shows it yet, and in another state, lags; a tag of that name can be another one. */
static void what_was_destroyed_stays_so(void **state)
{
	struct snapshot *snapshot = NULL;
	char *id;

	(void)state;
	json_free(put_droplet("destroyed", &id));
	json_free(sandbox_ask(&sandbox, "POST", "/v2/tags", "{\"name\":\"made-anew\"}"));
	assert_int_equal(look(DROPLETS, &snapshot, NULL), 0);
	snapshot_unref(snapshot);
	assert_int_equal(look(TAGS, &snapshot, NULL), 0);
	snapshot_unref(snapshot);
	cache_remove(cache, DROPLETS, id);
	cache_remove(cache, TAGS, "made-anew");
	power_off(id);
	char *body = xasprintf(
		"{\"resources\":[{\"resource_id\":\"%s\",\"resource_type\":\"droplet\"}]}", id);
	json_free(sandbox_ask(&sandbox, "POST", "/v2/tags/made-anew/resources", body));
	usleep(500000); /* off */
	refresh(DROPLETS);
	refresh(TAGS);
	assert_true(becomes(DROPLETS, id, "id", "-", 0));
	assert_true(becomes(TAGS, "made-anew", "name", "made-anew", 0));
	free(body);
	free(id);
}

static void a_watched_object_is_followed(void **state)
{
	struct snapshot *snapshot = NULL;
	char *id;

	(void)state;
	assert_int_equal(look(DROPLETS, &snapshot, NULL), 0);
	snapshot_unref(snapshot);
	struct json *droplet = put_droplet("watched", &id);
	cache_put(cache, DROPLETS, droplet);
	cache_watch(cache, DROPLETS, id);
	cache_watch(cache, DROPLETS, id);
	assert_true(becomes(DROPLETS, id, "status", "new", 0));
	assert_true(becomes(DROPLETS, id, "status", "active", 5000));
	cache_unwatch(cache, DROPLETS, id);
	cache_unwatch(cache, DROPLETS, "no such id");
	usleep(1500000); /* what the look and the poll left under way */
	uint64_t then = requests();
	usleep(1000000);
	assert_int_equal(requests(), then);

	cache_watch(cache, DROPLETS, id);
	delete_droplet(id);
	assert_true(becomes(DROPLETS, id, "id", "-", 10000));
	free(id);
	json_free(droplet);
}

/* Also those that began at different times: there are no more polls than the budget has time for. */
static void many_watches_share_a_listing(void **state)
{
	struct snapshot *snapshot = NULL;
	char *ids[12];

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		char *name = xasprintf("many%zu", i);
		json_free(put_droplet(name, &ids[i]));
		free(name);
	}
	assert_int_equal(look(DROPLETS, &snapshot, NULL), 0);
	snapshot_unref(snapshot);
	uint64_t then = requests();
	int64_t start_ms = clock_ms();
	for (size_t i = 0; i < 12; i++) {
		cache_watch(cache, DROPLETS, ids[i]);
		usleep(130000);
	}
	for (size_t i = 0; i < 12; i++)
		assert_true(becomes(DROPLETS, ids[i], "status", "active", 6000));
	assert_true((int64_t)(requests() - then) <= (clock_ms() - start_ms) / 300 + 4);
	for (size_t i = 0; i < 12; i++)
		free(ids[i]);
}

/* The listing of an earlier mount, of a time that is still to come: it is not fresh, nor does it undo what this mount did. */
static void a_remembered_listing_knows_nothing_new(void **state)
{
	const struct timespec future[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = time(NULL) + 3600}};
	char *path = xasprintf("%s/inventory/droplets", directory), *id, *gone;
	struct snapshot *snapshot = NULL;

	(void)state;
	json_free(put_droplet("gone", &gone));
	cache_destroy(cache);
	cache = create_cache(directory);
	assert_int_equal(look(DROPLETS, &snapshot, NULL), 0);
	assert_int_equal(snapshot->count, 4);
	snapshot_unref(snapshot);
	cache_destroy(cache);
	assert_int_equal(utimensat(AT_FDCWD, path, future, 0), 0);

	cache = create_cache(directory);
	struct json *droplet = put_droplet("made", &id);
	cache_put(cache, DROPLETS, droplet);
	delete_droplet(gone);
	cache_remove(cache, DROPLETS, gone);
	sandbox_faults(
		&sandbox, "[{\"path\":\"/v2/droplets\",\"fault\":\"status\",\"status\":503}]");
	assert_int_equal(look(DROPLETS, &snapshot, NULL), 0);
	assert_true(snapshot->remembered);
	assert_int_equal(snapshot->count, 4);
	assert_non_null(snapshot_by_id(snapshot, id));
	assert_null(snapshot_by_id(snapshot, gone));
	snapshot_unref(snapshot);
	assert_int_equal(cache_fresh_ms(cache, DROPLETS), 0);
	struct cache_stats stats;
	cache_stats_get(cache, DROPLETS, &stats);
	assert_true(stats.age_ms >= 0);
	sandbox_faults(&sandbox, "[]");
	json_free(droplet);
	free(path);
	free(gone);
	free(id);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
#define TEST_SLOW(name) cmocka_unit_test_setup_teardown(name, start_slow, stop)
#define TEST_LIMITED(name) cmocka_unit_test_setup_teardown(name, start_limited, stop)
	const struct CMUnitTest tests[] = {
		TEST(nobody_looks_nothing_is_sent),
		TEST(one_look_two_listings),
		TEST(an_outage_leaves_the_last_listing),
		TEST(what_docloud_did_is_there_at_once),
		TEST(a_listing_under_way_does_not_undo_it),
		TEST(a_lagging_listing_is_not_believed),
		TEST(what_was_destroyed_stays_so),
		TEST(a_remembered_listing_knows_nothing_new),
		TEST_SLOW(a_watched_object_is_followed),
		TEST_LIMITED(many_watches_share_a_listing),
	};

	return cmocka_run_group_tests(tests, directory_setup, directory_teardown);
}
