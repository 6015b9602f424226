/* Where the token comes from, in which order, and which ones are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "fs/token.h"

static char home[] = "/tmp/docloud-fs_token.XXXXXX";

static char *path_of(const char *name)
{
	return xasprintf("%s/%s", home, name);
}

static void put_bytes(const char *name, mode_t mode, const char *text, size_t length)
{
	CLEANUP_FREE char *path = path_of(name);
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, length, out), length);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void put(const char *name, mode_t mode, const char *text)
{
	put_bytes(name, mode, text, strlen(text));
}

static void drop(const char *name)
{
	CLEANUP_FREE char *path = path_of(name);
	unlink(path);
}

static int set_up_home(void **state)
{
	(void)state;
	if (!mkdtemp(home))
		return -1;
	CLEANUP_FREE char *doctl = path_of("doctl");
	return mkdir(doctl, 0700);
}

static int tear_down_home(void **state)
{
	(void)state;
	CLEANUP_FREE char *doctl = path_of("doctl");
	rmdir(doctl);
	return rmdir(home);
}

/* No token anywhere. */
static int set_up(void **state)
{
	(void)state;
	unsetenv("DIGITALOCEAN_ACCESS_TOKEN");
	unsetenv("DIGITALOCEAN_TOKEN");
	setenv("HOME", "/nonexistent", 1);
	setenv("XDG_CONFIG_HOME", home, 1);
	drop("doctl/config.yaml");
	drop("token");
	return 0;
}

static void assert_found(const char *file, const char *context, const char *wanted)
{
	struct error err = {0};
	CLEANUP_FREE char *token = token_find(file, context, &err);
	assert_string_equal(err.message, "");
	assert_non_null(token);
	assert_string_equal(token, wanted);
}

static void assert_refused(const char *file, const char *context, int code, const char *words)
{
	struct error err = {0};
	CLEANUP_FREE char *token = token_find(file, context, &err);
	assert_null(token);
	assert_int_equal(err.code, code);
	if (!strstr(err.message, words))
		fail_msg("no \"%s\" in: %s", words, err.message);
	assert_null(strstr(err.message, "s3cret"));
}

static const char doctl_config[] = "access-token: of-default\n"
				   "auth-contexts:\n"
				   "  work: of-work\n"
				   "  \"homes\": nobody\n"
				   "  home: of-home # mine\n"
				   "  spare: 'of-spare'\n"
				   "context: work\n"
				   "output: text\n";

static void test_order(void **state)
{
	CLEANUP_FREE char *file = path_of("token");
	(void)state;
	put("doctl/config.yaml", 0600, doctl_config);
	assert_found(NULL, NULL, "of-work");
	setenv("DIGITALOCEAN_TOKEN", "of-second", 1);
	assert_found(NULL, NULL, "of-second");
	setenv("DIGITALOCEAN_ACCESS_TOKEN", "of-first", 1);
	assert_found(NULL, NULL, "of-first");
	put("token", 0600, "of-file\n");
	assert_found(file, NULL, "of-file");
	/* A context was asked for by name: no variable comes before it. */
	assert_found(NULL, "work", "of-work");
	/* An empty variable is none. */
	setenv("DIGITALOCEAN_ACCESS_TOKEN", "", 1);
	assert_found(NULL, NULL, "of-second");
}

static void test_none_tells_a_newcomer(void **state)
{
	(void)state;
	assert_refused(NULL, NULL, EACCES, "https://cloud.digitalocean.com/account/api/tokens");
	assert_refused(NULL, NULL, EACCES, "DIGITALOCEAN_ACCESS_TOKEN");
	assert_refused(NULL, NULL, EACCES, "token_file=");
	assert_refused(NULL, NULL, EACCES, "docloud --sandbox MOUNTPOINT");
}

