#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/cache.h"
#include "api/clock.h"
#include "api/memory.h"
#include "api/snapshot.h"

/* What the dispatcher makes of the inventory: here it is whatever a test says, and so is the time. */

enum { TEXT_MAX = 200 };

static struct snapshot *inventory;
static int64_t later;

static int inventory_get(const struct cache *cache, unsigned listing, struct snapshot **ret)
{
	(void)cache, (void)listing;
	*ret = inventory != NULL ? snapshot_ref(inventory) : NULL;
	return inventory != NULL ? 0 : -ENODATA;
}

static int64_t time_here(void)
{
	return clock_ms() + later;
}

#define cache_peek(cache, listing, ret) inventory_get(cache, listing, ret)
#define cache_get(cache, listing, ret, err) inventory_get(cache, listing, ret)
#define cache_watch(cache, listing, id) ((void)(id))
#define cache_unwatch(cache, listing, id) ((void)(id))
#define clock_ms time_here
#undef fail			// cmocka's
#include "provision/dispatch.c" // NOLINT(bugprone-suspicious-include)
#include "provision/sweep.c"	// NOLINT(bugprone-suspicious-include)
#undef clock_ms
#include "provision_fleet.h"

/* Droplet 1 is listed with that status and address; without a status there is none. */
static void list(const char *status, const char *address)
{
	snapshot_unref(inventory);
	inventory = xcalloc(1, sizeof *inventory);
	inventory->refs = 1;
	inventory->taken = time_here();
	inventory->by_name = xcalloc(1, sizeof(struct object *));
	inventory->by_id = xcalloc(1, sizeof(struct object *));
	if (status == NULL)
		return;
	/* In one piece, as all are. */
	struct object *object = xcalloc(1, sizeof *object + TEXT_MAX);
	object->refs = 1;
	object->id = (char *)"1";
	object->name = object->base = (char *)"web";
	object->text = (char *)(object + 1);
	object->length = (size_t)snprintf(object->text, TEXT_MAX,
		"{\"id\":1,\"status\":\"%s\",\"networks\":{\"v4\":[{\"type\":\"%s\","
		"\"ip_address\":\"10.0.0.1\"}]}}",
		status, address);
	inventory->by_name[0] = inventory->by_id[0] = object;
	inventory->count = 1;
}

/* A job of droplet 1, which is starting. */
static struct job *starting(struct fleet *fleet)
{
	struct job *job = job_make(fleet, "web", "1");

	job->phase = JOB_STARTING;
	job->began = job->stage_began = time_here();
	return job;
}

static struct install *wanted(const char *run)
{
	struct install *install = xcalloc(1, sizeof *install);

	install->stack = xstrdup("nginx");
	install->names = xcalloc(1, sizeof(char *));
	snprintf(install->run, sizeof install->run, "%s", run);
	return install;
}

static void drop_all(struct fleet *fleet, struct job *job)
{
	pthread_mutex_lock(&fleet->lock);
	if (!job->gone)
		job_remove(fleet, job);
	pthread_mutex_unlock(&fleet->lock);
	job_unref(fleet, job);
	job_unref(fleet, job);
	fleet_drop(fleet);
	snapshot_unref(inventory);
	inventory = NULL;
	later = 0;
}

/* A droplet that is off is not looked at, and no failure for that: when it is on again, it is. */
static void test_look_at_one_off(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct job *job = job_make(fleet, "web", "1");

	list("off", "public");
	assert_false(fleet_adopt(fleet, "1", "web"));
	assert_int_equal(job->phase, JOB_IDLE);
	list("active", "public");
	assert_true(fleet_adopt(fleet, "1", "web"));
	assert_int_equal(job->phase, JOB_STARTING);
	drop_all(fleet, job);
}

/* It went off or away between the wish to look and the look. */
static void test_look_in_vain(void **state)
{
	(void)state;
	static const char *const statuses[] = {"off", NULL, "new"};

	for (size_t i = 0; i < 3; i++) {
		struct fleet *fleet = fleet_make();
		struct job *job = starting(fleet);
		job->adopted = true;
		list(statuses[i], "public");
		later = (ACTIVE_SECONDS + 1) * INT64_C(1000);
		start_step(fleet, job);
		assert_int_equal(job->phase, JOB_IDLE);
		assert_int_equal(job->error.code, 0);
		assert_true(job->adopted);
		drop_all(fleet, job);
	}
}

