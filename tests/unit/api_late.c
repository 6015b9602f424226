/* A create's request that takes effect after docloud has given it up, or whose spec is written anew meanwhile. */
#include "api_test.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/memory.h"
#include "api_mount.h"

/* It is looked for as long again as it was waited for. */
static void a_slow_server_is_waited_for(void **unused)
{
	(void)unused;
	mount_close();
	mnt.timeout_ms = 5000;
	mount_open();
	/* A gateway that is started anew resets the connection, and what is behind it goes on. */
	static const char *const faults[] = {
		"\"late\",\"ms\":9500,\"count\":1", "\"reset_late\",\"ms\":4500,\"count\":1"};
	for (size_t i = 0; i < 2; i++) {
		const char *name = i == 0 ? "slow" : "reset";
		mount_fault("POST", "/v2/droplets", faults[i]);
		struct change_state state = mount_create(name, false);
		sleep(1); /* it has come by now, whoever did not wait for it */
		assert_int_equal(state.phase, CHANGE_DONE);
		assert_int_equal(state.error.code, 0);
		assert_int_equal(sandbox_droplets(&mnt.sandbox, name), 1);
		assert_int_equal(mount_records(), 0);
	}
}

/* One that is later than any bound makes two of them, and that is said. */
static void a_twin_is_told_of(void **unused)
{
	(void)unused;
	sandbox_faults(&mnt.sandbox, "[{\"method\":\"POST\",\"path\":\"/v2/droplets\","
				     "\"fault\":\"late\",\"ms\":6000,\"count\":1},"
				     "{\"method\":\"POST\",\"path\":\"/v2/droplets\","
				     "\"fault\":\"delay\",\"ms\":1000,\"count\":1}]");
	struct change_state state = mount_create("twin", false);
	assert_int_equal(state.phase, CHANGE_DONE);
	assert_int_equal(sandbox_droplets(&mnt.sandbox, "twin"), 2);
	assert_non_null(strstr(state.error.message, "twin was made twice"));
	assert_non_null(strstr(state.error.message, state.id));
}

struct rewritten {
	const char *key, *first, *second;
};

/* Submit a create with one key otherwise. */
static int64_t submit(size_t number, const struct rewritten *what, bool again)
{
	char name[20];

	snprintf(name, sizeof name, "rewritten%zu", number);
	struct change_plan plan = mount_plan(name, false);
	struct json *body = plan.steps[0].body;
	if (strncmp(what->first, "gpu-", 4) == 0 && !again) {
		json_add_string(body, "region", "nyc1");
		json_add_string(body, "image", "gpu-h100x1-base");
	}
	json_add_string(body, what->key, again ? what->second : what->first);
	return change_submit(mnt.changes, &plan, NULL);
}

/* From now on, when the listing has been read: creates are answered by nothing, and nobody can look. */
static void lose_answers(void)
{
	struct snapshot *snapshot;

	while (cache_get(mnt.cache, DROPLETS, &snapshot, NULL) != 0)
		usleep(10000);
	snapshot_unref(snapshot);
	sandbox_faults(&mnt.sandbox,
		"[{\"method\":\"POST\",\"path\":\"/v2/droplets\",\"fault\":\"reset_after\"},"
		"{\"method\":\"GET\",\"path\":\"/v2/"
		"droplets\",\"fault\":\"status\",\"status\":503}]");
}

/* Its answer is lost and nobody can look; what is written then is compared to what was made. */
static void a_spec_that_was_rewritten_is_compared(void **unused)
{
	static const struct rewritten all[] = {{"size", "gpu-h100x1-80gb", "s-1vcpu-1gb"},
		{"size", "s-1vcpu-1gb", "s-2vcpu-2gb"}, {"region", "nyc3", "sgp1"},
		{"image", "debian-12-x64", "ubuntu-24-04-x64"}};
	enum { COUNT = sizeof all / sizeof all[0] };
	int64_t tickets[COUNT];

	(void)unused;
	lose_answers();
	for (size_t i = 0; i < COUNT; i++)
		tickets[i] = submit(i, &all[i], false);
	for (size_t i = 0; i < COUNT; i++) {
		struct change_state state = mount_wait(tickets[i]);
		if (strstr(state.error.message, "not known whether") == NULL)
			fail_msg("%s", state.error.message);
	}
	sandbox_faults(&mnt.sandbox, "[]");
	struct json *body = sandbox_ask(&mnt.sandbox, "GET", "/v2/droplets?type=gpus", NULL);
	size_t gpus = json_count(json_get(body, "droplets"));
	json_free(body);
	assert_int_equal(gpus, 1);
	for (size_t i = 0; i < COUNT; i++) {
		struct change_state state = mount_wait(submit(i, &all[i], true));
		assert_int_equal(state.phase, CHANGE_FAILED);
		assert_int_equal(state.error.code, EEXIST);
		assert_non_null(strstr(state.error.message, all[i].key));
		assert_true(mount_has(DROPLETS, state.id));
		char name[20];
		snprintf(name, sizeof name, "rewritten%zu", i);
		assert_int_equal(sandbox_droplets(&mnt.sandbox, name), i == 0 ? 0 : 1);
	}
	assert_int_equal(mount_records(), 0);
}

/* The listing shows it by now. Its id, to be freed. */
static char *shown(const char *name)
{
	struct snapshot *snapshot = NULL;
	char *id = NULL;

	for (int i = 0; id == NULL && i < 100; i++, usleep(50000)) {
		cache_refresh(mnt.cache, DROPLETS);
		if (cache_get(mnt.cache, DROPLETS, &snapshot, NULL) != 0)
			continue;
		const struct object *object = snapshot_by_name(snapshot, name);
		id = object != NULL ? xstrdup(object->id) : NULL;
		snapshot_unref(snapshot);
	}
	assert_non_null(id);
	return id;
}

