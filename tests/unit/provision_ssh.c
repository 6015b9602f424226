#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/bell.h"
#include "api/cleanup.h"
#include "api/clock.h"
#include "api/memory.h"
#include "provision/file.h"
#include "provision/reach.c" // NOLINT(bugprone-suspicious-include): for its judgement of what fails
#include "provision/text.h"
#include "provision/trust.h"

/* ssh.c against a real sshd on loopback, run by this test as the present user. */

static char directory[] = "/tmp/docloud-sshd.XXXXXX";
static char *user_key, *other_key, *host_key, *user;
static uint16_t port;
static pid_t sshd;

static uint16_t free_port(int *ret_fd)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	getsockname(fd, (struct sockaddr *)&address, &length);
	if (ret_fd != NULL)
		*ret_fd = fd;
	else
		close(fd);
	return ntohs(address.sin_port);
}

static char *make_key(const char *name)
{
	struct key_pair pair = {0};
	CLEANUP_FREE char *path = xasprintf("%s/%s", directory, name);
	CLEANUP_FREE char *public = xasprintf("%s.pub", path);

	if (key_pair_make(name, &pair, NULL) != 0)
		return NULL;
	FILE *file = fopen(path, "w");
	fchmod(fileno(file), 0600);
	fputs(pair.private_text, file);
	fclose(file);
	file = fopen(public, "w");
	fprintf(file, "%s\n", pair.public_text);
	fclose(file);
	key_pair_finish(&pair);
	return xstrdup(path);
}

static char *public_of(const char *path)
{
	CLEANUP_FREE char *public = xasprintf("%s.pub", path);
	char line[1024];
	FILE *file = fopen(public, "r");

	if (fgets(line, sizeof line, file) == NULL)
		abort();
	fclose(file);
	return xstrdup(line);
}

static void write_config(const char *key)
{
	CLEANUP_FREE char *path = xasprintf("%s/config", directory);
	FILE *file = fopen(path, "w");

	fprintf(file,
		"Port %u\nListenAddress 127.0.0.1\nHostKey %s\nAuthorizedKeysFile %s.pub\n"
		"StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
		"PidFile none\nMaxStartups 100\nLogLevel ERROR\nSetEnv HOME=%s\n",
		port, key, user_key, directory);
	fclose(file);
}

static int setup(void **state)
{
	(void)state;
	if (access("/usr/sbin/sshd", X_OK) != 0) {
		fprintf(stderr, "this test needs /usr/sbin/sshd (package openssh-server)\n");
		return -1;
	}
	if (mkdtemp(directory) == NULL || ssh_init(NULL) != 0)
		return -1;
	user = xstrdup(getpwuid(getuid())->pw_name);
	char *key = make_key("host");
	user_key = make_key("user");
	other_key = make_key("other");
	if (key == NULL || user_key == NULL || other_key == NULL)
		return -1;
	host_key = public_of(key);
	port = free_port(NULL);
	write_config(key);
	CLEANUP_FREE char *config = xasprintf("%s/config", directory);
	if (mkdir("/run/sshd", 0755) != 0 && errno != EEXIST)
		return -1;
	sshd = fork();
	if (sshd == 0) {
		execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", "-e", "-f", config, (char *)NULL);
		_exit(127);
	}
	free(key);
	return 0;
}

static int teardown(void **state)
{
	CLEANUP_FREE char *command = xasprintf("rm -rf %s", directory);

	(void)state;
	kill(sshd, SIGTERM);
	waitpid(sshd, NULL, 0);
	free(user_key);
	free(other_key);
	free(host_key);
	free(user);
	ssh_finish();
	return system(command);
}

static struct ssh_target target(void)
{
	static char public[256];

	snprintf(public, sizeof public, "%s.pub", user_key);
	return (struct ssh_target){.address = "127.0.0.1",
		.port = port,
		.user = user,
		.private_key = user_key,
		.public_key = public,
		.host_key = host_key,
		.stop_fd = -1};
}

