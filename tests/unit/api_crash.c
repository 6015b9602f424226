/*
 * change.h in a build with crash points: docloud is killed at each place a create passes, and mounted
 * again. One droplet comes of it, and whoever asked for it to be kept can learn its id.
 */
#include "api_test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/memory.h"
#include "api_mount.h"

/* A docloud of its own: "api_crash URL DIR NAME KEEP". It dies on the way, or ends with 0. */
static int create_in_child(char **arguments)
{
	snprintf(mnt.sandbox.url, sizeof mnt.sandbox.url, "%s", arguments[0]);
	mnt.dir = arguments[1];
	mount_open();
	struct change_state state = mount_create(arguments[2], strcmp(arguments[3], "keep") == 0);
	mount_close();
	return state.phase == CHANGE_DONE ? 0 : 1;
}

static int run_child(const char *point, const char *name, const char *keep)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		setenv("DOCLOUD_CRASH", point, 1);
		execl("/proc/self/exe", "api_crash", mnt.sandbox.url, mnt.dir, name, keep, NULL);
		_exit(127);
	}
	waitpid(child, &status, 0);
	return status;
}

static void each_place_ends_in_one_droplet(void **state)
{
	static const char *const points[] = {
		"create:intended", "create:sent", "create:answered", "create:done"};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof points / sizeof points[0]; i++) {
		const char *point = points[i / 2], *keep = i % 2 ? "keep" : "drop";
		char *name = xasprintf("crash-%zu", i);

		mount_close();
		int status = run_child(point, name, keep);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
			fail_msg("%s did not kill it: %x", point, (unsigned)status);
		mount_open();
		int64_t ticket = change_find(mnt.changes, DROPLETS, name);
		if (ticket > 0) {
			struct change_state end = mount_wait(ticket);
			if (end.phase != CHANGE_DONE)
				fail_msg("%s: %s", point, end.error.message);
			assert_true(end.id[0] != '\0');
		}
		assert_true(ticket > 0 || i % 2 == 0); /* a kept one is always there to be found */
		if (sandbox_droplets(&mnt.sandbox, name) != 1)
			fail_msg("%s: %u droplets", point, sandbox_droplets(&mnt.sandbox, name));
		assert_int_equal(mount_records(), i % 2);
		if (ticket > 0)
			change_drop(mnt.changes, ticket);
		assert_int_equal(mount_records(), 0);
		free(name);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_place_ends_in_one_droplet, mount_start, mount_stop),
	};

	if (argc == 5)
		return create_in_child(argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
