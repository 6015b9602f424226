#include "embedded.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/journal.h"
#include "api/memory.h"

/* Making the base image of real hosts takes a minute or two on a slow line; then a start takes milliseconds. */
#define START_MINUTES 10
#define MINUTE_MS INT64_C(60000)
#define PROGRESS_MS 200
#define LISTENING "docloud-sandbox: listening on "

/* Beside our own program (installed), beside the build directory's fs/, or in $PATH. */
static char *find_program(void)
{
	char own[4096];
	ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
	own[length > 0 ? length : 0] = '\0';
	char *slash = strrchr(own, '/');
	if (slash)
		*slash = '\0';
	static const char *const places[] = {"", "/../tests/sandbox"};
	for (size_t i = 0; i < sizeof(places) / sizeof(*places) && slash; i++) {
		char *path = xasprintf("%s%s/docloud-sandbox", own, places[i]);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return xstrdup("docloud-sandbox");
}

static void make_token(char to[65])
{
	unsigned char bytes[32];
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		abort();
	for (size_t i = 0; i < sizeof(bytes); i++)
		sprintf(to + 2 * i, "%02x", bytes[i]);
}

/* In the child: only what may be done between fork and exec. */
static void child(char *const argv[], const char *token, int input, int output, int log)
{
	/* Not docloud's own: what it writes into its hosts must be readable there, and their pipes must break. */
	umask(022);
	signal(SIGPIPE, SIG_DFL);
	setenv("DOCLOUD_SANDBOX_TOKEN", token, 1);
	if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
		dup2(log, STDERR_FILENO) < 0)
		_exit(127);
	/* Ctrl-C at the terminal is for docloud, which then stops its sandbox. */
	setpgid(0, 0);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO,
		"docloud-sandbox cannot be run: %s; it is looked for beside docloud and in $PATH\n",
		strerror(errno));
	_exit(127);
}

/* What the sandbox has said since the last time, to our stderr. */
static void show_progress(int log, off_t *seen)
{
	char text[1024];
	ssize_t got;
	while ((got = pread(log, text, sizeof(text), *seen)) > 0) {
		*seen += got;
		if (write(STDERR_FILENO, text, (size_t)got) < 0)
			return;
	}
}

/*
 * Waits for more output; what is said meanwhile is shown. 0 at the deadline, as poll().
 */
static int wait_output(int output, int log, off_t *seen, int64_t deadline)
{
	int rc = 0;
	while (rc == 0 && clock_ms() < deadline) {
		struct pollfd poller = {.fd = output, .events = POLLIN};
		rc = poll(&poller, 1, PROGRESS_MS);
		show_progress(log, seen);
	}
	return rc;
}

static int read_url(int output, int log, struct embedded *ret, struct error *err)
{
	char line[sizeof(LISTENING) + 62] = "";
	size_t length = 0;
	off_t seen = 0;
	int64_t deadline = clock_ms() + START_MINUTES * MINUTE_MS;
	while (!strchr(line, '\n') && length < sizeof(line) - 1) {
		if (wait_output(output, log, &seen, deadline) == 0)
			return error_set(err, ETIMEDOUT,
				"docloud-sandbox did not start within %d minutes", START_MINUTES);
		ssize_t got = read(output, line + length, sizeof(line) - 1 - length);
		if (got <= 0)
			return error_set(err, EIO,
				"docloud-sandbox ended before it listened; it said why above");
		length += (size_t)got;
		line[length] = '\0';
	}
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, LISTENING, strlen(LISTENING)) != 0)
		return error_set(
			err, EIO, "docloud-sandbox said something else than where it listens");
	memcpy(ret->url, line + strlen(LISTENING), strlen(line + strlen(LISTENING)) + 1);
	return 0;
}

/*
 * The sandbox must not hold our stderr, which may be a pipe whose reader waits for its end. What it says goes to a file
 * in our state directory, where it can be looked up later.
 */
static int open_log(const char *state_dir, struct error *err)
{
	if (journal_make(state_dir, err) != 0)
		return -1;
	CLEANUP_FREE char *path = xasprintf("%s/sandbox.log", state_dir);
	int log = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (log < 0)
		error_set(err, errno, "cannot open %s: %s", path, strerror(errno));
	return log;
}

int embedded_start(const struct options *options, const char *state_dir, struct embedded *ret,
	struct error *err)
{
	int input[2] = {-1, -1}, output[2] = {-1, -1};
	CLEANUP_FREE char *program = find_program();
	CLEANUP_FREE char *hosts = xasprintf("--hosts=%s", options->hosts);
	CLEANUP_FREE char *boot = xasprintf("--boot-seconds=%u", options->boot_seconds);
	CLEANUP_FREE char *dir = *options->sandbox ? path_absolute(options->sandbox) : NULL;
	CLEANUP_FREE char *state = dir ? xasprintf("--state=%s", dir) : NULL;
	char listen[] = "--listen=127.0.0.1:0", leave[] = "--exit-with-parent";
	char *argv[] = {program, listen, leave, hosts, boot, state, NULL};
	*ret = (struct embedded){.pid = -1, .input = -1};
	make_token(ret->token);
	CLEANUP_CLOSE int log = open_log(state_dir, err);
	if (log < 0)
		return err->code ? -err->code : -EIO;
	if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0)
		return error_set(err, errno, "no pipe to the sandbox: %s", strerror(errno));
	ret->pid = fork();
	if (ret->pid == 0)
		child(argv, ret->token, input[0], output[1], log);
	close(input[0]);
	close(output[1]);
	ret->input = input[1];
	int rc = ret->pid < 0
			 ? error_set(err, errno, "no process for the sandbox: %s", strerror(errno))
			 : read_url(output[0], log, ret, err);
	close(output[0]);
	if (rc != 0)
		embedded_stop(ret);
	return rc;
}

void embedded_stop(struct embedded *embedded)
{
	if (embedded->input >= 0)
		close(embedded->input);
	embedded->input = -1;
	/* It ends by itself at the end of its input; hosts of its own take their time to stop. */
	static const int signals[] = {SIGTERM, SIGKILL};
	size_t sent = 0;
	int64_t deadline = clock_ms() + MINUTE_MS;
	while (embedded->pid > 0 && waitpid(embedded->pid, NULL, WNOHANG) == 0) {
		if (sent < 2 && clock_ms() > deadline) {
			kill(embedded->pid, signals[sent++]);
			deadline = clock_ms() + MINUTE_MS / 4;
		}
		poll(NULL, 0, 20);
	}
	embedded->pid = -1;
}
