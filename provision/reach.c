#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/memory.h"
#include "job.h"
#include "scripts.h"

/*
 * "active" is not ready. The port is tried again quickly, since what it costs is one packet; a
 * login that is refused is tried again for a while, since right after the boot the keys may not be
 * there yet, but more and more slowly, since sshd shuts out who is refused too often; another host
 * key than the pinned one ends it at once.
 */
enum {
	RETRY_FIRST_MS = 50,
	RETRY_MOST_MS = 1000,
	ATTEMPT_MS = 20000,
	CONNECT_SHORT_MS =
		700, /* for a host that is about to come up; a far or lossy one gets more */
	CONNECT_LONG_MS = 3000,
	CONNECTS_SHORT = 3, /* of four */
	LOGIN_SECONDS = 120,
	KNOWN_ANSWERS =
		2, /* where it is not docloud that made the droplet, or a login succeeded before */
	LINE_MAX_BYTES = 2048,
	SIGNALED = 128, /* exit statuses above it */
};

int64_t stage_deadline(const struct fleet *fleet, int64_t seconds)
{
	return clock_ms() + (fleet->stage_seconds != 0 ? fleet->stage_seconds : seconds) * 1000;
}

void task_close(struct task *task)
{
	ssh_close(task->ssh);
	task->ssh = NULL;
}

void task_sleep(struct task *task, int64_t ms)
{
	struct pollfd fd = {.fd = task->wake_fd, .events = POLLIN};
	uint64_t count;

	if (poll(&fd, 1, (int)ms) > 0 && read(task->wake_fd, &count, sizeof count) < 0)
		return;
}

int task_check(struct task *task, struct error *err)
{
	struct job *job = task->job;

	pthread_mutex_lock(&task->fleet->lock);
	bool stopping = task->fleet->stopping, gone = job->gone;
	pthread_mutex_unlock(&task->fleet->lock);
	if (stopping || gone)
		return error_set(
			err, ECANCELED, "%s", gone ? "forgotten" : "docloud is being stopped");
	if (rebuild_look(task->fleet, job) == REBUILD_OVER)
		return error_set(err, EHOSTDOWN,
			"the droplet was built anew in the middle of this: write stack again");
	switch (droplet_look(task->fleet, job, NULL, 0)) {
	case DROPLET_GONE:
		return error_set(err, ENOENT, "the droplet was destroyed in the middle of this");
	case DROPLET_OFF:
		return error_set(err, EHOSTDOWN,
			"the droplet was powered off in the middle of this: `echo on > power; sync "
			"power`, then write stack again");
	default:
		return 0;
	}
}

/* The pinned keys, one a line; NULL when there is none. Freed by the caller. */
static char *pinned_keys(struct task *task)
{
	struct job *job = task->job;

	pthread_mutex_lock(&task->fleet->lock);
	char *keys = NULL;
	if (job->host_key != NULL)
		keys = xasprintf("%s%s%s", job->host_key, job->host_key_next != NULL ? "\n" : "",
			job->host_key_next != NULL ? job->host_key_next : "");
	bool made = job->made;
	CLEANUP_FREE char *name = xstrdup(job->name);
	CLEANUP_FREE char *address = xstrdup(job->address);
	pthread_mutex_unlock(&task->fleet->lock);
	if (keys == NULL && !made)
		keys = trust_known_host(address, name);
	return keys;
}

static int attempt(struct task *task, int64_t deadline, int connect_ms, struct error *err)
{
	struct fleet *fleet = task->fleet;
	CLEANUP_FREE char *keys = pinned_keys(task);
	char address[64];

	pthread_mutex_lock(&fleet->lock);
	snprintf(address, sizeof address, "%s", task->job->address);
	pthread_mutex_unlock(&fleet->lock);
	int64_t until = clock_ms() + ATTEMPT_MS;
	struct ssh_target target = {.address = address,
		.port = 22,
		.user = fleet->ssh_user,
		.private_key = fleet->ssh_key,
		.public_key = fleet->ssh_key_public,
		.host_key = keys,
		.accept_new = fleet->accept_new && !task->job->made,
		.connect_ms = connect_ms,
		.stop_fd = task->wake_fd};
	return ssh_connect(&target, until < deadline ? until : deadline, &task->ssh, err);
}

/*
 * A host trusted through known_hosts or accept-new is pinned from now on; the login is known to
 * work.
 */
