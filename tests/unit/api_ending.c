/* change.h against the sandbox: what a change began is ended, though nobody is there any more to do it. */
#include "api_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/clock.h"
#include "api/memory.h"
#include "api_mount.h"

static void add(struct change_plan *plan, const char *type, bool always)
{
	struct json *body = json_object();

	json_add_string(body, "type", type);
	if (strcmp(type, "resize") == 0) {
		json_add_string(body, "size", "s-2vcpu-2gb");
		json_add_bool(body, "disk", false);
	}
	change_plan_add(plan, "POST", xasprintf("/v2/droplets/%s/actions", plan->id), body, true,
		"%s", type);
	plan->steps[plan->count - 1].always = always;
}

static struct change_plan update(const char *id)
{
	return (struct change_plan){.kind = CHANGE_UPDATE,
		.resource = DROPLETS,
		.id = xstrdup(id),
		.name = xstrdup("sized")};
}

static int64_t resize(const char *id)
{
	struct change_plan plan = update(id);

	add(&plan, "power_off", false);
	add(&plan, "resize", false);
	add(&plan, "power_on", true);
	return change_submit(mnt.changes, &plan, NULL);
}

static bool is_status(const char *id, const char *wanted)
{
	char *path = xasprintf("/v2/droplets/%s", id);
	struct json *body = sandbox_ask(&mnt.sandbox, "GET", path, NULL);
	bool same = strcmp(json_get_string(body, "droplet/status"), wanted) == 0;

	json_free(body);
	free(path);
	return same;
}

static bool becomes(const char *id, const char *wanted)
{
	for (int64_t end = clock_ms() + 15000; clock_ms() < end; usleep(50000))
		if (is_status(id, wanted))
			return true;
	return false;
}

static bool endings_become(unsigned wanted)
{
	for (int64_t end = clock_ms() + 15000; clock_ms() < end; usleep(20000))
		if (mount_endings() == wanted)
			return true;
	return false;
}

/* A droplet that is on, and a resize of it that has come to this step. */
static struct change_state begin(const char *step)
{
	struct change_state droplet = mount_create("sized", false), state = {0};

	assert_true(becomes(droplet.id, "active"));
	int64_t ticket = resize(droplet.id);
	while (strcmp(state.step, step) != 0) {
		assert_true(change_get(mnt.changes, ticket, &state));
		assert_int_not_equal(state.phase, CHANGE_FAILED);
		usleep(1000);
	}
	assert_int_equal(mount_endings(), 1);
	return droplet;
}

static void a_plan_that_ended_leaves_nothing(void **unused)
{
	struct change_state droplet = mount_create("sized", false);

	(void)unused;
	assert_true(becomes(droplet.id, "active"));
	assert_int_equal(mount_wait(resize(droplet.id)).phase, CHANGE_DONE);
	assert_int_equal(mount_endings(), 0);

	/* Nor does one that was refused, nor one that was never sent. */
	struct change_plan refused = update(droplet.id);
	add(&refused, "no such action", false);
	add(&refused, "power_on", true);
	int64_t ticket = change_submit(mnt.changes, &refused, NULL);
	assert_int_equal(mount_wait(ticket).phase, CHANGE_FAILED);
	assert_int_equal(mount_endings(), 0);
	http_cancel(mnt.sandbox.http);
	assert_int_equal(mount_wait(resize(droplet.id)).phase, CHANGE_FAILED);
	assert_int_equal(mount_endings(), 0);
	mount_close();
	mount_open();
	assert_int_equal(mount_endings(), 0);
}

/* Unmounted while the droplet was off: the next mount powers it on, as soon as the resize is over. */
static void an_unmount_leaves_no_droplet_off(void **unused)
{
	struct change_state droplet = begin("resize");

	(void)unused;
	mount_close();
	assert_int_equal(mount_endings(), 1);
	assert_true(becomes(droplet.id, "off"));
	mount_open();
	assert_true(change_pending(mnt.changes, DROPLETS, droplet.id));
	assert_true(becomes(droplet.id, "active"));
	assert_true(endings_become(0));
}

/* The API is out of reach at the next mount: it is done at the one after that. */
static void an_end_waits_for_the_api(void **unused)
{
	struct change_state droplet = begin("resize");

	(void)unused;
	mount_close();
	mount_fault("POST", "/v2/droplets/*/actions", "\"status\",\"status\":503");
	mount_open();
	for (int64_t end = clock_ms() + 15000;
		change_pending(mnt.changes, DROPLETS, droplet.id) && clock_ms() < end;)
		usleep(20000);
	assert_int_equal(mount_endings(), 1);
	mount_close();
	sandbox_faults(&mnt.sandbox, "[]");
	mount_open();
	assert_true(becomes(droplet.id, "active"));
	assert_true(endings_become(0));
}

/* What its owner did since is what counts. */
static void a_later_change_makes_it_void(void **unused)
{
	struct change_state droplet = mount_create("sized", false);

	(void)unused;
	assert_true(becomes(droplet.id, "active"));
	struct change_plan plan = update(droplet.id);
	add(&plan, "power_on", true);
	mount_fault("POST", "/v2/droplets/*/actions", "\"status\",\"status\":503");
	struct change_state state = mount_wait(change_submit(mnt.changes, &plan, NULL));
	assert_int_equal(state.phase, CHANGE_FAILED);
	assert_non_null(strstr(state.error.message, "the next mount tries this again"));
	assert_int_equal(mount_endings(), 1);
	sandbox_faults(&mnt.sandbox, "[]");
	plan = update(droplet.id);
	add(&plan, "power_off", false);
	assert_int_equal(mount_wait(change_submit(mnt.changes, &plan, NULL)).phase, CHANGE_DONE);
	assert_int_equal(mount_endings(), 0);
}

static void an_end_of_what_is_gone_goes(void **unused)
{
	struct change_state droplet = begin("resize");
	char *path = xasprintf("/v2/droplets/%s", droplet.id);

	(void)unused;
	mount_close();
	assert_true(becomes(droplet.id, "off"));
	json_free(sandbox_ask(&mnt.sandbox, "DELETE", path, NULL));
	mount_open();
	assert_true(endings_become(0));
	assert_false(change_pending(mnt.changes, DROPLETS, droplet.id));
	free(path);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, mount_start, mount_stop)
	const struct CMUnitTest tests[] = {
		TEST(a_plan_that_ended_leaves_nothing),
		TEST(an_unmount_leaves_no_droplet_off),
		TEST(an_end_waits_for_the_api),
		TEST(a_later_change_makes_it_void),
		TEST(an_end_of_what_is_gone_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