static void test_file(void **state)
{
	CLEANUP_FREE char *file = path_of("token");
	CLEANUP_FREE char *absent = path_of("absent");
	char large[5000];
	(void)state;
	put("token", 0400, "  of-file\r\n\n");
	assert_found(file, NULL, "of-file");
	assert_refused(absent, NULL, ENOENT, absent);
	static const mode_t open_modes[] = {0640, 0604, 0644, 0620, 0602};
	CLEANUP_FREE char *advice = xasprintf("chmod 600 %s", file);
	for (size_t i = 0; i < sizeof(open_modes) / sizeof(*open_modes); i++) {
		put("token", open_modes[i], "s3cret\n");
		assert_refused(file, NULL, EACCES, advice);
	}
	put("token", 0600, "");
	assert_refused(file, NULL, EINVAL, "one word on one line");
	put("token", 0600, " \n\n");
	assert_refused(file, NULL, EINVAL, "one word on one line");
	put("token", 0600, "s3cret and more\n");
	assert_refused(file, NULL, EINVAL, "one word on one line");
	put("token", 0600, "s3cret\ns3cret\n");
	assert_refused(file, NULL, EINVAL, "one word on one line");
	put("token", 0600, "s3cret\xc3\xa4\n");
	assert_refused(file, NULL, EINVAL, "one word on one line");
	put_bytes("token", 0600, "s3cret\0tail\n", 12);
	assert_refused(file, NULL, EINVAL, "one word on one line");
	/* What is cut short is no token either. */
	memset(large, 'x', sizeof(large));
	put_bytes("token", 0600, large, sizeof(large));
	assert_refused(file, NULL, EINVAL, "one word on one line");
}

static void test_variable_is_checked(void **state)
{
	(void)state;
	setenv("DIGITALOCEAN_ACCESS_TOKEN", "s3cret\nX-Header: s3cret", 1);
	assert_refused(NULL, NULL, EINVAL, "DIGITALOCEAN_ACCESS_TOKEN");
}

static void test_doctl_contexts(void **state)
{
	(void)state;
	put("doctl/config.yaml", 0600, doctl_config);
	assert_found(NULL, "default", "of-default");
	assert_found(NULL, "spare", "of-spare");
	assert_refused(NULL, "absent", ENOENT, "absent");
	/* Neither a setting nor a part of a name is a context. */
	assert_refused(NULL, "output", ENOENT, "output");
	assert_refused(NULL, "wor", ENOENT, "wor");
	put("doctl/config.yaml", 0600, "access-token: of-default\ncontext: default\n");
	assert_found(NULL, NULL, "of-default");
	put("doctl/config.yaml", 0600, "access-token: of-default\n");
	assert_found(NULL, NULL, "of-default");
	put("doctl/config.yaml", 0600, "access-token: \"\"\nauth-contexts: {}\ncontext: default\n");
	assert_refused(NULL, NULL, EACCES, "--sandbox");
	put("doctl/config.yaml", 0644, "access-token: s3cret\n");
	assert_refused(NULL, NULL, EACCES, "chmod 600");
}

static void test_doctl_below_home(void **state)
{
	CLEANUP_FREE char *config = path_of(".config");
	CLEANUP_FREE char *link = path_of(".config/doctl");
	CLEANUP_FREE char *target = path_of("doctl");
	(void)state;
	put("doctl/config.yaml", 0600, doctl_config);
	assert_int_equal(mkdir(config, 0700), 0);
	assert_int_equal(symlink(target, link), 0);
	unsetenv("XDG_CONFIG_HOME");
	setenv("HOME", home, 1);
	assert_found(NULL, NULL, "of-work");
	unlink(link);
	rmdir(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, set_up, set_up),
		cmocka_unit_test_setup_teardown(test_none_tells_a_newcomer, set_up, set_up),
		cmocka_unit_test_setup_teardown(test_file, set_up, set_up),
		cmocka_unit_test_setup_teardown(test_variable_is_checked, set_up, set_up),
		cmocka_unit_test_setup_teardown(test_doctl_contexts, set_up, set_up),
		cmocka_unit_test_setup_teardown(test_doctl_below_home, set_up, set_up),
	};
	return cmocka_run_group_tests(tests, set_up_home, tear_down_home);
}
