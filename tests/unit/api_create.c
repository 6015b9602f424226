/* change.h against the sandbox: exactly one object comes of one create, whatever becomes of its answer. */
#include "api_test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/clock.h"
#include "api/journal.h"
#include "api/memory.h"
#include "api_mount.h"

static void a_create_is_done_once(void **unused)
{
	struct change_state state = mount_create("web1", false);

	(void)unused;
	if (state.phase != CHANGE_DONE)
		fail_msg("%s", state.error.message);
	assert_int_equal(sandbox_droplets(&mnt.sandbox, "web1"), 1);
	assert_true(mount_has(DROPLETS, state.id));
	assert_int_equal(mount_records(), 0);
	assert_int_equal(change_find(mnt.changes, DROPLETS, "web1"), 0);

	char *path = xasprintf("/v2/droplets?tag_name=%s", changes_tag(mnt.changes));
	struct json *body = sandbox_ask(&mnt.sandbox, "GET", path, NULL);
	assert_int_equal(json_count(json_get(body, "droplets")), 1);
	json_free(body);
	free(path);
}

/* Whatever becomes of the POST, or of its repetition too: one droplet, and its id is known. */
static void faults_make_one_droplet(void **unused)
{
	static const char *const faults[] = {
		"\"reset_after\",\"count\":1",
		"\"reset_after\",\"count\":2",
		"\"reset_before\",\"count\":1",
		"\"reset_before\",\"count\":2",
		"\"status\",\"status\":500,\"count\":1",
		"\"stall\",\"count\":1",
		"\"rate_limit\",\"count\":1",
		"\"rate_limit\",\"count\":4", /* for longer than a request may take */
		"\"garbage\",\"count\":1",
		"\"truncate\",\"count\":1",
	};

	(void)unused;
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		char *name = xasprintf("fault-%zu", i);

		mount_fault("POST", "/v2/droplets", faults[i]);
		struct change_state state = mount_create(name, false);
		if (state.phase != CHANGE_DONE)
			fail_msg("%s: %s", faults[i], state.error.message);
		if (sandbox_droplets(&mnt.sandbox, name) != 1)
			fail_msg(
				"%s: %u droplets", faults[i], sandbox_droplets(&mnt.sandbox, name));
		assert_true(state.id[0] != '\0');
		assert_true(mount_has(DROPLETS, state.id));
		assert_int_equal(mount_records(), 0);
		free(name);
	}
	sandbox_faults(&mnt.sandbox, "[]");
}

/* Another droplet of that name is neither taken for the new one nor in its way. */
static void a_namesake_is_not_adopted(void **unused)
{
	struct change_state first = mount_create("twin", false);

	(void)unused;
	mount_close(); /* so that nothing but a look tells of it */
	mount_open();
	mount_fault("POST", "/v2/droplets", "\"reset_before\",\"count\":1");
	struct change_state second = mount_create("twin", false);
	mount_fault("POST", "/v2/droplets", "\"reset_after\",\"count\":1");
	struct change_state third = mount_create("twin", false);
	assert_int_equal(second.phase, CHANGE_DONE);
	assert_int_equal(third.phase, CHANGE_DONE);
	assert_string_not_equal(first.id, second.id);
	assert_string_not_equal(second.id, third.id);
	assert_string_not_equal(first.id, third.id);
	assert_int_equal(sandbox_droplets(&mnt.sandbox, "twin"), 3);
}

static void a_refusal_is_final(void **unused)
{
	struct change_plan plan = mount_plan("bad", true);
	struct error err = {0};

	(void)unused;
	json_add_string(plan.steps[0].body, "region", "atlantis");
	int64_t ticket = change_submit(mnt.changes, &plan, &err);
	struct change_state state = mount_wait(ticket);
	assert_int_equal(state.phase, CHANGE_FAILED);
	assert_int_equal(state.error.code, EINVAL);
	assert_memory_equal(state.error.message, "create bad: POST /v2/droplets: ", 31);
	assert_int_equal(mount_records(), 0);
	assert_int_equal(change_find(mnt.changes, DROPLETS, "bad"), ticket);
	change_drop(mnt.changes, ticket);
	assert_int_equal(change_find(mnt.changes, DROPLETS, "bad"), 0);
	assert_false(change_get(mnt.changes, ticket, &state));
}

