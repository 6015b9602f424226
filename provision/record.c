#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/journal.h"
#include "api/memory.h"
#include "file.h"
#include "job.h"

static const char *const phase_names[] = {
	[JOB_CREATING] = "creating",
	[JOB_FAILED] = "failed",
	[JOB_STARTING] = "starting",
	[JOB_REACHING] = "reaching",
	[JOB_INSTALLING] = "installing",
	[JOB_IDLE] = "idle",
};

static void add_text(struct json *to, const char *key, const char *text)
{
	if (text != NULL)
		json_add_string(to, key, text);
}

static void add_install(struct json *to, const char *key, const struct install *install)
{
	if (install == NULL)
		return;
	struct json *value = json_object(), *names = json_array();
	json_add_string(value, "run", install->run);
	json_add_string(value, "stack", install->stack);
	json_add_number(value, "deadline", install->deadline);
	json_add_bool(value, "sent", install->sent);
	json_add_bool(value, "done", install->done);
	json_add_bool(value, "at_boot", install->at_boot);
	for (size_t i = 0; i < install->count; i++)
		json_add_string(names, NULL, install->names[i]);
	json_add(value, "components", names);
	json_add(to, key, value);
}

/* Under lock. */
static struct json *record_make(const struct job *job)
{
	struct json *record = json_object();

	json_add_string(record, "name", job->name);
	add_text(record, "id", job->id);
	json_add_string(record, "phase", phase_names[job->phase]);
	json_add_number(record, "changed", (double)job->changed);
	json_add_bool(record, "made", job->made);
	json_add_bool(record, "rotated", job->rotated);
	json_add_bool(record, "reached", job->reached);
	json_add_bool(record, "adopted", job->adopted);
	json_add_bool(record, "rebuilding", job->rebuilding);
	add_text(record, "host_key", job->host_key);
	add_text(record, "host_key_next", job->host_key_next);
	add_text(record, "birth_key", job->birth_key);
	add_text(record, "spec", job->spec);
	if (job->body != NULL)
		json_add(record, "body", json_copy(job->body));
	add_install(record, "present", job->present);
	add_install(record, "next", job->next);
	if (job->error.code != 0) {
		struct json *error = json_object();
		json_add_number(error, "code", job->error.code);
		json_add_string(error, "message", job->error.message);
		json_add(record, "error", error);
	}
	return record;
}

int job_save(struct fleet *fleet, struct job *job, struct error *err)
{
	CLEANUP_FREE char *dir = job_path(fleet, job, "");
	CLEANUP_JSON struct json *record = NULL;

	LOCKED(&job->saving);
	pthread_mutex_lock(&fleet->lock);
	if (!job->gone)
		record = record_make(job);
	pthread_mutex_unlock(&fleet->lock);
	if (record == NULL)
		return 0;
	return journal_write(dir, "record", record, err);
}

static char *get_text(const struct json *record, const char *key)
{
	const char *text = json_get_string(record, key);

	return text != NULL ? xstrdup(text) : NULL;
}

static struct install *get_install(const struct json *value)
{
	const char *run = json_get_string(value, "run");
	const struct json *names = json_get(value, "components");
	int64_t deadline = 0;

	if (run == NULL)
		return NULL;
	struct install *install = xcalloc(1, sizeof *install);
	snprintf(install->run, sizeof install->run, "%s", run);
	install->stack = get_text(value, "stack");
	if (install->stack == NULL)
		install->stack = xstrdup("");
	json_get_integer(value, "deadline", &deadline);
	install->deadline = (unsigned)deadline;
	install->sent = json_is_true(json_get(value, "sent"));
	install->done = json_is_true(json_get(value, "done"));
	install->at_boot = json_is_true(json_get(value, "at_boot"));
	install->names = xcalloc(json_count(names) + 1, sizeof(char *));
	for (const struct json *name = json_first(names); name != NULL; name = json_next(name)) {
		if (json_string(name) != NULL)
			install->names[install->count++] = xstrdup(json_string(name));
	}
	return install;
}

static enum job_phase get_phase(const struct json *record)
{
	const char *name = json_get_string(record, "phase");

	for (size_t i = 0; name != NULL && i < sizeof phase_names / sizeof phase_names[0]; i++) {
		if (strcmp(phase_names[i], name) == 0)
			return (enum job_phase)i;
	}
	return JOB_IDLE;
}

static struct job *record_read(struct fleet *fleet, const char *key, const struct json *record)
{
	const char *name = json_get_string(record, "name");
	int64_t number = 0;

	if (name == NULL)
		return NULL;
	struct job *job = job_new(fleet, name, json_get_string(record, "id"));
	free(job->key);
	job->key = xstrdup(key);
	job->phase = get_phase(record);
	if (json_get_integer(record, "changed", &number))
		job->changed = (time_t)number;
	job->made = json_is_true(json_get(record, "made"));
	job->rotated = json_is_true(json_get(record, "rotated"));
	job->reached = json_is_true(json_get(record, "reached"));
	job->adopted = json_is_true(json_get(record, "adopted"));
	job->rebuilding = json_is_true(json_get(record, "rebuilding"));
	job->host_key = get_text(record, "host_key");
	job->host_key_next = get_text(record, "host_key_next");
	job->birth_key = get_text(record, "birth_key");
	job->spec = get_text(record, "spec");
	if (json_get(record, "body") != NULL)
		job->body = json_copy(json_get(record, "body"));
	job->present = get_install(json_get(record, "present"));
	job->next = get_install(json_get(record, "next"));
	if (json_get_integer(record, "error/code", &number) && number > 0) {
		const char *message = json_get_string(record, "error/message");
		error_set(&job->error, (int)number, "%s", message != NULL ? message : "");
	}
	job->loaded = true;
	job->stale = job->reached;
	return job;
}