static struct ssh *connect_ok(void)
{
	struct ssh_target to = target();
	int64_t deadline = clock_ms() + 20000;

	for (;;) {
		struct error err = {0};
		struct ssh *ssh = NULL;
		int r = ssh_connect(&to, deadline, &ssh, &err);
		if (r == 0)
			return ssh;
		if (r != -EHOSTUNREACH || clock_ms() > deadline)
			fail_msg("%s", err.message);
		usleep(20000);
	}
}

static bool collect(void *context, const char *data, size_t length)
{
	text_add(context, data, length);
	return true;
}

static int run(struct ssh *ssh, const char *command, const char *input, size_t length,
	struct text *output, struct error *err)
{
	return ssh_run(ssh, command, input, length, collect, output, clock_ms() + 60000, err);
}

static void test_status_and_output(void **state)
{
	struct ssh *ssh = connect_ok();
	struct text output = {0};
	struct error err = {0};

	(void)state;
	assert_int_equal(run(ssh, "echo one; echo two >&2", NULL, 0, &output, &err), 0);
	assert_string_equal(output.data, "one\n");
	assert_int_equal(run(ssh, "echo why >&2; exit 75", NULL, 0, &output, &err), 75);
	assert_string_equal(err.message, "exit status 75: why");
	err = (struct error){0};
	assert_int_equal(run(ssh, "kill -9 $$", NULL, 0, &output, &err), 143);
	assert_string_equal(err.message, "the command was ended by a signal");
	err = (struct error){0};
	assert_int_equal(run(ssh, "head -c 100000 /dev/zero >&2; echo END >&2; exit 1", NULL, 0,
				 &output, &err),
		1);
	assert_non_null(strstr(err.message, "END"));
	assert_int_equal(strncmp(ssh_host_key(ssh), host_key, strlen(ssh_host_key(ssh))), 0);
	text_finish(&output);
	ssh_close(ssh);
}

/* How often a login is tried that is always refused, until it is given up or MS are over; *ret_last: the last pause. */
static unsigned refusals_of(bool made, bool was_reached, int64_t ms, int64_t *ret_last)
{
	struct fleet fleet = {.ssh_user = (char *)"root", .bell = bell_create()};
	struct job job = {.made = made, .reached = was_reached};
	struct task task = {.fleet = &fleet, .job = &job};
	struct reaching reaching = {.deadline = clock_ms() + 300000, .pause = RETRY_FIRST_MS};
	struct error why = {0};
	unsigned count = 0;

	pthread_mutex_init(&fleet.lock, NULL);
	error_set(&why, EACCES, "refused");
	for (int64_t waited = 0; waited < ms; waited += reaching.pause) {
		count++;
		if (judge(&task, &reaching, clock_ms(), &why) != 0)
			break;
		assert_true(count > 1 || reaching.pause == (made && !was_reached ? 1000 : 5000));
	}
	*ret_last = reaching.pause;
	pthread_mutex_destroy(&fleet.lock);
	bell_destroy(fleet.bell);
	return count;
}

/* An sshd shuts out who is refused too often; at a new droplet the keys may only not be there yet. */
static void test_patience(void **state)
{
	int64_t last;

	(void)state;
	assert_int_equal(refusals_of(true, true, 60000, &last), 2);
	assert_int_equal(refusals_of(false, false, 60000, &last), 2);
	assert_in_range(refusals_of(true, false, 60000, &last), 10, 15);
	assert_int_equal(last, 5000);
}

static struct fleet as_it_is = {.ssh_user = (char *)"root"}; /* without sudo */