/* It was made, though its create failed, and is gone again: no record is left from which the next mount would make it. */
static void what_was_made_after_all_does_not_rise(void **unused)
{
	static const char *const names[] = {"destroyed", "renamed", "stays"};
	int64_t tickets[3];

	(void)unused;
	lose_answers();
	for (size_t i = 0; i < 3; i++) {
		struct change_plan plan = mount_plan(names[i], false);
		tickets[i] = change_submit(mnt.changes, &plan, NULL);
	}
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(mount_wait(tickets[i]).phase, CHANGE_FAILED);
	sandbox_faults(&mnt.sandbox, "[]");
	assert_int_equal(mount_records(), 3);
	for (size_t i = 0; i < 3; i++) {
		char *id = shown(names[i]);
		struct change_plan plan = {.kind = i == 0 ? CHANGE_DELETE : CHANGE_UPDATE,
			.resource = DROPLETS,
			.id = id,
			.name = xstrdup(names[i])};
		struct json *body = i == 0 ? NULL : json_object();
		if (body != NULL)
			json_add_string(body, "type", i == 1 ? "rename" : "power_off");
		if (i == 1)
			json_add_string(body, "name", "other");
		change_plan_add(&plan, i == 0 ? "DELETE" : "POST",
			xasprintf("/v2/droplets/%s%s", id, i == 0 ? "" : "/actions"), body, i != 0,
			"change");
		struct change_state state = mount_wait(change_submit(mnt.changes, &plan, NULL));
		if (state.phase != CHANGE_DONE)
			fail_msg("%s", state.error.message);
		assert_int_equal(
			change_find(mnt.changes, DROPLETS, names[i]), i < 2 ? 0 : tickets[i]);
		assert_int_equal(mount_records(), i == 0 ? 2 : 1);
	}
}

/* Until a change says that. */
static void wait_step(int64_t ticket, const char *words)
{
	struct change_state state = {0};

	for (int i = 0; i < 600 && strstr(state.step, words) == NULL; i++, usleep(50000))
		change_get(mnt.changes, ticket, &state);
	assert_non_null(strstr(state.step, words));
}

/* A refusal may be the effect of a POST before it. When nobody can look whether it is, the record stays. */
static void a_refusal_that_cannot_be_checked(void **unused)
{
	struct change_plan plan = mount_plan("refused", false);

	(void)unused;
	sandbox_faults(&mnt.sandbox,
		"[{\"method\":\"POST\",\"path\":\"/v2/"
		"droplets\",\"fault\":\"reset_before\",\"count\":1},"
		"{\"method\":\"POST\",\"path\":\"/v2/droplets\",\"fault\":\"rate_limit\"}]");
	int64_t ticket = change_submit(mnt.changes, &plan, NULL);
	wait_step(ticket, "rate limit");
	sandbox_faults(&mnt.sandbox, "[{\"method\":\"POST\",\"path\":\"/v2/"
				     "droplets\",\"fault\":\"status\",\"status\":422},"
				     "{\"method\":\"GET\",\"path\":\"/v2/"
				     "droplets\",\"fault\":\"status\",\"status\":503}]");
	struct change_state state = mount_wait(ticket);
	assert_int_equal(state.phase, CHANGE_FAILED);
	assert_int_equal(state.error.code, EINVAL);
	assert_non_null(strstr(state.error.message, "not known whether"));
	assert_int_equal(mount_records(), 1);
}

/* What an earlier mount was asked for is not lost because the API cannot be reached when it is its turn. */
static void an_intent_outlives_an_outage(void **unused)
{
	struct change_plan plan = mount_plan("later", false);

	(void)unused;
	mount_fault("POST", "/v2/droplets", "\"rate_limit\"");
	wait_step(change_submit(mnt.changes, &plan, NULL), "rate limit");
	mount_close();
	mount_open();
	int64_t ticket = change_find(mnt.changes, DROPLETS, "later");
	wait_step(ticket, "rate limit");
	kill(mnt.sandbox.pid, SIGKILL);
	struct change_state state = mount_wait(ticket);
	assert_int_equal(state.phase, CHANGE_FAILED);
	assert_int_equal(state.error.code, EHOSTUNREACH);
	assert_int_equal(mount_records(), 1);
}

/* Nor is one of which not even the namesakes were looked up, for as long as any other create. */
static void an_intent_waits_for_its_look(void **unused)
{
	struct change_plan plan = mount_plan("later", false);

	(void)unused;
	mount_fault("GET", "/v2/droplets", "\"status\",\"status\":503");
	change_submit(mnt.changes, &plan, NULL);
	mount_close();
	assert_int_equal(mount_records(), 1);
	mount_open();
	int64_t ticket = change_find(mnt.changes, DROPLETS, "later");
	sleep(3); /* twice as long as one request may take */
	sandbox_faults(&mnt.sandbox, "[]");
	struct change_state state = mount_wait(ticket);
	if (state.phase != CHANGE_DONE)
		fail_msg("%s", state.error.message);
	assert_int_equal(sandbox_droplets(&mnt.sandbox, "later"), 1);
	assert_int_equal(mount_records(), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, mount_start, mount_stop)
	const struct CMUnitTest tests[] = {
		TEST(a_slow_server_is_waited_for),
		TEST(a_twin_is_told_of),
		TEST(a_spec_that_was_rewritten_is_compared),
		TEST(what_was_made_after_all_does_not_rise),
		TEST(a_refusal_that_cannot_be_checked),
		TEST(an_intent_outlives_an_outage),
		TEST(an_intent_waits_for_its_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
