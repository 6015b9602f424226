#include "api_test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/clock.h"
#include "api/memory.h"
#include "api_mount.h"

enum { TIMEOUT_MS = 1500, PATIENCE_MS = 40000 };

struct mount mnt;

void mount_open(void)
{
	if (mnt.timeout_ms == 0)
		mnt.timeout_ms = TIMEOUT_MS;
	const struct cache_options cache_options = {.resources = test_resources,
		.count = TEST_RESOURCES,
		.ttl_ms = 10000,
		.catalogue_ttl_ms = 60000,
		.timeout_ms = 5000};
	const struct changes_options options = {.state_dir = mnt.dir,
		.droplets = DROPLETS,
		.timeout_ms = mnt.timeout_ms,
		.action_ms = 20000};
	const struct http_options http_options = {.url = mnt.sandbox.url,
		.token = "s3cret",
		.user_agent = "test",
		.timeout_ms = mnt.timeout_ms};
	struct error err = {0};

	mnt.sandbox.http = http_create(&http_options, NULL);
	mnt.bell = bell_create();
	mnt.cache = cache_create(mnt.sandbox.http, mnt.bell, &cache_options);
	mnt.changes = changes_create(mnt.sandbox.http, mnt.cache, mnt.bell, &options, &err);
	if (mnt.changes == NULL)
		fail_msg("%s", err.message);
}

void mount_close(void)
{
	http_cancel(mnt.sandbox.http);
	changes_destroy(mnt.changes);
	cache_destroy(mnt.cache);
	bell_destroy(mnt.bell);
	http_destroy(mnt.sandbox.http);
	mnt.sandbox.http = NULL;
}

int mount_start(void **state)
{
	static const char *const flags[] = {
		"--rate-limit=off", "--droplets=2", "--boot-seconds=0", NULL};
	char template[] = "/tmp/docloud-change-XXXXXX";

	(void)state;
	sandbox_start(&mnt.sandbox, flags, TIMEOUT_MS);
	http_destroy(mnt.sandbox.http);
	mnt.dir = xstrdup(mkdtemp(template));
	mount_open();
	return 0;
}

int mount_stop(void **state)
{
	char *command = xasprintf("rm -r %s", mnt.dir);

	(void)state;
	mount_close();
	mnt.timeout_ms = 0;
	sandbox_stop(&mnt.sandbox);
	int rc = system(command);
	free(command);
	free(mnt.dir);
	return rc;
}

struct change_plan mount_plan(const char *name, bool keep)
{
	struct change_plan plan = {
		.kind = CHANGE_CREATE, .resource = DROPLETS, .name = xstrdup(name), .keep = keep};
	struct json *body = json_object();

	json_add_string(body, "name", name);
	json_add_string(body, "region", "nyc3");
	json_add_string(body, "size", "s-1vcpu-1gb");
	json_add_string(body, "image", "debian-12-x64");
	change_plan_add(&plan, "POST", xstrdup("/v2/droplets"), body, false, "create %s", name);
	return plan;
}

struct change_state mount_wait(int64_t ticket)
{
	struct change_state state = {0};
	int64_t deadline = clock_ms() + PATIENCE_MS;
	uint64_t seen = 0;

	do {
		if (!change_get(mnt.changes, ticket, &state))
			fail_msg("no such ticket");
		if (state.phase == CHANGE_DONE || state.phase == CHANGE_FAILED)
			return state;
		bell_wait(mnt.bell, &seen, clock_ms() + 200);
	} while (clock_ms() < deadline);
	fail_msg("still at: %s", state.step);
	return state;
}

struct change_state mount_create(const char *name, bool keep)
{
	struct change_plan plan = mount_plan(name, keep);
	struct error err = {0};
	int64_t ticket = change_submit(mnt.changes, &plan, &err);

	if (ticket < 0)
		fail_msg("%s", err.message);
	return mount_wait(ticket);
}

static unsigned files_in(const char *directory)
{
	char *path = xasprintf("%s/%s", mnt.dir, directory);
	DIR *stream = opendir(path);
	const struct dirent *entry;
	unsigned count = 0;

	assert_non_null(stream);
	while ((entry = readdir(stream)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(stream);
	free(path);
	return count;
}

unsigned mount_records(void)
{
	return files_in("creates");
}

unsigned mount_endings(void)
{
	return files_in("endings");
}

void mount_fault(const char *method, const char *path, const char *what)
{
	char *list = xasprintf(
		"[{\"method\":\"%s\",\"path\":\"%s\",\"fault\":%s}]", method, path, what);

	sandbox_faults(&mnt.sandbox, list);
	free(list);
}

bool mount_has(unsigned kind, const char *id)
{
	struct snapshot *snapshot = NULL;

	/* An override is kept for a listing that is still to come. */
	for (int64_t end = clock_ms() + 5000; clock_ms() < end; usleep(10000))
		if (cache_get(mnt.cache, kind, &snapshot, NULL) == 0)
			break;
	bool there = snapshot != NULL && snapshot_by_id(snapshot, id) != NULL;
	snapshot_unref(snapshot);
	return there;
}
