/* The command line: every option of the table, what mount(8) adds, and what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "fs/options.h"

enum { WORDS = 8 };

/* Up to WORDS - 2 words of a command line, ended by a NULL or by the last. */
static int parse(struct options *to, struct error *err, const char *const *words)
{
	char *argv[WORDS] = {(char[]){"docloud"}};
	int argc = 1;
	for (; argc < WORDS - 1 && words[argc - 1]; argc++)
		argv[argc] = strdup(words[argc - 1]);
	int rc = options_parse(argc, argv, to, err);
	for (int i = 1; i < argc; i++)
		free(argv[i]); /* what is kept is a copy */
	return rc;
}
#define LINE(...) ((const char *const[WORDS]){__VA_ARGS__})

static bool for_fuse(const struct options *options, const char *word)
{
	for (int i = 0; i < options->fuse.argc; i++)
		if (strstr(options->fuse.argv[i], word))
			return true;
	return false;
}

static void test_defaults(void **state)
{
	struct options options;
	struct error err = {0};
	(void)state;
	assert_int_equal(parse(&options, &err, LINE("/mnt")), 0);
	assert_string_equal(options.mountpoint, "/mnt");
	assert_string_equal(options.api_url, "https://api.digitalocean.com");
	assert_string_equal(options.destroy, "own");
	assert_string_equal(options.hostkeys, "pinned");
	assert_string_equal(options.hosts, "none");
	assert_string_equal(options.ssh_user, "root");
	assert_int_equal(options.ttl, 15);
	assert_int_equal(options.timeout, 30);
	assert_int_equal(options.jobs, 64);
	assert_null(options.token_file);
	assert_null(options.sandbox);
	assert_false(options.read_only || options.foreground || options.debug || options.nonempty);
	options_finish(&options);
}

static void test_all_options(void **state)
{
	struct options options;
	struct error err = {0};
	(void)state;
	assert_int_equal(
		parse(&options, &err,
			LINE("-f", "-o",
				"api_url=http://127.0.0.1:1,token_file=t,context=c,ro,ttl=1",
				"-ottl=2,timeout=3,destroy=any,ssh_user=u,ssh_key=k,jobs=4",
				"-ostate_dir=s,components_dir=d,hostkeys=accept-new,nonempty",
				"/mnt")),
		0);
	assert_string_equal(options.api_url, "http://127.0.0.1:1");
	assert_string_equal(options.token_file, "t");
	assert_string_equal(options.context, "c");
	assert_string_equal(options.destroy, "any");
	assert_string_equal(options.ssh_user, "u");
	assert_string_equal(options.ssh_key, "k");
	assert_string_equal(options.state_dir, "s");
	assert_string_equal(options.components_dir, "d");
	assert_string_equal(options.hostkeys, "accept-new");
	assert_int_equal(options.ttl, 2);
	assert_int_equal(options.timeout, 3);
	assert_int_equal(options.jobs, 4);
	assert_true(options.read_only && options.foreground && options.nonempty);
	/* None of them reaches libfuse, which would refuse it. */
	assert_false(for_fuse(&options, "ttl") || for_fuse(&options, "nonempty") ||
		     for_fuse(&options, "api_url"));
	options_finish(&options);
}

static void test_sandbox(void **state)
{
	struct options options;
	struct error err = {0};
	(void)state;
	assert_int_equal(parse(&options, &err, LINE("--sandbox", "/mnt")), 0);
	assert_string_equal(options.sandbox, "");
	options_finish(&options);
	assert_int_equal(
		parse(&options, &err,
			LINE("--sandbox=/dir", "-ohosts=containers,boot_seconds=0", "/mnt")),
		0);
	assert_string_equal(options.sandbox, "/dir");
	assert_string_equal(options.hosts, "containers");
	assert_int_equal(options.boot_seconds, 0);
	options_finish(&options);
}

