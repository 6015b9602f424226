#include "job.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "api/bell.h"
#include "api/intern.h"
#include "api/journal.h"
#include "api/memory.h"
#include "file.h"

static void random_hex(char *to, size_t digits)
{
	unsigned char bytes[16];

	if (getrandom(bytes, digits / 2, 0) != (ssize_t)digits / 2)
		abort();
	for (size_t i = 0; i < digits / 2; i++)
		snprintf(to + 2 * i, 3, "%02x", bytes[i]);
}

struct job *job_new(struct fleet *fleet, const char *name, const char *id)
{
	struct job *job = xcalloc(1, sizeof *job);
	char key[17];

	(void)fleet;
	random_hex(key, 12);
	job->key = xstrdup(key);
	job->name = xstrdup(name);
	job->id = id != NULL ? xstrdup(id) : NULL;
	atomic_init(&job->refs, 1);
	pthread_mutex_init(&job->saving, NULL);
	job->phase = JOB_IDLE;
	job->changed = time(NULL);
	job->events_fd = job->wake_fd = -1;
	return job;
}

struct job *job_ref(struct job *job)
{
	atomic_fetch_add_explicit(&job->refs, 1, memory_order_relaxed);
	return job;
}

/* The last one to let go of a job that was forgotten removes its files. */
void job_unref(struct fleet *fleet, struct job *job)
{
	if (job == NULL || atomic_fetch_sub_explicit(&job->refs, 1, memory_order_acq_rel) > 1)
		return;
	if (job->gone) {
		CLEANUP_FREE char *dir = job_path(fleet, job, "");
		file_remove_directory(dir);
	}
	if (job->events_fd >= 0)
		close(job->events_fd);
	install_free(job->present);
	install_free(job->next);
	fold_finish(&job->fold);
	json_free(job->body);
	object_unref(job->object);
	free(job->times);
	free(job->trouble);
	free(job->spec);
	free(job->host_key);
	free(job->host_key_next);
	free(job->birth_key);
	free(job->name);
	free(job->id);
	free(job->key);
	pthread_mutex_destroy(&job->saving);
	free(job);
}

char *job_path(const struct fleet *fleet, const struct job *job, const char *file)
{
	return xasprintf("%s/%s/%s", fleet->dir, job->key, file);
}

static struct job **bucket(struct job **table, const char *key)
{
	return &table[intern_hash(key) % JOB_BUCKETS];
}

struct job *job_find(struct fleet *fleet, const char *key)
{
	for (struct job *job = *bucket(fleet->by_id, key); job != NULL; job = job->next_id) {
		if (strcmp(job->id, key) == 0)
			return job;
	}
	for (struct job *job = *bucket(fleet->by_name, key); job != NULL; job = job->next_name) {
		if (strcmp(job->name, key) == 0)
			return job;
	}
	return NULL;
}

struct job *job_find_or_unborn(struct fleet *fleet, const char *key, const char *name)
{
	struct job *job = job_find(fleet, key);

	if (job != NULL)
		return job;
	job = job_find(fleet, name);
	return job != NULL && job->id == NULL && job->phase == JOB_CREATING ? job : NULL;
}

struct job *job_get(struct fleet *fleet, const char *key)
{
	LOCKED(&fleet->lock);
	struct job *job = job_find(fleet, key);
	return job != NULL ? job_ref(job) : NULL;
}

static void chain(struct fleet *fleet, struct job *job)
{
	struct job **at = job->id != NULL ? bucket(fleet->by_id, job->id)
					  : bucket(fleet->by_name, job->name);

	if (job->id != NULL)
		job->next_id = *at;
	else
		job->next_name = *at;
	*at = job;
}

static void unchain(struct fleet *fleet, struct job *job)
{
	if (job->id != NULL) {
		struct job **at = bucket(fleet->by_id, job->id);
		while (*at != job)
			at = &(*at)->next_id;
		*at = job->next_id;
	} else {
		struct job **at = bucket(fleet->by_name, job->name);
		while (*at != job)
			at = &(*at)->next_name;
		*at = job->next_name;
	}
}

void job_news(struct fleet *fleet, const struct job *job)
{
	size_t count = fleet->news_count;

	if (job->id == NULL || (count > 0 && strcmp(fleet->news[count - 1], job->id) == 0))
		return;
	fleet->news = xrealloc(fleet->news, count + 2, sizeof(char *));
	fleet->news[count] = xstrdup(job->id);
	fleet->news[++fleet->news_count] = NULL;
}

void job_insert(struct fleet *fleet, struct job *job)
{
	chain(fleet, job_ref(job));
	fleet->job_count++;
	job_news(fleet, job);
}

void job_remove(struct fleet *fleet, struct job *job)
{
	unchain(fleet, job);
	job_news(fleet, job);
	job->gone = true;
	fleet->job_count--;
	workers_wake(fleet, job);
}

/* The record goes first, and now: a worker may hold the rest for a moment longer. */
void job_forget(struct fleet *fleet, struct job *job)
{
	CLEANUP_FREE char *dir = job_path(fleet, job, "");

	pthread_mutex_lock(&job->saving);
	journal_remove(dir, "record", NULL);
	pthread_mutex_unlock(&job->saving);
	job_unref(fleet, job);
}

void job_born(struct fleet *fleet, struct job *job, const char *id)
{
	if (!job->gone)
		unchain(fleet, job);
	job->id = xstrdup(id);
	if (!job->gone)
		chain(fleet, job);
	job_news(fleet, job);
	json_free(job->body); /* with the private host key in it */
	job->body = NULL;
}

void job_activate(struct fleet *fleet, struct job *job)
{
	if (job->active)
		return;
	job->active = true;
	job->next_active = fleet->active;
	fleet->active = job_ref(job);
}