/* Where a stack waits, it is one. */
static void test_install_in_vain(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct job *job = starting(fleet);

	job->adopted = true;
	job->next = wanted("ours");
	list("off", "public");
	start_step(fleet, job);
	assert_int_equal(job->phase, JOB_IDLE);
	assert_int_equal(job->error.code, EHOSTDOWN);
	drop_all(fleet, job);
}

/* One without a public address is not one that is still new. */
static void test_private(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct job *job = starting(fleet);

	list("active", "private");
	assert_int_not_equal(start_step(fleet, job), 0); /* its address may come */
	assert_int_equal(job->phase, JOB_STARTING);
	later = (ADDRESS_SECONDS + 1) * INT64_C(1000);
	assert_int_equal(start_step(fleet, job), 0);
	assert_int_equal(job->phase, JOB_IDLE);
	assert_int_equal(job->error.code, 0);
	assert_null(job->trouble);

	job->made = true;
	job->next = wanted("ours");
	job->phase = JOB_STARTING;
	start_step(fleet, job);
	assert_int_equal(job->phase, JOB_IDLE);
	assert_int_equal(job->error.code, ENETUNREACH);
	drop_all(fleet, job);
}

/* Nothing is said of a stack that installs itself there but that it cannot be looked at. */
static void test_private_boots(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct job *job = starting(fleet);

	job->made = true;
	job->present = wanted("ours");
	job->present->sent = job->present->at_boot = true;
	list("new", "private");
	fleet_adopt(fleet, "1", "web");
	assert_true(job->looked_at);
	list("active", "private");
	start_step(fleet, job);
	later = (ADDRESS_SECONDS + 1) * INT64_C(1000);
	start_step(fleet, job);
	assert_int_equal(job->phase, JOB_IDLE);
	assert_int_equal(job->error.code, 0);
	assert_non_null(strstr(job->trouble, "no public address"));
	job->adopt_after = 0;
	assert_false(fleet_adopt(fleet, "1", "web"));
	drop_all(fleet, job);
}

/* A minute later, the API lists droplet 1, or none, so many times. */
static void sweep(struct fleet *fleet, int times, bool listed)
{
	while (times-- > 0) {
		later += SWEEP_MS;
		list(listed ? "active" : NULL, "public");
		sweep_gone(fleet);
		sweep_gone(fleet); /* the same one counts once */
	}
}

/* What was destroyed elsewhere is forgotten: where it was seen, in the end, and where nothing else explains that it lacks. */
static void test_destroyed_elsewhere(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct job *job = job_make(fleet, "web", "1"), *gone = job_make(fleet, "gone", "2");
	CLEANUP_FREE char *dir = job_path(fleet, gone, "");

	sweep(fleet, LACKING_MOST + 1, true);
	assert_false(gone->gone); /* of another account, perhaps */
	gone->seen = true;
	gone->lacking = 0;
	sweep(fleet, LACKING_MOST, true);
	assert_false(gone->gone);
	sweep(fleet, 2, false);
	assert_false(gone->gone);
	assert_false(job->gone);
	gone->next = wanted("ours");
	sweep(fleet, 1, true);
	assert_false(gone->gone);
	install_free(gone->next);
	gone->next = NULL;
	sweep(fleet, 1, true);
	assert_true(gone->gone);
	assert_int_equal(fleet->job_count, 1);
	job_unref(fleet, gone);
	assert_int_equal(access(dir, F_OK), -1);
	sweep(fleet, 2 * LACKING_MOST, true);
	assert_false(job->gone);
	drop_all(fleet, job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_look_at_one_off),
		cmocka_unit_test(test_look_in_vain),
		cmocka_unit_test(test_install_in_vain),
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_private_boots),
		cmocka_unit_test(test_destroyed_elsewhere),
	};

	return cmocka_run_group_tests(tests, directory_setup, directory_teardown);
}