/* Its record cannot be removed: that the next mount creates it is said, and a create of that name knows. */
static void a_refusal_whose_record_stays(void **unused)
{
	struct change_plan plan = mount_plan("stays", false);
	char *aside = xasprintf("%s/aside", mnt.dir), *creates = xasprintf("%s/creates", mnt.dir);

	(void)unused;
	sandbox_faults(&mnt.sandbox, "[{\"method\":\"POST\",\"path\":\"/v2/droplets\",\"fault\":"
				     "\"delay\",\"ms\":700}]");
	json_add_string(plan.steps[0].body, "region", "atlantis");
	json_free(sandbox_ask(&mnt.sandbox, "GET", "/v2/droplets", NULL));
	int64_t ticket = change_submit(mnt.changes, &plan, NULL);
	usleep(300000);
	/* A record that cannot be unlinked, by root neither, is one that is a directory. */
	char *record = xasprintf("%s/droplets%%2Fstays.json", creates);
	assert_int_equal(rename(record, aside), 0);
	assert_int_equal(mkdir(record, 0700), 0);
	struct change_state state = mount_wait(ticket);
	assert_int_equal(state.phase, CHANGE_FAILED);
	assert_int_equal(state.error.code, EINVAL);
	assert_non_null(strstr(state.error.message, "could not be removed"));
	change_drop(mnt.changes, ticket);
	assert_int_equal(change_find(mnt.changes, DROPLETS, "stays"), ticket);
	assert_int_equal(rmdir(record), 0);
	assert_int_equal(rename(aside, record), 0);
	change_forget(mnt.changes, ticket);
	assert_int_equal(mount_records(), 0);
	sandbox_faults(&mnt.sandbox, "[]");
	free(record);
	free(creates);
	free(aside);
}

static void a_server_that_is_always_broken(void **unused)
{
	(void)unused;
	mount_fault("POST", "/v2/droplets", "\"status\",\"status\":500");
	struct change_state state = mount_create("never", false);
	assert_int_equal(state.phase, CHANGE_FAILED);
	assert_int_equal(state.error.code, EIO);
	assert_non_null(strstr(state.error.message, "looked for"));
	assert_int_equal(sandbox_droplets(&mnt.sandbox, "never"), 0);
	assert_int_equal(mount_records(), 0);
	sandbox_faults(&mnt.sandbox, "[]");
}

#define OUTAGE                                                                                    \
	"[{\"method\":\"POST\",\"path\":\"/v2/droplets\",\"fault\":\"reset_after\",\"count\":1}," \
	"{\"method\":\"GET\",\"path\":\"/v2/droplets\",\"fault\":\"status\",\"status\":503}]"
/* It was made, but nobody can see it: the record stays, and the next attempt finds it. */
static void what_cannot_be_looked_for_is_not_forgotten(void **unused)
{
	(void)unused;
	struct snapshot *snapshot;
	struct change_plan plan = mount_plan("hidden", false);
	/* Known before the outage. */
	sandbox_faults(&mnt.sandbox, "[]");
	while (cache_get(mnt.cache, DROPLETS, &snapshot, NULL) != 0)
		usleep(10000);
	snapshot_unref(snapshot);
	sandbox_faults(&mnt.sandbox, OUTAGE);
	int64_t ticket = change_submit(mnt.changes, &plan, NULL);
	struct change_state state = mount_wait(ticket);
	assert_int_equal(state.phase, CHANGE_FAILED);
	assert_non_null(strstr(state.error.message, "not known whether"));
	/* Nor because whoever waited for it has been told. */
	change_drop(mnt.changes, ticket);
	assert_int_equal(mount_records(), 1);
	sandbox_faults(&mnt.sandbox, "[]");
	state = mount_create("hidden", false);
	assert_int_equal(state.phase, CHANGE_DONE);
	assert_int_equal(sandbox_droplets(&mnt.sandbox, "hidden"), 1);
	assert_int_equal(mount_records(), 0);
	/* One that nobody wants any more is. */
	sandbox_faults(&mnt.sandbox, OUTAGE);
	plan = mount_plan("given up", false);
	ticket = change_submit(mnt.changes, &plan, NULL);
	mount_wait(ticket);
	change_forget(mnt.changes, ticket);
	assert_int_equal(mount_records(), 0);
	assert_int_equal(change_find(mnt.changes, DROPLETS, "given up"), 0);
	sandbox_faults(&mnt.sandbox, "[]");
}