/* Payloads have secrets in them: none stays that no install is to send, as of one that another one overtook. */
static void sweep_payloads(struct fleet *fleet, const struct job *job)
{
	static const char prefix[] = "payload-";
	CLEANUP_FREE char *path = job_path(fleet, job, "");
	DIR *dir = opendir(path);

	for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
		const char *run = entry->d_name + strlen(prefix);
		if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		bool wanted = (job->next != NULL && strcmp(job->next->run, run) == 0) ||
			      (job->present != NULL && !job->present->done &&
				      strcmp(job->present->run, run) == 0);
		if (!wanted)
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir != NULL)
		closedir(dir);
}

/* Of two without a droplet, of which the one took the place of the other, that had failed. */
static bool is_newer(const struct job *job, const struct job *other)
{
	if ((job->error.code != 0) != (other->error.code != 0))
		return job->error.code == 0;
	return job->changed >= other->changed;
}

/*
 * docloud was killed between the record of a create and the removal of that of the failed one whose place it takes: two
 * of one name would both be given the droplet. True when this is the older one, which goes.
 */
static bool is_replaced(struct fleet *fleet, struct job *job)
{
	pthread_mutex_lock(&fleet->lock);
	struct job *other = job->id == NULL ? job_find(fleet, job->name) : NULL;
	if (other != NULL && other->id != NULL)
		other = NULL; /* a droplet's id that looks like this name */
	bool older = other != NULL && !is_newer(job, other);
	if (older)
		job->gone = true; /* takes its files away */
	else if (other != NULL)
		job_remove(fleet, other);
	pthread_mutex_unlock(&fleet->lock);
	if (other != NULL && !older)
		job_forget(fleet, other);
	return older;
}

/*
 * What was under way goes on from the phase that its record proves: a droplet that exists is looked
 * at again (JOB_STARTING), and from there everything that follows can be repeated.
 */
static void take_up(struct fleet *fleet, struct job *job)
{
	struct stat st;
	CLEANUP_FREE char *log = job_path(fleet, job, "log");

	if (is_replaced(fleet, job))
		return;
	if (stat(log, &st) == 0)
		job->log_bytes = st.st_size;
	events_load(fleet, job);
	sweep_payloads(fleet, job);
	/* One that failed without its being known whether a droplet was made is pursued again by change.c. */
	if (job->id == NULL &&
		(job->phase != JOB_FAILED ||
			change_find(fleet->changes, fleet->droplets, job->name) != 0))
		job->phase = JOB_CREATING;
	else if (job->id != NULL &&
		 (job->phase != JOB_IDLE || job->adopted || job->rebuilding || job_has_work(job)))
		job->phase = JOB_STARTING;
	job->began = job->stage_began = clock_ms();
	LOCKED(&fleet->lock);
	job_insert(fleet, job);
	if (job->phase != JOB_IDLE && job->phase != JOB_FAILED)
		job_activate(fleet, job);
}

struct reading {
	struct fleet *fleet;
	const char *key;
	bool found;
};

static void visit(void *context, const char *name, const struct json *record)
{
	struct reading *reading = context;
	struct job *job = strcmp(name, "record") == 0
				  ? record_read(reading->fleet, reading->key, record)
				  : NULL;

	if (job == NULL)
		return;
	reading->found = true;
	take_up(reading->fleet, job);
	job_unref(reading->fleet, job);
}

static bool is_missing(const char *path)
{
	struct stat st;

	return lstat(path, &st) != 0 && errno == ENOENT;
}

/*
 * A directory without a record is one whose job was never told to be there: its making was cut off.
 * One whose record cannot be read, or does not parse, is left for a person to look at; its droplet will be adopted.
 */
int jobs_load(struct fleet *fleet, struct error *err)
{
	int r = journal_make(fleet->dir, err);
	DIR *dir = r == 0 ? opendir(fleet->dir) : NULL;

	if (dir == NULL)
		return r != 0 ? r
			      : error_set(err, errno, "cannot read %s: %s", fleet->dir,
					strerror(errno));
	for (struct dirent *entry; r == 0 && (entry = readdir(dir)) != NULL;) {
		if (entry->d_name[0] == '.')
			continue;
		CLEANUP_FREE char *path = xasprintf("%s/%s", fleet->dir, entry->d_name);
		struct reading reading = {fleet, entry->d_name, false};
		CLEANUP_FREE char *record = xasprintf("%s/record.json", path);
		CLEANUP_FREE char *broken = xasprintf("%s/record.json.broken", path);
		journal_load(path, visit, &reading, NULL);
		if (!reading.found && is_missing(record) && is_missing(broken))
			file_remove_directory(path);
	}
	closedir(dir);
	return r;
}