/* On a droplet that is being restarted, say. */
static void test_ended_session(void **state)
{
	(void)state;
	struct task task = {.fleet = &as_it_is, .ssh = connect_ok()};
	struct error err = {0};

	assert_int_equal(reach_run(&task, "kill -TERM $$; sleep 5", NULL, 0, NULL, NULL,
				 clock_ms() + 10000, &err),
		-EPIPE);
	err = (struct error){0};
	assert_int_equal(
		reach_run(&task, "exit 143", NULL, 0, NULL, NULL, clock_ms() + 10000, &err),
		-EPIPE);
	err = (struct error){0};
	assert_int_equal(reach_run(&task, "echo no >&2; exit 75", NULL, 0, NULL, NULL,
				 clock_ms() + 10000, &err),
		75);
	assert_non_null(strstr(err.message, "no"));
	task_close(&task);
}

/* bash reads it before the command. */
static void write_bashrc(const char *script)
{
	CLEANUP_FREE char *path = xasprintf("%s/.bashrc", directory);

	assert_int_equal(file_write(path, 0600, script, strlen(script), NULL), 0);
}

/* A .bashrc may print what it likes. */
static void test_noise(void **state)
{
	(void)state;
	struct task task = {.fleet = &as_it_is, .ssh = connect_ok()};
	struct text output = {0};
	struct error err = {0};
	int64_t until = clock_ms() + 20000;

	write_bashrc("echo hello; printf %5000d 1; printf @docloud-@docloud");
	int r = reach_run(&task, "echo one; cat", "two\n", 4, collect, &output, until, &err);
	assert_int_equal(r, 0);
	assert_string_equal(output.data, "one\ntwo\n");
	write_bashrc("echo hello; exit");
	r = reach_run(&task, "echo one", NULL, 0, collect, &output, until, &err);
	if (strstr(getpwuid(getuid())->pw_shell, "bash") != NULL) /* the others read none */
		assert_int_equal(r, -EPIPE);
	write_bashrc("");
	text_finish(&output);
	task_close(&task);
}

/* Both directions at once, more than any buffer holds. */
static void test_large(void **state)
{
	enum { SIZE = 12 << 20 };
	struct ssh *ssh = connect_ok();
	struct text output = {0};
	struct error err = {0};
	char *input = xmalloc(SIZE);

	(void)state;
	for (size_t i = 0; i < SIZE; i++)
		input[i] = (char)(i * 2654435761u >> 13);
	assert_int_equal(run(ssh, "cat", input, SIZE, &output, &err), 0);
	assert_int_equal(output.length, SIZE);
	assert_memory_equal(output.data, input, SIZE);
	text_finish(&output);
	/* one that does not read it */
	int status = run(ssh, "exit 3", input, SIZE, &output, &err);
	assert_int_equal(status, 3);
	text_finish(&output);
	free(input);
	ssh_close(ssh);
}

static void expect_connect(struct ssh_target *to, int64_t ms, int code)
{
	struct error err = {0};
	struct ssh *ssh = NULL;
	int64_t began = clock_ms();
	int r = ssh_connect(to, began + ms, &ssh, &err);

	if (r != -code)
		fail_msg("expected %s, seen %d: %s", strerror(code), r, err.message);
	assert_null(ssh);
	assert_true(clock_ms() - began < ms + 1000);
}

static void test_wrong_host_key(void **state)
{
	struct ssh_target to = target();
	CLEANUP_FREE char *other = public_of(other_key);

	(void)state;
	ssh_close(connect_ok());
	to.host_key = other;
	expect_connect(&to, 5000, EKEYREJECTED);
	to.host_key = "ssh-rsa AAAAB3NzaC1yc2E=";
	expect_connect(&to, 5000, EKEYREJECTED);
	to.host_key = NULL;
	expect_connect(&to, 5000, EKEYREJECTED);
	to.accept_new = true;
	struct ssh *ssh = NULL;
	struct error err = {0};
	assert_int_equal(ssh_connect(&to, clock_ms() + 5000, &ssh, &err), 0);
	ssh_close(ssh);
	/* while it is being exchanged, two are pinned */
	CLEANUP_FREE char *both = xasprintf("%s%s", other, host_key);
	to.host_key = both;
	assert_int_equal(ssh_connect(&to, clock_ms() + 5000, &ssh, &err), 0);
	ssh_close(ssh);
}

