#include "hosts.h"

#include "agenda.h"
#include "droplet.h"
#include "json.h"
#include "sandbox.h"
#include "shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * A host that is on is a process of ours, `host.sh run`, and a thread that waits for its end: a machine
 * that was shut down from inside ends it, and its droplet is off. Verbs on one host follow each other
 * (`verb`); what the threads share is under the one lock of all hosts, which is a leaf.
 */
static const char script[] =
#include "host.inc"
	;

static const char records[] = "/run/docloud-sandbox";
static const char library[] = "/var/lib/docloud-sandbox/instances";

enum {
	FIRST_SLOT = 10,
	LAST_SLOT = 250,
	PATH_SIZE = 4096,
	SHUTDOWN_SECONDS = 15,
	STOP_SECONDS = 5,
	ARGUMENTS = 8,
};

struct host {
	struct hosts *hosts;
	uint64_t id; /* of the droplet; 0: free */
	unsigned slot;
	pthread_mutex_t verb; /* one verb at a time; taken before the hosts' lock */
	pid_t runner;	      /* 0: off */
	pthread_t watcher;
	bool watched; /* the watcher is to be joined */
};

struct hosts {
	struct sandbox *sandbox;
	char record[64];
	char script[96];
	int record_lock;
	unsigned network;
	pthread_mutex_t lock; /* id and runner of each host, stopping */
	pthread_cond_t changed;
	bool stopping;
	struct host host[LAST_SLOT + 1]; /* by slot */
};