static int remember(struct task *task, struct error *err)
{
	struct job *job = task->job;

	pthread_mutex_lock(&task->fleet->lock);
	bool changed = job->host_key == NULL || !job->reached;
	if (job->host_key == NULL)
		job->host_key = xstrdup(ssh_host_key(task->ssh));
	job->reached = true;
	job->stale = false; /* what comes next on any connection is its journal */
	pthread_mutex_unlock(&task->fleet->lock);
	return changed ? job_save(task->fleet, job, err) : 0;
}

#define ASK_FIREWALL "; is it on, and does its firewall let this machine in?"

struct reaching {
	int64_t began, deadline, pause;
	int64_t login_began, login_deadline; /* 0: the port has not answered yet */
	size_t refusals;		     /* logins, since then */
};

/* A login was refused. The first ones come as the keys are about to be written, where there is a reason to hope. */
static int refused(struct task *task, struct reaching *reaching, int64_t started)
{
	static const int64_t pauses[] = {1000, 2000, 5000};
	const size_t last = sizeof pauses / sizeof *pauses - 1;
	struct fleet *fleet = task->fleet;

	if (reaching->refusals == 0) {
		reaching->login_began = started;
		reaching->login_deadline = stage_deadline(fleet, LOGIN_SECONDS);
		job_stage(fleet, task->job, "waiting for a login as %s", fleet->ssh_user);
	}
	pthread_mutex_lock(&fleet->lock);
	bool known = task->job->reached || !task->job->made;
	pthread_mutex_unlock(&fleet->lock);
	reaching->pause = pauses[known || reaching->refusals > last ? last : reaching->refusals];
	reaching->refusals++;
	if (known && reaching->refusals >= KNOWN_ANSWERS)
		return -EACCES;
	return clock_ms() < reaching->login_deadline ? 0 : -EACCES;
}

/* After a failed attempt: 0 to try again. */
static int judge(struct task *task, struct reaching *reaching, int64_t started, struct error *why)
{
	if (why->code == EHOSTUNREACH || why->code == ETIMEDOUT || why->code == ECANCELED)
		return clock_ms() < reaching->deadline ? 0 : -why->code;
	return why->code == EACCES ? refused(task, reaching, started) : -why->code;
}

static void reached(struct task *task, const struct reaching *reaching, int64_t started)
{
	int64_t login = reaching->login_began != 0 ? reaching->login_began : started;

	job_stage_took(task->fleet, task->job, "port", login - reaching->began);
	job_stage_took(task->fleet, task->job, "login", clock_ms() - login);
}

int reach_connect(struct task *task, int64_t deadline, struct error *err)
{
	struct reaching reaching = {clock_ms(), deadline, RETRY_FIRST_MS, 0, 0, 0};

	job_stage(task->fleet, task->job, "waiting for port 22 of %s", task->job->address);
	job_watch(task->fleet, task->job, true);
	for (unsigned tries = 0;; tries++) {
		struct error why = {0};
		int64_t started = clock_ms();
		bool brief = tries % (CONNECTS_SHORT + 1) < CONNECTS_SHORT;
		int r = task_check(task, err);
		if (r != 0)
			return r;
		if (attempt(task, deadline, brief ? CONNECT_SHORT_MS : CONNECT_LONG_MS, &why) ==
			0) {
			reached(task, &reaching, started);
			job_watch(task->fleet, task->job, false);
			return remember(task, err);
		}
		if (judge(task, &reaching, started, &why) != 0)
			return error_set(err, why.code, "%s%s", why.message,
				why.code == EHOSTUNREACH || why.code == ETIMEDOUT ? ASK_FIREWALL
										  : "");
		task_sleep(task, reaching.pause);
		reaching.pause = reaching.pause * 3 / 2;
		if (reaching.pause > RETRY_MOST_MS)
			reaching.pause = RETRY_MOST_MS;
	}
}

/*
 * Whatever a droplet's shell prints before it comes to the command, as bash does that reads .bashrc for commands of ssh, is
 * none of the command's output: that begins behind this line. Its first character is in it once.
 */
static const char beginning[] = "@docloud-begins\n";

struct listening {
	ssh_reader reader;
	void *context;
	size_t matched; /* of the beginning; all: it has come */
};

static bool pass_on(void *context, const char *data, size_t length)
{
	struct listening *listening = context;
	const size_t all = sizeof beginning - 1;
	size_t i = 0;

	for (; i < length && listening->matched < all; i++) {
		if (data[i] == beginning[listening->matched])
			listening->matched++;
		else
			listening->matched = data[i] == beginning[0];
	}
	return i == length || listening->reader(listening->context, data + i, length - i);
}