bool job_start_again(struct fleet *fleet, struct job *job)
{
	if (job->phase != JOB_IDLE || job->queued || job->working)
		return false;
	job->phase = JOB_STARTING;
	job->error = (struct error){0};
	job->stage[0] = '\0';
	job->time_count = 0;
	job->began = job->stage_began = clock_ms();
	job->changed = time(NULL);
	job_activate(fleet, job);
	job_news(fleet, job);
	return true;
}

bool job_look_again(struct fleet *fleet, struct job *job)
{
	struct error why = job->error;
	bool due = job_start_again(fleet, job);

	if (due && !job_has_work(job))
		job->error = why;
	return due;
}

struct install *install_new(const struct stack *stack)
{
	struct install *install = xcalloc(1, sizeof *install);

	random_hex(install->run, 16);
	install->stack = xstrdup(stack->text);
	install->names = xcalloc(stack->count + 1, sizeof(char *));
	install->count = stack->count;
	for (size_t i = 0; i < stack->count; i++) {
		install->names[i] = xstrdup(stack->wanted[i].component->name);
		install->deadline += stack->wanted[i].component->deadline;
	}
	return install;
}

void install_free(struct install *install)
{
	if (install == NULL)
		return;
	for (size_t i = 0; i < install->count; i++)
		free(install->names[i]);
	free(install->names);
	free(install->stack);
	free(install);
}

bool job_has_work(const struct job *job)
{
	return job->next != NULL || (job->present != NULL && !job->present->done);
}

bool job_installs_itself(const struct job *job)
{
	return job->next == NULL && job_has_work(job) && job->present->at_boot;
}

/* Under lock. */
static void set_phase(struct fleet *fleet, struct job *job, enum job_phase phase)
{
	job->phase = phase;
	job->changed = time(NULL);
	job_news(fleet, job);
	if (phase == JOB_IDLE || phase == JOB_FAILED)
		job->stage[0] = '\0';
}

static bool save_or_log(struct fleet *fleet, struct job *job)
{
	struct error err = {0};

	if (job_save(fleet, job, &err) == 0)
		return true;
	job_log(fleet, job, "its record could not be written: %s", err.message);
	return false;
}

void job_phase_set(struct fleet *fleet, struct job *job, enum job_phase phase)
{
	pthread_mutex_lock(&fleet->lock);
	bool changed = job->phase != phase;
	set_phase(fleet, job, phase);
	pthread_mutex_unlock(&fleet->lock);
	if (changed)
		save_or_log(fleet, job);
	bell_ring(fleet->bell);
}

void job_stage(struct fleet *fleet, struct job *job, const char *format, ...)
{
	char stage[TOO_LONG];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(stage, sizeof stage, format, arguments);
	va_end(arguments);
	pthread_mutex_lock(&fleet->lock);
	bool same = strcmp(job->stage, stage) == 0;
	if (!same) {
		text_plain(job->stage, sizeof job->stage, stage);
		job->stage_began = clock_ms();
		job->changed = time(NULL);
	}
	pthread_mutex_unlock(&fleet->lock);
	if (!same)
		bell_ring(fleet->bell);
}

void job_time_add(struct job *job, const char *name, int64_t ms)
{
	if (job->times == NULL)
		job->times = xcalloc(STAGES_MAX, sizeof *job->times);
	if (job->time_count == STAGES_MAX)
		return;
	struct stage_time *time = &job->times[job->time_count++];
	snprintf(time->name, sizeof time->name, "%s", name);
	time->ms = ms;
}

void job_stage_took(struct fleet *fleet, struct job *job, const char *name, int64_t ms)
{
	pthread_mutex_lock(&fleet->lock);
	job_time_add(job, name, ms);
	pthread_mutex_unlock(&fleet->lock);
	job_log(fleet, job, "%s: %.1f s", name, (double)ms / 1000);
}

void job_stage_end(struct fleet *fleet, struct job *job, const char *name)
{
	pthread_mutex_lock(&fleet->lock);
	int64_t ms = clock_ms() - job->stage_began;
	pthread_mutex_unlock(&fleet->lock);
	job_stage_took(fleet, job, name, ms);
}

void job_give_up(struct job *job)
{
	if (job->present == NULL || job->present->done)
		return;
	job->present->done = true;
	if (!job->present->sent)
		return;
	job->adopted = true;
	job->adopt_after = clock_ms() + ADOPT_AGAIN_MS;
}

/* Nor is anything else installed that was wanted. Under lock. */
static void abandon(struct job *job)
{
	job_give_up(job);
	if (job->next != NULL) {
		install_free(job->present);
		job->present = job->next;
		job->present->done = true;
		job->next = NULL;
	}
}

/* Under lock. */
static void note_run(const struct install *install, char run[static sizeof install->run])
{
	snprintf(run, sizeof install->run, "%s", install != NULL ? install->run : "");
}

/* In one step: a stack that is written between two of them would find the work still under way, and wait for ever. */
void job_fail(struct fleet *fleet, struct job *job, const struct error *err)
{
	char runs[2][sizeof job->next->run];

	pthread_mutex_lock(&fleet->lock);
	job->error = *err;
	note_run(job->present, runs[0]);
	note_run(job->next, runs[1]);
	abandon(job);
	set_phase(fleet, job, job->id != NULL ? JOB_IDLE : JOB_FAILED);
	pthread_mutex_unlock(&fleet->lock);
	job_log(fleet, job, "%s", err->message);
	/* What is not to be sent any more has secrets in it. */
	if (save_or_log(fleet, job)) {
		for (size_t i = 0; i < 2; i++)
			install_drop_payload(fleet, job, runs[i]);
	}
	bell_ring(fleet->bell);
}
