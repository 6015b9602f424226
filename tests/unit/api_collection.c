/* collection.h against the sandbox. With arguments "measure N LATENCY" it tells seconds, requests, memory. */
#include "api_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "api/clock.h"
#include "api/collection.h"
#include "api/memory.h"
#include "api_sandbox.h"

static struct sandbox sandbox;
static struct intern *slots;

static int start(void **state)
{
	static const char *const flags[] = {
		"--rate-limit=off", "--droplets=450", "--boot-seconds=0", NULL};

	(void)state;
	sandbox_start(&sandbox, flags, 10000);
	slots = intern_create(1 << 20);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	intern_destroy(slots);
	sandbox_stop(&sandbox);
	return 0;
}

static int fetch(
	unsigned kind, const struct snapshot *old, struct snapshot **ret, struct error *err)
{
	return collection_fetch(sandbox.http, HTTP_READ, test_resources[kind], slots, old,
		clock_ms() + 10000, ret, err);
}

static void all_pages_are_there(void **state)
{
	struct snapshot *one, *two;
	struct http_stats stats;

	(void)state;
	assert_int_equal(fetch(DROPLETS, NULL, &one, NULL), 0);
	assert_true(one->count >= 450);
	http_stats_get(sandbox.http, &stats);
	assert_int_equal(stats.requests, collection_requests(test_resources[DROPLETS], one->count));
	for (size_t i = 1; i < one->count; i++) {
		assert_true(strcmp(one->by_name[i - 1]->name, one->by_name[i]->name) < 0);
		assert_true(strcmp(one->by_id[i - 1]->id, one->by_id[i]->id) < 0);
		assert_true(one->by_name[i]->created > 0);
	}
	assert_int_equal(fetch(DROPLETS, one, &two, NULL), 0);
	assert_int_equal(one->count, two->count);
	for (size_t i = 0; i < one->count; i++)
		assert_ptr_equal(one->by_name[i], two->by_name[i]);
	assert_true(two->taken >= one->taken);
	snapshot_unref(one);
	snapshot_unref(two);
}

static void one_object_is_a_listing_too(void **state)
{
	struct snapshot *snapshot;

	(void)state;
	assert_int_equal(fetch(ACCOUNT, NULL, &snapshot, NULL), 0);
	assert_int_equal(snapshot->count, 1);
	assert_non_null(strchr(snapshot->by_name[0]->name, '@'));
	snapshot_unref(snapshot);
}

static void a_page_that_fails_fails_all(void **state)
{
	static const char *const faults[] = {
		"status\", \"status\": 403", "status\", \"status\": 422"};
	static const int codes[] = {EACCES, EINVAL};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct snapshot *snapshot = (struct snapshot *)1;
		struct error err = {0};
		char *list = xasprintf(
			"[{\"method\":\"GET\",\"path\":\"/v2/droplets\",\"fault\":\"%s,"
			"\"count\":1}]",
			faults[i]);
		sandbox_faults(&sandbox, list);
		assert_int_equal(fetch(DROPLETS, NULL, &snapshot, &err), -codes[i]);
		assert_null(snapshot);
		assert_memory_equal(err.message, "listing droplets: ", 18);
		free(list);
	}
	sandbox_faults(&sandbox, "[]");
}

static void bad_weather_is_survived(void **state)
{
	static const char *const faults[] = {"reset_before\"", "reset_after\"", "truncate\"",
		"garbage\"", "status\",\"status\":503", "rate_limit\""};

	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		struct snapshot *snapshot;
		struct error err = {0};
		char *list = xasprintf("[{\"method\":\"GET\",\"path\":\"/v2/"
				       "droplets\",\"fault\":\"%s,\"count\":2}]",
			faults[i]);
		sandbox_faults(&sandbox, list);
		if (fetch(DROPLETS, NULL, &snapshot, &err) != 0)
			fail_msg("%s: %s", faults[i], err.message);
		assert_true(snapshot->count >= 450);
		snapshot_unref(snapshot);
		free(list);
	}
	sandbox_faults(&sandbox, "[]");
}

/* A key that is not there: another server, or another version of the API. */
static void no_listing_is_an_error(void **state)
{
	struct resource other = *test_resources[DROPLETS];
	struct snapshot *snapshot;
	struct error err = {0};

	(void)state;
	other.list_key = "elephants";
	assert_int_equal(collection_fetch(sandbox.http, HTTP_READ, &other, slots, NULL,
				 clock_ms() + 5000, &snapshot, &err),
		-EIO);
	assert_non_null(strstr(err.message, "elephants"));
}

static double cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static long peak_kb(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static int measure(const char *count, const char *latency)
{
	char *droplets = xasprintf("--droplets=%s", count),
	     *delay = xasprintf("--latency=%s", latency);
	const char *const flags[] = {"--rate-limit=off", "--boot-seconds=0", droplets, delay, NULL};
	struct snapshot *snapshot, *again;
	struct http_stats stats;
	size_t bytes = 0;

	sandbox_start(&sandbox, flags, 30000);
	slots = intern_create(1 << 24);
	long before = peak_kb();
	for (int i = 0; i < 5; i++) {
		int64_t start_ms = clock_ms();
		struct error err = {0};
		if (fetch(DROPLETS, NULL, &snapshot, &err) != 0) {
			printf("%s\n", err.message);
			return 1;
		}
		printf("%lld ms\n", (long long)(clock_ms() - start_ms));
		if (i < 4)
			snapshot_unref(snapshot);
	}
	http_stats_get(sandbox.http, &stats);
	for (size_t i = 0; i < snapshot->count; i++)
		bytes += snapshot->by_id[i]->length;
	printf("%.3f s of CPU each\n", cpu_seconds() / 5);
	printf("%zu objects, %zu KB of JSON, %llu requests each, peak %ld KB (%ld before)\n",
		snapshot->count, bytes / 1024, (unsigned long long)stats.requests / 5, peak_kb(),
		before);
	int64_t start_ms = clock_ms();
	if (fetch(DROPLETS, snapshot, &again, NULL) != 0)
		return 1;
	printf("refresh %lld ms, peak %ld KB\n", (long long)(clock_ms() - start_ms), peak_kb());
	snapshot_unref(snapshot);
	snapshot_unref(again);
	free(droplets);
	free(delay);
	return stop(NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_pages_are_there),
		cmocka_unit_test(one_object_is_a_listing_too),
		cmocka_unit_test(a_page_that_fails_fails_all),
		cmocka_unit_test(bad_weather_is_survived),
		cmocka_unit_test(no_listing_is_an_error),
	};

	if (argc == 4 && strcmp(argv[1], "measure") == 0)
		return measure(argv[2], argv[3]);
	return cmocka_run_group_tests(tests, start, stop);
}
