/* change.h against the sandbox: updates and deletes. */
#include "api_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/clock.h"
#include "api/memory.h"
#include "api_mount.h"

static void add_action(struct change_plan *plan, const char *type)
{
	struct json *body = json_object();

	json_add_string(body, "type", type);
	change_plan_add(plan, "POST", xasprintf("/v2/droplets/%s/actions", plan->id), body, true,
		"%s", type);
}

static struct change_plan update(const char *id)
{
	return (struct change_plan){.kind = CHANGE_UPDATE,
		.resource = DROPLETS,
		.id = xstrdup(id),
		.name = xstrdup("x")};
}

static int64_t submit_action(const char *id, const char *type)
{
	struct change_plan plan = update(id);

	add_action(&plan, type);
	return change_submit(mnt.changes, &plan, NULL);
}

static unsigned actions_of(const char *id, const char *type)
{
	char *path = xasprintf("/v2/droplets/%s/actions?per_page=200", id);
	struct json *body = sandbox_ask(&mnt.sandbox, "GET", path, NULL);
	unsigned count = 0;

	for (const struct json *at = json_first(json_get(body, "actions")); at != NULL;
		at = json_next(at))
		count += strcmp(json_get_string(at, "type"), type) == 0;
	json_free(body);
	free(path);
	return count;
}

static void actions_are_waited_for(void **unused)
{
	struct change_state droplet = mount_create("acts", false);
	int64_t off, on;

	(void)unused;
	while (!mount_has(DROPLETS, droplet.id))
		usleep(10000);
	usleep(500000);
	off = submit_action(droplet.id, "power_off");
	on = submit_action(droplet.id, "power_on");
	assert_true(change_pending(mnt.changes, DROPLETS, droplet.id));
	struct change_state state = mount_wait(off);
	if (state.phase != CHANGE_DONE)
		fail_msg("%s", state.error.message);
	state = mount_wait(on);
	if (state.phase != CHANGE_DONE)
		fail_msg("%s", state.error.message);
	assert_false(change_pending(mnt.changes, DROPLETS, droplet.id));

	/* Its answer is lost: its effect is seen in the object's actions. */
	mount_fault("POST", "/v2/droplets/*/actions", "\"reset_after\",\"count\":1");
	state = mount_wait(submit_action(droplet.id, "power_off"));
	if (state.phase != CHANGE_DONE)
		fail_msg("%s", state.error.message);
	assert_int_equal(actions_of(droplet.id, "power_off"), 2);
	mount_fault("POST", "/v2/droplets/*/actions", "\"reset_before\",\"count\":1");
	state = mount_wait(submit_action(droplet.id, "power_on"));
	assert_int_equal(state.phase, CHANGE_FAILED);
	assert_memory_equal(state.error.message, "power_on: it is not known", 25);
	assert_int_equal(actions_of(droplet.id, "power_on"), 1);
	sandbox_faults(&mnt.sandbox, "[]");
}

/* What is shown of a droplet, without a look at the API; freed by the caller. */
static char *shown_status(const char *id)
{
	struct snapshot *snapshot = NULL;

	assert_int_equal(cache_peek(mnt.cache, DROPLETS, &snapshot), 0);
	const struct object *object = snapshot_by_id(snapshot, id);
	assert_non_null(object);
	struct json *json = json_parse(object->text, object->length, NULL);
	char *status = json_text(json_get(json, "status"));
	json_free(json);
	snapshot_unref(snapshot);
	return status;
}

/* Its answer was lost, and it was found and has ended: what is shown is what came of it. */
static void a_lost_action_is_shown(void **unused)
{
	struct change_state droplet = mount_create("acts", false);

	(void)unused;
	while (!mount_has(DROPLETS, droplet.id))
		usleep(10000);
	usleep(500000);
	assert_int_equal(mount_wait(submit_action(droplet.id, "power_off")).phase, CHANGE_DONE);
	mount_fault("POST", "/v2/droplets/*/actions", "\"reset_after\",\"count\":1");
	assert_int_equal(mount_wait(submit_action(droplet.id, "power_on")).phase, CHANGE_DONE);
	char *status = shown_status(droplet.id);
	assert_string_equal(status, "active");
	free(status);
	sandbox_faults(&mnt.sandbox, "[]");
}