static void one_create_of_a_name_at_a_time(void **unused)
{
	struct change_plan plan = mount_plan("busy", true), other = mount_plan("busy", true);
	struct error err = {0};

	(void)unused;
	mount_fault("POST", "/v2/droplets", "\"delay\",\"ms\":800,\"count\":1");
	int64_t ticket = change_submit(mnt.changes, &plan, NULL);
	assert_int_equal(change_submit(mnt.changes, &other, &err), -EEXIST);
	assert_int_equal(change_find(mnt.changes, DROPLETS, "busy"), ticket);
	assert_int_equal(mount_wait(ticket).phase, CHANGE_DONE);
	assert_int_equal(change_find(mnt.changes, DROPLETS, "busy"), ticket);
	other = mount_plan("busy", true);
	assert_int_equal(change_submit(mnt.changes, &other, NULL), -EEXIST);
	assert_int_equal(mount_records(), 1);
	change_drop(mnt.changes, ticket);
	assert_int_equal(mount_records(), 0);
	assert_int_equal(sandbox_droplets(&mnt.sandbox, "busy"), 1);
}

static void many_creates_beside_each_other(void **unused)
{
	enum { COUNT = 40 };
	int64_t tickets[COUNT];

	(void)unused;
	sandbox_faults(&mnt.sandbox, "[{\"method\":\"POST\",\"path\":\"/v2/"
				     "droplets\",\"fault\":\"reset_after\",\"probability\":0.2},"
				     "{\"method\":\"POST\",\"path\":\"/v2/"
				     "droplets\",\"fault\":\"reset_before\",\"probability\":0.2}]");
	for (size_t i = 0; i < COUNT; i++) {
		char *name = xasprintf("fleet%zu", i);
		struct change_plan plan = mount_plan(name, false);
		tickets[i] = change_submit(mnt.changes, &plan, NULL);
		assert_true(tickets[i] > 0);
		free(name);
	}
	for (size_t i = 0; i < COUNT; i++) {
		char *name = xasprintf("fleet%zu", i);
		struct change_state state = mount_wait(tickets[i]);
		if (state.phase != CHANGE_DONE)
			fail_msg("%s: %s", name, state.error.message);
		assert_int_equal(sandbox_droplets(&mnt.sandbox, name), 1);
		free(name);
	}
	sandbox_faults(&mnt.sandbox, "[]");
	assert_int_equal(mount_records(), 0);
}

static void a_kept_record_survives_a_remount(void **unused)
{
	struct change_state state = mount_create("kept", true), again;

	(void)unused;
	mount_close();
	mount_open();
	int64_t ticket = change_find(mnt.changes, DROPLETS, "kept");
	assert_true(ticket > 0);
	assert_true(change_get(mnt.changes, ticket, &again));
	assert_int_equal(again.phase, CHANGE_DONE);
	assert_string_equal(again.id, state.id);
	change_drop(mnt.changes, ticket);
	mount_close();
	mount_open();
	assert_int_equal(change_find(mnt.changes, DROPLETS, "kept"), 0);
	assert_int_equal(sandbox_droplets(&mnt.sandbox, "kept"), 1);
}

