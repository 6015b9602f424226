#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/bell.h"
#include "api/journal.h"
#include "api/memory.h"
#include "provision/job.h"

/* Jobs and their records, without a droplet, an API or any thread of docloud's own. */

static char directory[] = "/tmp/docloud-unit.XXXXXX";

static int setup(void **state)
{
	(void)state;
	return mkdtemp(directory) != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	CLEANUP_FREE char *command = xasprintf("rm -rf %s", directory);

	(void)state;
	return system(command);
}

/* As fleet_create() makes it, of all that a record needs; what is on disk stays from one to the next. */
static struct fleet *fleet_make(void)
{
	struct fleet *fleet = xcalloc(1, sizeof *fleet);
	struct error err = {0};

	fleet->dir = xasprintf("%s/droplets", directory);
	fleet->bell = bell_create();
	fleet->components = components_create(NULL, 0, &err);
	fleet->queue_end = &fleet->queue;
	pthread_mutex_init(&fleet->lock, NULL);
	assert_int_equal(jobs_load(fleet, &err), 0);
	return fleet;
}

static void fleet_drop(struct fleet *fleet)
{
	while (fleet->active != NULL) {
		struct job *job = fleet->active;
		fleet->active = job->next_active;
		job_unref(fleet, job);
	}
	for (size_t i = 0; i < JOB_BUCKETS; i++) {
		for (struct job *job; (job = fleet->by_name[i]) != NULL; job_unref(fleet, job))
			fleet->by_name[i] = job->next_name;
		for (struct job *job; (job = fleet->by_id[i]) != NULL; job_unref(fleet, job))
			fleet->by_id[i] = job->next_id;
	}
	names_free(fleet->news);
	pthread_mutex_destroy(&fleet->lock);
	components_destroy(fleet->components);
	bell_destroy(fleet->bell);
	free(fleet->dir);
	free(fleet);
}

static void make_directory(struct fleet *fleet, struct job *job)
{
	CLEANUP_FREE char *dir = job_path(fleet, job, "");

	assert_int_equal(mkdir(dir, 0700), 0);
}

/* A job of a droplet, with its directory and in the table; the caller's reference. */
static struct job *job_make(struct fleet *fleet, const char *name, const char *id)
{
	struct job *job = job_new(fleet, name, id);

	make_directory(fleet, job);
	pthread_mutex_lock(&fleet->lock);
	job_insert(fleet, job);
	pthread_mutex_unlock(&fleet->lock);
	return job;
}

static int install(struct fleet *fleet, struct job *job, const char *text)
{
	struct stack *stack = NULL;
	struct error err = {0};

	assert_int_equal(stack_parse(fleet->components, text, false, NULL, NULL, &stack, &err), 0);
	return fleet_install(fleet, job->id, job->name, stack, &err);
}

struct failing {
	struct fleet *fleet;
	struct job *job;
};

static void *fail_main(void *argument)
{
	struct failing *failing = argument;
	struct error err = {0};

	error_set(&err, EHOSTDOWN, "off");
	job_fail(failing->fleet, failing->job, &err);
	return NULL;
}

/* The log is a pipe that nobody reads yet: so a stack comes while what ended the work before it is being written down. */
static void test_stack_at_the_end(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct job *job = job_make(fleet, "web", "1");
	CLEANUP_FREE char *log = job_path(fleet, job, "log");
	struct failing failing = {fleet, job};
	bool failed = false;
	pthread_t thread;

	assert_int_equal(mkfifo(log, 0600), 0);
	job->phase = JOB_STARTING;
	assert_int_equal(pthread_create(&thread, NULL, fail_main, &failing), 0);
	while (!failed) {
		usleep(1000);
		LOCKED(&fleet->lock);
		failed = job->error.code != 0;
	}
	assert_int_equal(install(fleet, job, "nginx"), 0);
	int fd = open(log, O_RDONLY | O_CLOEXEC);
	pthread_join(thread, NULL);
	close(fd);
	assert_non_null(job->next);
	assert_int_equal(job->phase, JOB_STARTING);
	assert_true(job->active);
	job_unref(fleet, job);
	fleet_drop(fleet);
}

/* A record of a create, as one that was killed leaves it. */
static void record_make(struct fleet *fleet, const char *key, int code, time_t changed)
{
	struct job *job = job_new(fleet, "twin", NULL);
	struct error err = {0};

	free(job->key);
	job->key = xstrdup(key);
	job->changed = changed;
	job->phase = JOB_CREATING;
	job->host_key = xstrdup(key);
	if (code != 0)
		error_set(&job->error, code, "it failed");
	make_directory(fleet, job);
	assert_int_equal(job_save(fleet, job, &err), 0);
	job_unref(fleet, job);
}

/* Killed while a create took the place of one that had failed, in whichever order the two are found. */
static void test_replaced(void **state)
{
	(void)state;
	static const char *const keys[] = {"aa", "bb", "cc", "dd"};

	for (size_t newest = 0; newest < 4; newest++) {
		struct fleet *fleet = fleet_make();
		size_t others = fleet->job_count;
		for (size_t i = 0; i < 4; i++)
			record_make(fleet, keys[i], i == newest ? 0 : EINVAL, 1000);
		fleet_drop(fleet);
		fleet = fleet_make();
		struct job *job = job_get(fleet, "twin");
		assert_int_equal(fleet->job_count, others + 1);
		assert_string_equal(job->host_key, keys[newest]);
		pthread_mutex_lock(&fleet->lock);
		job_remove(fleet, job);
		pthread_mutex_unlock(&fleet->lock);
		job_forget(fleet, job);
		job_unref(fleet, job);
		fleet_drop(fleet);
		for (size_t i = 0; i < 4; i++) {
			CLEANUP_FREE char *path = xasprintf("%s/droplets/%s", directory, keys[i]);
			assert_int_equal(access(path, F_OK), -1);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stack_at_the_end),
		cmocka_unit_test(test_replaced),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
