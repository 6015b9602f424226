#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "directory.h"
#include "provision/trust.h"

static void test_key_pair(void **state)
{
	struct key_pair a = {0}, b = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(key_pair_make("a comment", &a, &err), 0);
	assert_int_equal(key_pair_make("a comment", &b, &err), 0);
	assert_int_equal(strncmp(a.public_text, "ssh-ed25519 AAAA", 16), 0);
	assert_null(strchr(a.public_text, '\n'));
	assert_non_null(strstr(a.private_text, "BEGIN OPENSSH PRIVATE KEY"));
	assert_string_not_equal(a.public_text, b.public_text);
	key_pair_finish(&a);
	key_pair_finish(&b);
}

static void test_user_key(void **state)
{
	struct error err = {0};
	struct stat st;
	CLEANUP_FREE char *path = trust_user_key(directory, &err);

	(void)state;
	assert_non_null(path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	ino_t first = st.st_ino;
	CLEANUP_FREE char *again = trust_user_key(directory, &err);
	assert_string_equal(path, again);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_ino, first);
	/* Droplets know the key: one that lost its public half gets that back, and is not replaced. */
	CLEANUP_FREE char *public = xasprintf("%s.pub", path);
	assert_int_equal(unlink(public), 0);
	CLEANUP_FREE char *third = trust_user_key(directory, &err);
	assert_string_equal(path, third);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_ino, first);
	assert_int_equal(stat(public, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
}

static void test_user_data(void **state)
{
	struct key_pair pair = {
		.private_text = (char[]){"-----BEGIN X-----\nabc\n-----END X-----\n"},
		.public_text = (char[]){"ssh-ed25519 AAAAhost docloud"}};
	struct error err = {0};

	(void)state;
	CLEANUP_FREE char *alone = trust_user_data(
		&pair, NULL, "ssh-ed25519 AAAAme", NULL, NULL, &err);
	assert_int_equal(strncmp(alone, "#cloud-config\n", 14), 0);
	assert_non_null(strstr(alone, "  ed25519_private: |\n    -----BEGIN X-----\n    abc\n"));
	assert_non_null(strstr(alone, "  ed25519_public: ssh-ed25519 AAAAhost docloud\n"));
	assert_non_null(strstr(alone, "ssh_authorized_keys:\n  - ssh-ed25519 AAAAme\n"));
	CLEANUP_FREE char *other = trust_user_data(
		&pair, "deploy", "ssh-ed25519 AAAAme work: alice", NULL, NULL, &err);
	assert_non_null(strstr(other, "users:\n  - default\n  - name: deploy\n"));
	assert_non_null(strstr(other, "ssh_authorized_keys:\n  - ssh-ed25519 AAAAme\n"));
	assert_null(strstr(other, "work")); /* no mapping, which would be no key */
	assert_null(trust_own_part(other, "ssh-ed25519 AAAAme work: alice"));
	assert_null(trust_user_data(&pair, "a: b", "k", NULL, NULL, NULL));
	CLEANUP_FREE char *merged = trust_user_data(
		&pair, NULL, "ssh-ed25519 AAAAme", "#!/bin/sh\necho hello\n", NULL, &err);
	assert_int_equal(
		strncmp(merged, "Content-Type: multipart/mixed; boundary=\"docloud", 48), 0);
	assert_non_null(strstr(merged, "Content-Type: text/x-shellscript"));
	assert_non_null(strstr(merged, "\n#!/bin/sh\necho hello\n"));
	assert_non_null(strstr(merged, "\n#cloud-config\nmerge_how:\n"));
	CLEANUP_FREE char *script = trust_user_data(
		&pair, NULL, "k", NULL, "#!/bin/sh\ntrue\n", &err);
	assert_non_null(strstr(script, "\nContent-Type: text/x-shellscript"));
	assert_non_null(strstr(script, "\n#!/bin/sh\ntrue\n"));
	assert_non_null(strstr(script, "  ed25519_private: |\n"));
	CLEANUP_FREE char *mime = trust_user_data(&pair, NULL, "k",
		"Content-Type: text/cloud-config\nMIME-Version: 1.0\n\n#cloud-config\n", NULL,
		&err);
	assert_non_null(strstr(
		mime, "\nContent-Type: text/cloud-config\nMIME-Version: 1.0\n\n#cloud-config\n"));
	assert_null(trust_user_data(&pair, NULL, "k", "hello", NULL, &err));
	assert_int_equal(err.code, EINVAL);
	err = (struct error){0};
	CLEANUP_FREE char *large = xmalloc(70000);
	memset(large, '#', 69999);
	memcpy(large, "#!/bin/sh\n", 10);
	large[69999] = '\0';
	assert_null(trust_user_data(&pair, NULL, "k", large, NULL, &err));
	assert_int_equal(err.code, EINVAL);
	assert_non_null(strstr(err.message, "65536"));
}

static void test_own_part(void **state)
{
	static const char *const owns[] = {"#!/bin/sh\necho hello\n",
		"#cloud-config\npackages: [git]",
		"Content-Type: text/cloud-config\nMIME-Version: 1.0\n\n#cloud-config\n"};
	static const char *const scripts[] = {NULL, "#!/bin/sh\ntrue\n"};

	(void)state;
	for (size_t s = 0; s < 2; s++) {
		CLEANUP_FREE char *none = trust_user_data(NULL, NULL, "k", NULL, scripts[s], NULL);
		assert_null(trust_own_part(none, "k"));
		for (size_t i = 0; i < sizeof owns / sizeof owns[0]; i++) {
			CLEANUP_FREE char *data = trust_user_data(
				NULL, NULL, "k", owns[i], scripts[s], NULL);
			CLEANUP_FREE char *own = trust_own_part(data, "k");
			assert_string_equal(own, owns[i]);
		}
	}
	CLEANUP_FREE char *foreign = trust_own_part("#!/bin/sh\n", "k");
	assert_string_equal(foreign, "#!/bin/sh\n");
	assert_null(trust_own_part(NULL, "k"));
	assert_null(trust_own_part("", "k"));
}

static void test_known_host(void **state)
{
	CLEANUP_FREE char *ssh = xasprintf("%s/.ssh", directory);
	CLEANUP_FREE char *path = xasprintf("%s/known_hosts", ssh);

	(void)state;
	mkdir(ssh, 0700);
	FILE *file = fopen(path, "w");
	fputs("198.18.0.9 ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7 x\n"
	      "198.18.0.9,web1 ssh-ed25519 "
	      "AAAAC3NzaC1lZDI1NTE5AAAAIJFJf2mmlYlkk+YBpFSPKEGiPUw1mLbhk0C4nNqTZwXd\n",
		file);
	fclose(file);
	setenv("HOME", directory, 1);
	CLEANUP_FREE char *key = trust_known_host("198.18.0.9", "web1");
	assert_string_equal(key,
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJFJf2mmlYlkk+YBpFSPKEGiPUw1mLbhk0C4nNqTZwXd");
	CLEANUP_FREE char *by_name = trust_known_host("198.18.0.10", "web1");
	assert_non_null(by_name);
	assert_null(trust_known_host("198.18.0.10", "web2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_pair),
		cmocka_unit_test(test_user_key),
		cmocka_unit_test(test_user_data),
		cmocka_unit_test(test_own_part),
		cmocka_unit_test(test_known_host),
	};

	return cmocka_run_group_tests(tests, directory_setup, directory_teardown);
}