/* All answers to an update were lost, and it was done: the listing learns of that. */
static void an_update_of_unknown_end_is_looked_after(void **unused)
{
	struct change_state droplet = mount_create("acts", false);
	struct cache_stats stats = {0};

	(void)unused;
	assert_true(mount_has(DROPLETS, droplet.id));
	cache_stats_get(mnt.cache, DROPLETS, &stats);
	uint64_t refreshes = stats.refreshes;
	mount_fault("POST", "/v2/droplets/*/actions", "\"reset_before\",\"count\":1");
	assert_int_equal(mount_wait(submit_action(droplet.id, "power_off")).phase, CHANGE_FAILED);
	for (int i = 0; i < 50 && stats.refreshes == refreshes; i++, usleep(20000))
		cache_stats_get(mnt.cache, DROPLETS, &stats);
	assert_int_not_equal(stats.refreshes, refreshes);
	sandbox_faults(&mnt.sandbox, "[]");
}

/* A resize that is refused leaves no droplet off. */
static void what_was_begun_is_ended(void **unused)
{
	struct change_state droplet = mount_create("resized", false);

	(void)unused;
	while (!mount_has(DROPLETS, droplet.id))
		usleep(10000);
	usleep(500000);
	struct change_plan plan = update(droplet.id);
	add_action(&plan, "power_off");
	add_action(&plan, "no such action");
	add_action(&plan, "reboot");
	add_action(&plan, "power_on");
	plan.steps[3].always = true;
	struct change_state state = mount_wait(change_submit(mnt.changes, &plan, NULL));
	assert_int_equal(state.phase, CHANGE_FAILED);
	assert_memory_equal(state.error.message, "no such action: ", 16);
	assert_int_equal(actions_of(droplet.id, "reboot"), 0);
	assert_int_equal(actions_of(droplet.id, "power_on"), 1);
}

static void deletes_are_repeated(void **unused)
{
	static const char *const faults[] = {
		"\"reset_after\",\"count\":1", "\"reset_before\",\"count\":1"};

	(void)unused;
	for (size_t i = 0; i < 2; i++) {
		struct change_state state = mount_create("doomed", false);
		struct change_plan plan = {.kind = CHANGE_DELETE,
			.resource = DROPLETS,
			.id = xstrdup(state.id),
			.name = xstrdup("doomed")};
		change_plan_add(&plan, "DELETE", xasprintf("/v2/droplets/%s", state.id), NULL,
			false, "destroy");
		mount_fault("DELETE", "/v2/droplets/*", faults[i]);
		struct change_state end = mount_wait(change_submit(mnt.changes, &plan, NULL));
		if (end.phase != CHANGE_DONE)
			fail_msg("%s", end.error.message);
		assert_int_equal(sandbox_droplets(&mnt.sandbox, "doomed"), 0);
		assert_false(mount_has(DROPLETS, state.id));
	}
	/* The last try of the first request meets the rate limit: the next one finds it gone. */
	struct change_state state = mount_create("doomed", false);
	struct change_plan limited = {.kind = CHANGE_DELETE,
		.resource = DROPLETS,
		.id = xstrdup(state.id),
		.name = xstrdup("doomed")};
	change_plan_add(
		&limited, "DELETE", xasprintf("/v2/droplets/%s", state.id), NULL, false, "destroy");
	sandbox_faults(&mnt.sandbox,
		"[{\"method\":\"DELETE\",\"path\":\"/v2/droplets/*\",\"fault\":\"reset_after\","
		"\"count\":1},{\"method\":\"DELETE\",\"path\":\"/v2/droplets/*\",\"fault\":"
		"\"rate_limit\",\"count\":2}]");
	struct change_state gone = mount_wait(change_submit(mnt.changes, &limited, NULL));
	if (gone.phase != CHANGE_DONE)
		fail_msg("%s", gone.error.message);
	sandbox_faults(&mnt.sandbox, "[]");
}

static struct change_state destroy(const char *id)
{
	struct change_plan plan = {.kind = CHANGE_DELETE,
		.resource = DROPLETS,
		.id = xstrdup(id),
		.name = xstrdup("gone")};