static char *whole_command(const struct fleet *fleet, const char *command)
{
	CLEANUP_FREE char *marked = xasprintf(
		"echo %.*s; %s", (int)strcspn(beginning, "\n"), beginning, command);

	if (strcmp(fleet->ssh_user, "root") == 0)
		return xstrdup(marked);
	CLEANUP_FREE char *quoted = shell_quote(marked);
	return xasprintf("sudo -n sh -c %s", quoted);
}

static bool ignore(void *context, const char *data, size_t length)
{
	(void)context, (void)data, (void)length;
	return true;
}

int reach_run(struct task *task, const char *command, const char *input, size_t length,
	ssh_reader reader, void *context, int64_t deadline, struct error *err)
{
	struct error why = {0};
	struct listening listening = {reader != NULL ? reader : ignore, context, 0};
	CLEANUP_FREE char *whole = whole_command(task->fleet, command);
	int r = ssh_run(task->ssh, whole, input, length, pass_on, &listening, deadline, &why);

	if (r > SIGNALED)
		return error_set(err, EPIPE, "the session was ended on the droplet");
	if (r == 0 && listening.matched < sizeof beginning - 1)
		return error_set(err, EPIPE,
			"a login on the droplet ends before it runs a command: look at what its "
			"shell reads first, as .bashrc, then write stack again");
	if (r != 0)
		error_move(err, &why);
	return r;
}

int reach_script(struct task *task, const char *script, const char *arguments, ssh_reader reader,
	void *context, int64_t deadline, struct error *err)
{
	const char *text = script_text("remote", script);
	CLEANUP_FREE char *command = xasprintf("exec sh -s %s", arguments);

	return reach_run(task, command, text, strlen(text), reader, context, deadline, err);
}

/* --- cloud-init and the package manager, as ready.sh tells of them */

static const struct {
	const char *name, *say;
	int64_t seconds;
} stages[] = {
	{"cloud-init", "cloud-init is at work", CLOUD_INIT_SECONDS},
	{"packages", "waiting for the package manager", PACKAGES_SECONDS},
	{"ready", "ready", 60},
};

struct ready {
	struct task *task;
	char line[LINE_MAX_BYTES];
	size_t length;
	ssize_t stage; /* index, -1 before the first */
	int64_t deadline;
	bool late;
};

static void take_stage(struct ready *ready, const char *name)
{
	struct fleet *fleet = ready->task->fleet;

	for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
		if (strcmp(stages[i].name, name) != 0 || ready->stage == (ssize_t)i)
			continue;
		if (ready->stage >= 0)
			job_stage_end(fleet, ready->task->job, stages[ready->stage].name);
		ready->stage = (ssize_t)i;
		ready->deadline = stage_deadline(fleet, stages[i].seconds);
		job_stage(fleet, ready->task->job, "%s", stages[i].say);
	}
	ready->late = clock_ms() > ready->deadline;
}

static bool take(void *context, const char *data, size_t length)
{
	struct ready *ready = context;

	for (size_t i = 0; i < length && !ready->late; i++) {
		if (data[i] != '\n') {
			if (ready->length < sizeof ready->line - 1)
				ready->line[ready->length++] = data[i];
			continue;
		}
		ready->line[ready->length] = '\0';
		ready->length = 0;
		if (strncmp(ready->line, "stage ", 6) == 0)
			take_stage(ready, ready->line + 6);
		else if (strncmp(ready->line, "warning ", 8) == 0)
			job_log(ready->task->fleet, ready->task->job, "warning: %s",
				ready->line + 8);
	}
	return !ready->late;
}

int reach_ready(struct task *task, struct error *err)
{
	struct ready ready = {.task = task, .stage = -1, .deadline = INT64_MAX};
	struct error why = {0};
	size_t last = sizeof stages / sizeof stages[0] - 1;
	int64_t most = 0;

	if (task->ready)
		return 0;
	for (size_t i = 0; i <= last; i++)
		most += stage_deadline(task->fleet, stages[i].seconds) - clock_ms();
	int r = reach_script(task, "ready", "", take, &ready, clock_ms() + most, &why);
	if (ready.late)
		return error_set(err, ETIMEDOUT,
			"%s for too long: log in and look, then write stack again",
			ready.stage >= 0 ? stages[ready.stage].say
					 : "the droplet did not get ready");
	if (r < 0)
		return error_move(err, &why);
	if (r > 0)
		return error_set(err, EIO, "no command runs on the droplet: %s", why.message);
	if (ready.stage != (ssize_t)last)
		return error_set(err, EPIPE, "the connection ended before the droplet was ready");
	task->ready = true;
	return 0;
}