/* What a kill -9 leaves: a record without an id, of a droplet that was made, or was not. */
static void an_intent_is_taken_up_again(void **unused)
{
	char *creates = xasprintf("%s/creates", mnt.dir);

	(void)unused;
	for (int made = 0; made < 2; made++) {
		const char *name = made ? "was-made" : "was-not";
		struct json *record = json_object(), *body = json_object(), *tags = json_array();

		json_add_string(tags, NULL, "docloud");
		json_add_string(tags, NULL, changes_tag(mnt.changes));
		json_add_string(body, "name", name);
		json_add_string(body, "region", "nyc3");
		json_add_string(body, "size", "s-1vcpu-1gb");
		json_add_string(body, "image", "debian-12-x64");
		json_add(body, "tags", tags);
		char *text = json_print(body);
		if (made)
			json_free(sandbox_ask(&mnt.sandbox, "POST", "/v2/droplets", text));
		free(text);
		json_add_string(record, "resource", "droplets");
		json_add_string(record, "name", name);
		json_add_string(record, "path", "/v2/droplets");
		json_add(record, "body", body);
		json_add(record, "known", json_array());
		char *key = xasprintf("droplets/%s", name);
		assert_int_equal(journal_write(creates, key, record, NULL), 0);
		free(key);
		json_free(record);
	}
	free(creates);
	mount_close();
	mount_open();
	for (int made = 0; made < 2; made++) {
		const char *name = made ? "was-made" : "was-not";
		int64_t ticket = change_find(mnt.changes, DROPLETS, name);
		if (ticket > 0)
			assert_int_equal(mount_wait(ticket).phase, CHANGE_DONE);
		assert_int_equal(sandbox_droplets(&mnt.sandbox, name), 1);
	}
	assert_int_equal(mount_records(), 0);
}

/* Shutting down while an answer is awaited: the next mount finishes it. */
static void a_remount_in_the_middle(void **unused)
{
	struct change_plan plan = mount_plan("middle", false);

	(void)unused;
	mount_fault("POST", "/v2/droplets", "\"delay\",\"ms\":1000,\"count\":1");
	assert_true(change_submit(mnt.changes, &plan, NULL) > 0);
	usleep(300000);
	mount_close();
	assert_int_equal(mount_records(), 1);
	mount_open();
	int64_t ticket = change_find(mnt.changes, DROPLETS, "middle");
	if (ticket > 0)
		assert_int_equal(mount_wait(ticket).phase, CHANGE_DONE);
	assert_int_equal(sandbox_droplets(&mnt.sandbox, "middle"), 1);
	assert_int_equal(mount_records(), 0);
}

static void keys_are_made_once_too(void **unused)
{
	static const char *const faults[] = {
		"\"reset_after\",\"count\":1", "\"reset_before\",\"count\":1"};

	static const char *const keys[] = {
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUm "
		"me",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywt "
		"me",
	};

	(void)unused;
	for (size_t i = 0; i < 2; i++) {
		struct change_plan plan = {.kind = CHANGE_CREATE,
			.resource = SSH_KEYS,
			.name = xasprintf("key %zu", i)};
		struct json *body = json_object();

		json_add_string(body, "name", plan.name);
		json_add_string(body, "public_key", keys[i]);
		change_plan_add(
			&plan, "POST", xstrdup("/v2/account/keys"), body, false, "add the key");
		mount_fault("POST", "/v2/account/keys", faults[i]);
		struct change_state state = mount_wait(change_submit(mnt.changes, &plan, NULL));
		if (state.phase != CHANGE_DONE)
			fail_msg("%s", state.error.message);
	}
	sandbox_faults(&mnt.sandbox, "[]");
	struct json *all = sandbox_ask(&mnt.sandbox, "GET", "/v2/account/keys", NULL);
	unsigned ours = 0;
	for (const struct json *at = json_first(json_get(all, "ssh_keys")); at != NULL;
		at = json_next(at))
		ours += strncmp(json_get_string(at, "name"), "key ", 4) == 0;
	assert_int_equal(ours, 2);
	json_free(all);
}