	change_plan_add(&plan, "DELETE", xasprintf("/v2/droplets/%s", id), NULL, false, "destroy");
	return mount_wait(change_submit(mnt.changes, &plan, NULL));
}

/* What never was there is not found, though the API refused to look the first time. */
static void a_delete_of_nothing_fails(void **unused)
{
	(void)unused;
	assert_int_equal(destroy("1").error.code, ENOENT);
	mount_fault("DELETE", "/v2/droplets/*", "\"rate_limit\",\"count\":1");
	assert_int_equal(destroy("1").error.code, ENOENT);
	sandbox_faults(&mnt.sandbox, "[]");
}

/* All its answers are lost: it is gone, and the listing learns of that. */
static void a_delete_of_unknown_end_is_looked_after(void **unused)
{
	struct change_state droplet = mount_create("doomed", false);
	struct cache_stats stats = {0};

	(void)unused;
	assert_true(mount_has(DROPLETS, droplet.id));
	sandbox_faults(&mnt.sandbox, "[{\"method\":\"DELETE\",\"path\":\"/v2/droplets/"
				     "*\",\"fault\":\"reset_after\",\"count\":1},"
				     "{\"method\":\"DELETE\",\"path\":\"/v2/droplets/"
				     "*\",\"fault\":\"status\",\"status\":503}]");
	cache_stats_get(mnt.cache, DROPLETS, &stats);
	uint64_t refreshes = stats.refreshes;
	assert_int_equal(destroy(droplet.id).error.code, EIO);
	for (int i = 0; i < 50 && stats.refreshes == refreshes; i++, usleep(20000))
		cache_stats_get(mnt.cache, DROPLETS, &stats);
	assert_int_not_equal(stats.refreshes, refreshes);
	sandbox_faults(&mnt.sandbox, "[]");
}

/* Many that wait, of many objects and of one, hold up nobody who asks. */
static void thousands_wait(void **unused)
{
	enum { COUNT = 6000, OF_ONE = 1000 };
	int64_t first = 0, last = 0, longest = 0, begin = clock_ms(), at_first = 0, at_last = 0;
	struct change_state state;

	(void)unused;
	mount_fault("PUT", "/v2/no/*", "\"delay\",\"ms\":20");
	for (int i = 0; i < COUNT; i++) {
		char id[20];

		snprintf(id, sizeof id, "%d", i < OF_ONE ? 0 : i);
		struct change_plan plan = update(id);
		change_plan_add(&plan, "PUT", xasprintf("/v2/no/%s", id), NULL, false, "put");
		last = change_submit(mnt.changes, &plan, NULL);
		first = first == 0 ? last : first;
		if (i == OF_ONE - 1)
			at_first = clock_ms();
		if (i == COUNT - OF_ONE - 1)
			at_last = clock_ms();
	}
	/* The last of them no later than the first: 14 times, where each has to go over all that wait. */
	int64_t of_first = at_first - begin, of_last = clock_ms() - at_last;
	if (of_last > 5 * of_first + 20)
		fail_msg("the first %d took %lld ms to submit, the last %d %lld", OF_ONE,
			(long long)of_first, OF_ONE, (long long)of_last);
	for (int64_t end = clock_ms() + 2000; clock_ms() < end; usleep(1000)) {
		int64_t start = clock_ms();

		change_get(mnt.changes, last, &state);
		longest = clock_ms() - start > longest ? clock_ms() - start : longest;
	}
	if (longest > 500)
		fail_msg("change_get took %lld ms", (long long)longest);
	/* In the order of their submission. */
	mount_wait(first);
	assert_true(change_get(mnt.changes, first + OF_ONE - 1, &state));
	assert_int_equal(state.phase, CHANGE_WAITING);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, mount_start, mount_stop)
	const struct CMUnitTest tests[] = {
		TEST(actions_are_waited_for),
		TEST(a_lost_action_is_shown),
		TEST(an_update_of_unknown_end_is_looked_after),
		TEST(what_was_begun_is_ended),
		TEST(deletes_are_repeated),
		TEST(a_delete_of_nothing_fails),
		TEST(a_delete_of_unknown_end_is_looked_after),
		TEST(thousands_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