/* `mount -t fuse.docloud SOURCE MNT` and fstab. */
static void test_as_mount_calls_it(void **state)
{
	struct options options;
	struct error err = {0};
	(void)state;
	assert_int_equal(parse(&options, &err,
				 LINE("docloud", "/mnt", "-o",
					 "rw,_netdev,noauto,x-systemd.automount,nofail,dev,suid")),
		0);
	assert_string_equal(options.mountpoint, "/mnt");
	assert_string_equal(options.api_url, "https://api.digitalocean.com");
	assert_false(for_fuse(&options, "_netdev") || for_fuse(&options, "x-systemd"));
	options_finish(&options);
	assert_int_equal(
		parse(&options, &err, LINE("http://127.0.0.1:1", "/mnt", "-oallow_other")), 0);
	assert_string_equal(options.mountpoint, "/mnt");
	assert_string_equal(options.api_url, "http://127.0.0.1:1");
	assert_true(for_fuse(&options, "allow_other"));
	options_finish(&options);
}

static void test_wrong(void **state)
{
	static const struct {
		const char *option, *words;
	} table[] = {
		{"coulour=red", "coulour"},
		{"tl=5", "did you mean ttl"},
		{"destory=any", "did you mean destroy"},
		{"ttl", "needs a value"},
		{"ttl=", "1 to 86400"},
		{"ttl=0", "1 to 86400"},
		{"ttl=soon", "1 to 86400"},
		{"ttl=5s", "1 to 86400"},
		{"ttl=-5", "1 to 86400"},
		{"ttl=99999999999999999999", "1 to 86400"},
		{"jobs=1001", "1 to 1000"},
		{"destroy=all", "own any none"},
		{"destroy=", "own any none"},
		{"destroy=ow", "own any none"},
		{"destroy=own any", "own any none"},
		{"hostkeys=accept", "pinned accept-new"},
		{"hostkeys=new", "pinned accept-new"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct options options;
		struct error err = {0};
		assert_int_equal(
			parse(&options, &err, LINE("-o", table[i].option, "/mnt")), -EINVAL);
		if (!strstr(err.message, table[i].words))
			fail_msg("-o %s: no \"%s\" in: %s", table[i].option, table[i].words,
				err.message);
		options_finish(&options);
	}
}

static void test_arguments(void **state)
{
	struct options options;
	struct error err = {0};
	(void)state;
	assert_int_equal(parse(&options, &err, LINE(NULL)), -EINVAL);
	assert_non_null(strstr(err.message, "mount point"));
	options_finish(&options);
	error_clear(&err);
	assert_int_equal(parse(&options, &err, LINE("a", "b", "c")), -EINVAL);
	assert_non_null(strstr(err.message, "too many"));
	options_finish(&options);
	error_clear(&err);
	assert_int_equal(parse(&options, &err, LINE("--help")), 0);
	assert_true(options.help);
	options_finish(&options);
	/* A path is no option, whatever it is called. */
	assert_int_equal(parse(&options, &err, LINE("/mnt/nonempty")), 0);
	assert_false(options.nonempty);
	options_finish(&options);
}

static void test_help_fits_a_screen(void **state)
{
	CLEANUP_FREE char *text = options_help();
	size_t lines = 0;
	(void)state;
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1, lines++) {
		size_t width = 0;
		for (const char *p = line; *p != '\n'; p++)
			width += ((unsigned char)*p & 0xc0) != 0x80; /* characters */
		if (width > 80)
			fail_msg("%zu columns: %.90s", width, line);
	}
	assert_true(lines <= 24);
}

static void test_state_dirs(void **state)
{
	struct options options = {.api_url = "http://127.0.0.1:80/x"};
	(void)state;
	setenv("HOME", "/home/me", 1);
	unsetenv("XDG_STATE_HOME");
	CLEANUP_FREE char *usual = options_state_dir(&options);
	assert_memory_equal(usual, "/home/me/.local/state/docloud/", 30);
	assert_null(strchr(usual + 30, '/')); /* the address is one name */
	options.context = "work";
	CLEANUP_FREE char *context = options_state_dir(&options);
	assert_string_not_equal(usual, context);
	setenv("XDG_STATE_HOME", "/state", 1);
	CLEANUP_FREE char *xdg = options_state_dir(&options);
	assert_memory_equal(xdg, "/state/docloud/", 15);
	options.state_dir = "/own";
	CLEANUP_FREE char *own = options_state_dir(&options);
	assert_string_equal(own, "/own");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_all_options),
		cmocka_unit_test(test_sandbox),
		cmocka_unit_test(test_as_mount_calls_it),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_help_fits_a_screen),
		cmocka_unit_test(test_state_dirs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