static void test_refused_login(void **state)
{
	struct ssh_target to = target();
	CLEANUP_FREE char *public = xasprintf("%s.pub", other_key);

	(void)state;
	to.private_key = other_key;
	to.public_key = public;
	expect_connect(&to, 5000, EACCES);
}

static void test_nothing_there(void **state)
{
	struct ssh_target to = target();

	(void)state;
	to.port = free_port(NULL);
	expect_connect(&to, 5000, EHOSTUNREACH);
}

/* A server that accepts and says nothing. */
static void test_silence(void **state)
{
	struct ssh_target to = target();
	int fd;

	(void)state;
	to.port = free_port(&fd);
	assert_int_equal(listen(fd, 5), 0);
	expect_connect(&to, 700, ETIMEDOUT);
	close(fd);
}

static void test_stop(void **state)
{
	struct ssh_target to = target();
	int ends[2], fd;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	to.stop_fd = ends[0];
	to.port = free_port(&fd);
	assert_int_equal(listen(fd, 5), 0);
	int64_t began = clock_ms();
	expect_connect(&to, 20000, ECANCELED);
	assert_true(clock_ms() - began < 500);
	close(fd);
	close(ends[0]);
	close(ends[1]);
}

static void test_stop_in_command(void **state)
{
	struct ssh_target to = target();
	struct ssh *ssh = NULL;
	struct error err = {0};
	int ends[2];

	(void)state;
	ssh_close(connect_ok());
	assert_int_equal(pipe(ends), 0);
	to.stop_fd = ends[0];
	assert_int_equal(ssh_connect(&to, clock_ms() + 5000, &ssh, &err), 0);
	pid_t child = fork();
	if (child == 0) {
		usleep(300000);
		_exit(write(ends[1], "x", 1) == 1 ? 0 : 1);
	}
	int64_t began = clock_ms();
	assert_int_equal(
		ssh_run(ssh, "sleep 5", NULL, 0, NULL, NULL, began + 10000, &err), -ECANCELED);
	assert_true(clock_ms() - began < 1000);
	waitpid(child, NULL, 0);
	ssh_close(ssh);
	close(ends[0]);
	close(ends[1]);
}

static void test_deadline(void **state)
{
	struct ssh *ssh = connect_ok();
	struct error err = {0};
	int64_t began = clock_ms();

	(void)state;
	assert_int_equal(
		ssh_run(ssh, "sleep 5", NULL, 0, NULL, NULL, began + 400, &err), -ETIMEDOUT);
	assert_true(clock_ms() - began < 900);
	ssh_close(ssh);
}

/* The far side's end of the session is killed. */
static void test_lost(void **state)
{
	struct ssh *ssh = connect_ok();
	struct error err = {0};

	(void)state;
	int r = ssh_run(
		ssh, "kill -9 $PPID; sleep 5", NULL, 0, NULL, NULL, clock_ms() + 20000, &err);
	if (r != -EPIPE)
		fail_msg("expected EPIPE, seen %d: %s", r, err.message);
	ssh_close(ssh);
}

static void test_quick(void **state)
{
	struct error err = {0};
	int64_t began = clock_ms();
	struct ssh *ssh = connect_ok();
	int64_t connected = clock_ms();

	(void)state;
	assert_int_equal(ssh_run(ssh, "true", NULL, 0, NULL, NULL, began + 10000, &err), 0);
	print_message("connect %d ms, first command %d ms\n", (int)(connected - began),
		(int)(clock_ms() - connected));
	ssh_close(ssh);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status_and_output),
		cmocka_unit_test(test_ended_session),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_wrong_host_key),
		cmocka_unit_test(test_refused_login),
		cmocka_unit_test(test_nothing_there),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_stop_in_command),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_quick),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