static pid_t hosts_spawn(const char *path, const char *const arguments[], int out, int note)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, pipe;
	pid_t pid;
	int error;

	sigemptyset(&none);
	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out >= 0 ? out : 2, 1);
	if (note >= 0)
		posix_spawn_file_actions_adddup2(&actions, note, 3);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &pipe);
	/* A group of its own: an interrupt from the terminal is for the sandbox to act on. */
	posix_spawnattr_setflags(&attributes,
		POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	error = posix_spawn(&pid, path, &actions, &attributes, (char *const *)arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	if (error)
		fprintf(stderr, "docloud-sandbox: cannot run %s: %s\n", path, strerror(error));
	return error ? -1 : pid;
}

static bool hosts_wait(pid_t pid)
{
	int status;

	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

/* Runs a verb of the script and reads what it prints. */
static bool hosts_ask(const char *path, const char *const arguments[], char *answer, size_t size)
{
	size_t length = 0;
	ssize_t n;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return false;
	pid = hosts_spawn(path, arguments, ends[1], -1);
	close(ends[1]);
	while (length < size - 1 && (n = read(ends[0], answer + length, size - 1 - length)) > 0)
		length += (size_t)n;
	answer[length] = '\0';
	close(ends[0]);
	return hosts_wait(pid);
}

static bool host_script(struct host *host, const char *verb)
{
	char id[32];

	snprintf(id, sizeof(id), "%llu", (unsigned long long)host->id);
	return hosts_wait(hosts_spawn(host->hosts->script,
		(const char *const[]){"host", verb, host->hosts->record, id, NULL}, -1, -1));
}

static bool hosts_write_script(const char *directory, char *path, size_t size)
{
	snprintf(path, size, "%s/host", directory);
	return shelf_write(directory, "host", 0700, script);
}

bool hosts_make_base(void)
{
	char directory[] = "/tmp/docloud-sandbox.XXXXXX", path[64], answer[PATH_SIZE] = "";
	bool done;

	if (!mkdtemp(directory) || !hosts_write_script(directory, path, sizeof(path)))
		return false;
	done = hosts_ask(path, (const char *const[]){"host", "check", NULL}, answer,
		       sizeof(answer)) &&
	       hosts_ask(path, (const char *const[]){"host", "base", NULL}, answer, sizeof(answer));
	if (done)
		fprintf(stderr, "docloud-sandbox: the base image is %s", answer);
	unlink(path);
	rmdir(directory);
	return done;
}

/*
 * The record that names all we make outside of this process. Its lock is there, and held, from the
 * moment that others can see it; when we die, it is free.
 */
static bool hosts_open_record(struct hosts *hosts)
{
	char fresh[96], lock[96];

	snprintf(hosts->record, sizeof(hosts->record), "%s/XXXXXX", records);
	if ((mkdir(records, 0755) && errno != EEXIST) || !mkdtemp(hosts->record)) {
		fprintf(stderr, "docloud-sandbox: cannot make a directory in %s: %s\n", records,
			strerror(errno));
		*hosts->record = '\0';
		return false;
	}
	snprintf(fresh, sizeof(fresh), "%s/.lock", hosts->record);
	snprintf(lock, sizeof(lock), "%s/lock", hosts->record);
	hosts->record_lock = open(fresh, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return hosts->record_lock >= 0 && !flock(hosts->record_lock, LOCK_EX) &&
	       !rename(fresh, lock) &&
	       hosts_write_script(hosts->record, hosts->script, sizeof(hosts->script));
}

static bool hosts_up(struct hosts *hosts)
{
	const char *state = hosts->sandbox->options->state;
	char disks[PATH_SIZE], answer[32];

	if (state)
		snprintf(disks, sizeof(disks), "%s/hosts", state);
	else
		snprintf(disks, sizeof(disks), "%s/%s", library, hosts->record + sizeof(records));
	if (!hosts_ask(hosts->script,
		    (const char *const[]){
			    "host", "up", hosts->record, disks, state ? "yes" : "no", NULL},
		    answer, sizeof(answer)))
		return false;
	hosts->network = (unsigned)strtoul(answer, NULL, 10);
	return true;
}

struct hosts *hosts_create(struct sandbox *sandbox)
{
	struct hosts *hosts = calloc(1, sizeof(*hosts));
	char answer[PATH_SIZE];

	if (!hosts)
		abort();
	hosts->sandbox = sandbox;
	hosts->record_lock = -1;
	pthread_mutex_init(&hosts->lock, NULL);
	pthread_cond_init(&hosts->changed, NULL);
	for (unsigned slot = FIRST_SLOT; slot <= LAST_SLOT; slot++) {
		hosts->host[slot].hosts = hosts;
		hosts->host[slot].slot = slot;
		pthread_mutex_init(&hosts->host[slot].verb, NULL);
	}
	if (hosts_open_record(hosts) &&
		hosts_ask(hosts->script, (const char *const[]){"host", "check", NULL}, answer,
			sizeof(answer)) &&
		hosts_up(hosts))
		return hosts;
	hosts_destroy(hosts);
	return NULL;
}

void hosts_destroy(struct hosts *hosts)
{
	if (!hosts)
		return;
	pthread_mutex_lock(&hosts->lock);
	hosts->stopping = true;
	pthread_mutex_unlock(&hosts->lock);
	if (*hosts->script)
		hosts_wait(hosts_spawn(hosts->script,
			(const char *const[]){"host", "down", hosts->record, NULL}, -1, -1));
	for (unsigned slot = FIRST_SLOT; slot <= LAST_SLOT; slot++) {
		if (hosts->host[slot].watched)
			pthread_join(hosts->host[slot].watcher, NULL);
		pthread_mutex_destroy(&hosts->host[slot].verb);
	}
	if (hosts->record_lock >= 0)
		close(hosts->record_lock);
	pthread_cond_destroy(&hosts->changed);
	pthread_mutex_destroy(&hosts->lock);
	free(hosts);
}

static struct host *hosts_find(struct hosts *hosts, uint64_t id)
{
	struct host *found = NULL;

	pthread_mutex_lock(&hosts->lock);
	for (unsigned slot = FIRST_SLOT; slot <= LAST_SLOT && !found; slot++)
		if (hosts->host[slot].id == id)
			found = &hosts->host[slot];
	pthread_mutex_unlock(&hosts->lock);
	return found;
}

bool hosts_reserve(struct hosts *hosts, uint64_t id, char address[HOSTS_ADDRESS_SIZE])
{
	struct host *host = hosts_find(hosts, id);

	if (!host)
		host = hosts_find(hosts, 0);
	if (!host)
		return false;
	pthread_mutex_lock(&hosts->lock);
	host->id = id;
	pthread_mutex_unlock(&hosts->lock);
	snprintf(address, HOSTS_ADDRESS_SIZE, "198.18.%u.%u", hosts->network & 255,
		host->slot & 255);
	return true;
}

static void *host_watch(void *context)
{
	struct host *host = context;
	struct hosts *hosts = host->hosts;
	bool tell;
	uint64_t id;

	hosts_wait(host->runner);
	pthread_mutex_lock(&hosts->lock);
	host->runner = 0;
	id = host->id;
	tell = !hosts->stopping && id;
	pthread_cond_broadcast(&hosts->changed);
	pthread_mutex_unlock(&hosts->lock);
	if (tell)
		droplet_went_off(hosts->sandbox, id);
	return NULL;
}

static bool host_is_on(struct host *host)
{
	bool on;

	pthread_mutex_lock(&host->hosts->lock);
	on = host->runner;
	pthread_mutex_unlock(&host->hosts->lock);
	return on;
}

/* Waits until the host is off; false when it still is on after so many seconds. */
static bool host_await_off(struct host *host, int seconds)
{
	struct hosts *hosts = host->hosts;
	struct timespec until;
	bool off;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += seconds;
	pthread_mutex_lock(&hosts->lock);
	while (host->runner && !pthread_cond_timedwait(&hosts->changed, &hosts->lock, &until))
		;
	off = !host->runner;
	pthread_mutex_unlock(&hosts->lock);
	return off;
}

/* The seed that cloud-init finds on the host's disk. */
static bool host_write_seed(struct host *host, const struct host_plan *plan)
{
	JSON_AUTO *meta = cJSON_CreateObject();
	TEXT_AUTO *text = NULL;
	char directory[128], id[32];

	snprintf(id, sizeof(id), "%llu", (unsigned long long)plan->id);
	snprintf(directory, sizeof(directory), "%s/hosts/%s", host->hosts->record, id);
	if (mkdir(directory, 0700) && errno != EEXIST)
		return false;
	json_set_text(meta, "instance-id", id);
	json_set_text(meta, "local-hostname", plan->name);
	if (plan->keys)
		json_set(meta, "public-keys", cJSON_Duplicate(plan->keys, true));
	text = cJSON_PrintUnformatted(meta);
	return shelf_write(directory, "meta-data", 0600, text) &&
	       shelf_write(directory, "user-data", 0600, plan->user_data ? plan->user_data : "");
}

/* Spawns the runner and waits for its word that the machine has been switched on. */
static bool host_run(struct host *host, const struct host_plan *plan)
{
	struct hosts *hosts = host->hosts;
	char id[32], slot[16], word;
	bool started;
	int ends[2];
	pid_t pid;

	snprintf(id, sizeof(id), "%llu", (unsigned long long)plan->id);
	snprintf(slot, sizeof(slot), "%u", host->slot);
	if (pipe2(ends, O_CLOEXEC))
		return false;
	pid = hosts_spawn(hosts->script,
		(const char *const[]){"host", "run", hosts->record, id, slot, plan->name, NULL}, -1,
		ends[1]);
	close(ends[1]);
	started = pid > 0 && read(ends[0], &word, 1) == 1;
	close(ends[0]);
	if (!started) {
		hosts_wait(pid);
		return false;
	}
	pthread_mutex_lock(&hosts->lock);
	host->runner = pid;
	pthread_mutex_unlock(&hosts->lock);
	host->watched = !pthread_create(&host->watcher, NULL, host_watch, host);
	return host->watched;
}

static bool host_start(struct host *host, const struct host_plan *plan)
{
	if (host_is_on(host))
		return true;
	if (host->watched)
		pthread_join(host->watcher, NULL);
	host->watched = false;
	return host_write_seed(host, plan) && host_run(host, plan);
}

static bool host_stop(struct host *host, const struct host_plan *plan)
{
	(void)plan;
	host_script(host, "stop");
	return host_await_off(host, STOP_SECONDS);
}

static bool host_shutdown(struct host *host, const struct host_plan *plan)
{
	host_script(host, "shutdown");
	return host_await_off(host, SHUTDOWN_SECONDS) || host_stop(host, plan);
}

static bool host_reboot(struct host *host, const struct host_plan *plan)
{
	return host_is_on(host) ? host_script(host, "reboot") : host_start(host, plan);
}

static bool host_cycle(struct host *host, const struct host_plan *plan)
{
	return host_stop(host, plan) && host_start(host, plan);
}

static bool host_rebuild(struct host *host, const struct host_plan *plan)
{
	return host_stop(host, plan) && host_script(host, "wipe") && host_start(host, plan);
}

static bool (*const verbs[])(struct host *host, const struct host_plan *plan) = {
	[HOST_START] = host_start,
	[HOST_STOP] = host_stop,
	[HOST_SHUTDOWN] = host_shutdown,
	[HOST_REBOOT] = host_reboot,
	[HOST_CYCLE] = host_cycle,
	[HOST_REBUILD] = host_rebuild,
};

bool hosts_do(struct hosts *hosts, enum host_verb verb, const struct host_plan *plan)
{
	struct host *host = hosts_find(hosts, plan->id);
	bool done = false;

	if (!host)
		return false;
	pthread_mutex_lock(&host->verb);
	if (hosts_find(hosts, plan->id) == host) /* else it was removed while we waited */
		done = verbs[verb](host, plan);
	pthread_mutex_unlock(&host->verb);
	return done;
}

static void host_remove(struct sandbox *sandbox, uint64_t id)
{
	struct host *host = hosts_find(sandbox->hosts, id);

	if (!host)
		return;
	pthread_mutex_lock(&host->verb);
	host_stop(host, NULL);
	if (host->watched)
		pthread_join(host->watcher, NULL);
	host->watched = false;
	host_script(host, "wipe");
	pthread_mutex_lock(&sandbox->hosts->lock);
	host->id = 0;
	pthread_mutex_unlock(&sandbox->hosts->lock);
	pthread_mutex_unlock(&host->verb);
}

void hosts_remove(struct hosts *hosts, uint64_t id)
{
	agenda_add(hosts->sandbox->agenda, 0, host_remove, id);
}