/* Kinds whose name the API chooses: told from the others by being new. */
static void nameless_kinds_are_made_once(void **unused)
{
	static const char *const faults[] = {
		"\"reset_after\",\"count\":1", "\"reset_before\",\"count\":1"};

	struct snapshot *snapshot;

	(void)unused;
	/* Another tool makes one after the last listing. */
	while (cache_get(mnt.cache, RESERVED_IPS, &snapshot, NULL) != 0)
		usleep(10000);
	snapshot_unref(snapshot);
	json_free(sandbox_ask(&mnt.sandbox, "POST", "/v2/reserved_ips", "{\"region\":\"nyc3\"}"));
	for (size_t i = 0; i < 2; i++) {
		struct change_plan plan = {
			.kind = CHANGE_CREATE, .resource = RESERVED_IPS, .name = xstrdup("draft")};
		struct json *body = json_object();

		json_add_string(body, "region", "nyc3");
		change_plan_add(&plan, "POST", xstrdup("/v2/reserved_ips"), body, false, "reserve");
		mount_fault("POST", "/v2/reserved_ips", faults[i]);
		struct change_state state = mount_wait(change_submit(mnt.changes, &plan, NULL));
		if (state.phase != CHANGE_DONE)
			fail_msg("%s", state.error.message);
	}
	struct json *all = sandbox_ask(&mnt.sandbox, "GET", "/v2/reserved_ips", NULL);
	assert_int_equal(json_count(json_get(all, "reserved_ips")), 3);
	json_free(all);
	sandbox_faults(&mnt.sandbox, "[]");
}

/* One that another tool makes at that moment, elsewhere, is not taken for it. */
static void a_new_one_elsewhere_is_not_adopted(void **unused)
{
	struct change_plan plan = {
		.kind = CHANGE_CREATE, .resource = RESERVED_IPS, .name = xstrdup("draft")};
	struct json *body = json_object();
	unsigned regions = 0;

	(void)unused;
	json_add_string(body, "region", "nyc3");
	change_plan_add(&plan, "POST", xstrdup("/v2/reserved_ips"), body, false, "reserve");
	mount_fault("POST", "/v2/reserved_ips", "\"reset_before\",\"count\":1");
	int64_t ticket = change_submit(mnt.changes, &plan, NULL);
	usleep(300000);
	json_free(sandbox_ask(&mnt.sandbox, "POST", "/v2/reserved_ips", "{\"region\":\"sgp1\"}"));
	assert_int_equal(mount_wait(ticket).phase, CHANGE_DONE);
	struct json *all = sandbox_ask(&mnt.sandbox, "GET", "/v2/reserved_ips", NULL);
	for (const struct json *at = json_first(json_get(all, "reserved_ips")); at != NULL;
		at = json_next(at))
		regions |= strcmp(json_get_string(at, "region/slug"), "nyc3") == 0 ? 1 : 2;
	assert_int_equal(json_count(json_get(all, "reserved_ips")), 2);
	assert_int_equal(regions, 3);
	json_free(all);
	sandbox_faults(&mnt.sandbox, "[]");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, mount_start, mount_stop)
	const struct CMUnitTest tests[] = {
		TEST(a_create_is_done_once),
		TEST(faults_make_one_droplet),
		TEST(a_namesake_is_not_adopted),
		TEST(a_refusal_is_final),
		TEST(a_refusal_whose_record_stays),
		TEST(a_server_that_is_always_broken),
		TEST(what_cannot_be_looked_for_is_not_forgotten),
		TEST(one_create_of_a_name_at_a_time),
		TEST(many_creates_beside_each_other),
		TEST(a_kept_record_survives_a_remount),
		TEST(an_intent_is_taken_up_again),
		TEST(a_remount_in_the_middle),
		TEST(keys_are_made_once_too),
		TEST(nameless_kinds_are_made_once),
		TEST(a_new_one_elsewhere_is_not_adopted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
