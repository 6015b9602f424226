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
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "api/bell.h"
#include "api/journal.h"
#include "api/memory.h"
#include "directory.h"
/* For what they have of their own: what a droplet tells would else take one. */
#include "provision/follow.c"  // NOLINT(bugprone-suspicious-include)
#include "provision/install.c" // NOLINT(bugprone-suspicious-include)
#include "provision_fleet.h"

/* Jobs and their records, without a droplet, an API or any thread of docloud's own. */

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

/* A task of a job whose present run is this one. */
static struct task task_make(struct fleet *fleet, struct job *job, const char *run)
{
	struct task task = {.fleet = fleet, .job = job};

	job->present = xcalloc(1, sizeof *job->present);
	job->present->stack = xstrdup("nginx");
	job->present->names = xcalloc(2, sizeof(char *));
	job->present->names[job->present->count++] = xstrdup("nginx");
	snprintf(job->present->run, sizeof job->present->run, "%s", run);
	snprintf(task.run, sizeof task.run, "%s", run);
	return task;
}

/* The droplet's journal goes on. */
static void tell(struct task *task, const char *lines)
{
	struct error err = {0};

	assert_int_equal(
		events_take(task->fleet, task->job, lines, strlen(lines), listen, task, &err), 0);
}

static void forget(struct task *task)
{
	struct fleet *fleet = task->fleet;

	pthread_mutex_lock(&fleet->lock);
	job_remove(fleet, task->job);
	pthread_mutex_unlock(&fleet->lock);
	job_forget(fleet, task->job);
	job_unref(fleet, task->job);
	fleet_drop(fleet);
}

static const char ours[] = "1.0 - run ours\n1.0 nginx state queued\n1.0 nginx state installing\n"
			   "2.0 nginx reason it broke\n2.0 nginx state failed\n2.0 - done 1\n";
static const char theirs[] = "3.0 - run theirs\n3.0 - stack php\n3.0 php state queued\n"
			     "4.0 php state installed\n4.0 - done 0\n";

static void expect_theirs(struct task *task)
{
	struct job_view view;

	assert_true(fleet_view(task->fleet, task->job->id, task->job->name, &view));
	assert_string_equal(view.stack, "php\n");
	assert_int_equal(view.count, 1);
	assert_string_equal(view.components[0].name, "php");
	assert_int_equal(view.components[0].state, COMPONENT_INSTALLED);
	job_view_finish(&view);
}

/* Another machine's run followed ours before we could look again: how ours ended is not forgotten for that. */
static void test_overtaken(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct task task = task_make(fleet, job_make(fleet, "web", "2"), "ours");
	struct error err = {0};

	tell(&task, ours);
	tell(&task, theirs);
	assert_true(finished(&task));
	assert_int_equal(end(&task, &err), -EIO);
	assert_non_null(strstr(err.message, "nginx failed: it broke"));
	expect_theirs(&task);
	forget(&task);
}

/* The same, told to a docloud that was not there. */
static void test_overtaken_before(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct task task = task_make(fleet, job_make(fleet, "web", "3"), "ours"), other = task;
	struct error err = {0};

	other.run[0] = '\0';
	tell(&other, ours);
	tell(&other, theirs);
	recall(&task);
	assert_true(finished(&task));
	assert_int_equal(end(&task, &err), -EIO);
	expect_theirs(&task);
	forget(&task);
}

/* Ours was given up; when its droplet is looked at again, another one came after it. */
static void test_given_up(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct task task = task_make(fleet, job_make(fleet, "web", "4"), "ours");

	task.job->present->sent = true;
	job_give_up(task.job);
	error_set(&task.job->error, EHOSTUNREACH, "no answer");
	tell(&task, ours);
	tell(&task, theirs);
	settle(&task);
	assert_int_equal(task.job->error.code, 0);
	expect_theirs(&task);
	forget(&task);
}

/* What another docloud installed failed: whoever takes it up from the droplet says so, too. */
static void test_failed_elsewhere(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct task task = {.fleet = fleet, .job = job_make(fleet, "web", "10")};

	settle(&task);
	assert_int_equal(task.job->error.code, 0);
	tell(&task, ours);
	settle(&task);
	assert_int_equal(task.job->error.code, EIO);
	assert_non_null(strstr(task.job->error.message, "nginx failed: it broke"));
	tell(&task, theirs);
	settle(&task);
	assert_int_equal(task.job->error.code, 0);
	forget(&task);
}

/* Ours ended well, and what is shown is the one that came after it, which failed; or ours was given up before that. */
static void test_overtaken_by_failure(void **state)
{
	(void)state;
	for (int given_up = 0; given_up < 2; given_up++) {
		struct fleet *fleet = fleet_make();
		struct task task = task_make(fleet, job_make(fleet, "web", "11"), "theirs");
		struct error err = {0};

		task.job->present->sent = true;
		if (given_up)
			job_give_up(task.job);
		tell(&task, theirs);
		tell(&task, ours);
		if (given_up) {
			settle(&task);
			err = task.job->error;
		} else {
			assert_int_equal(end(&task, &err), -EIO);
		}
		assert_null(task.job->present);
		assert_int_equal(err.code, EIO);
		assert_non_null(strstr(err.message, "nginx failed: it broke"));
		forget(&task);
	}
}

/* What the droplet never took came after what its journal tells of. */
static void test_never_sent(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct task task = task_make(fleet, job_make(fleet, "web", "5"), "ours");

	job_give_up(task.job);
	error_set(&task.job->error, EHOSTUNREACH, "no answer");
	tell(&task, theirs);
	settle(&task);
	assert_int_equal(task.job->error.code, EHOSTUNREACH);
	assert_non_null(task.job->present);
	forget(&task);
}

/* As long as the record is not written, it says that there is something to send. */
static void test_payload_last(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct task task = task_make(fleet, job_make(fleet, "web", "6"), "ours");
	CLEANUP_FREE char *record = job_path(fleet, task.job, "record.json");
	CLEANUP_FREE char *payload = job_path(fleet, task.job, "payload-ours");
	struct error err = {0};

	assert_int_equal(file_write(payload, 0600, "x", 1, &err), 0);
	tell(&task, ours);
	assert_int_equal(mkdir(record, 0700), 0);
	end(&task, &err);
	assert_int_equal(access(payload, F_OK), 0);
	assert_int_equal(rmdir(record), 0);
	end(&task, &err);
	assert_int_equal(access(payload, F_OK), -1);
	forget(&task);
}

/* The same where it ends before a worker has it: of the one under way, and of the one that waited for its end. */
static void test_payload_of_failed(void **state)
{
	(void)state;
	for (int broken = 0; broken < 2; broken++) {
		struct fleet *fleet = fleet_make();
		struct task task = task_make(fleet, job_make(fleet, "web", "12"), "ours");
		CLEANUP_FREE char *record = job_path(fleet, task.job, "record.json");
		CLEANUP_FREE char *first = job_path(fleet, task.job, "payload-ours");
		struct error err = {0};
		assert_int_equal(file_write(first, 0600, "x", 1, &err), 0);
		assert_int_equal(install(fleet, task.job, "nginx"), 0);
		CLEANUP_FREE char *file = xasprintf("payload-%s", task.job->next->run);
		CLEANUP_FREE char *second = job_path(fleet, task.job, file);
		if (broken)
			assert_int_equal(unlink(record) | mkdir(record, 0700), 0);
		error_set(&err, EHOSTDOWN, "off");
		job_fail(fleet, task.job, &err);
		assert_int_equal(access(first, F_OK), broken ? 0 : -1);
		assert_int_equal(access(second, F_OK), broken ? 0 : -1);
		forget(&task);
	}
}

/* A copy that has grown too long loses what was printed, and nothing else. */
static void test_compaction(void **state)
{
	(void)state;
	enum { LINE = 4000, LINES = 4400 };
	struct fleet *fleet = fleet_make();
	struct task task = task_make(fleet, job_make(fleet, "web", "7"), "ours");
	CLEANUP_FREE char *line = xasprintf("1.0 nginx log %0*d\n", LINE, 0);

	tell(&task, "1.0 - run ours\n1.0 nginx output where=the log is here\n");
	for (int i = 0; i < LINES; i++)
		tell(&task, line);
	tell(&task, "2.0 nginx reason no log of it\n");
	assert_true(task.job->events_base > 0);
	CLEANUP_FREE char *file = xasprintf("events.%lld", (long long)task.job->events_base);
	CLEANUP_FREE char *path = job_path(fleet, task.job, file);
	CLEANUP_FREE char *text = file_read(path, 32 << 20, NULL, NULL);
	assert_non_null(text);
	assert_non_null(strstr(text, "output where=the log is here\n"));
	assert_non_null(strstr(text, "reason no log of it\n"));
	assert_in_range(strlen(text), 1, LINE * LINES / 2);
	forget(&task);
}

/* No descriptor is left for a worker, and nothing else comes that would try again. */
static void test_worker_later(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct job *job = job_make(fleet, "web", "8");
	struct rlimit limit, none;

	clock_cond_init(&fleet->work);
	fleet->jobs = 1;
	fleet->workers = xcalloc(1, sizeof *fleet->workers);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 0;
	job->phase = JOB_STARTING;
	pthread_mutex_lock(&fleet->lock);
	setrlimit(RLIMIT_NOFILE, &none);
	workers_queue(fleet, job);
	assert_false(workers_retry(fleet));
	setrlimit(RLIMIT_NOFILE, &limit);
	assert_true(workers_retry(fleet));
	pthread_mutex_unlock(&fleet->lock);
	for (bool idle = false; !idle;) {
		usleep(1000);
		LOCKED(&fleet->lock);
		idle = job->phase == JOB_IDLE && !job->working;
	}
	workers_stop(fleet);
	job_unref(fleet, job);
	pthread_cond_destroy(&fleet->work);
	free(fleet->workers);
	fleet_drop(fleet);
}

/* A log that has reached its limit goes on as another one. */
static void test_long_log(void **state)
{
	(void)state;
	struct fleet *fleet = fleet_make();
	struct task task = task_make(fleet, job_make(fleet, "web", "9"), "ours");
	CLEANUP_FREE char *log = job_path(fleet, task.job, "log");
	struct stat st;
	char end[100];

	assert_int_equal(file_write(log, 0600, "", 0, NULL), 0);
	assert_int_equal(truncate(log, LOG_LIMIT - 10), 0);
	task.job->log_bytes = LOG_LIMIT - 10;
	job_log(fleet, task.job, "one more");
	job_log(fleet, task.job, "and another");
	assert_int_equal(stat(log, &st), 0);
	assert_int_equal(st.st_size, task.job->log_bytes);
	assert_in_range(st.st_size, 100, 200);
	ssize_t got = fleet_log_read(fleet, "9", NULL, end, sizeof end - 1, st.st_size - 12);
	assert_int_equal(got, 12);
	assert_memory_equal(end, "and another\n", 12);
	forget(&task);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stack_at_the_end),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_overtaken),
		cmocka_unit_test(test_overtaken_before),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_failed_elsewhere),
		cmocka_unit_test(test_overtaken_by_failure),
		cmocka_unit_test(test_never_sent),
		cmocka_unit_test(test_payload_last),
		cmocka_unit_test(test_payload_of_failed),
		cmocka_unit_test(test_compaction),
		cmocka_unit_test(test_worker_later),
		cmocka_unit_test(test_long_log),
	};

	return cmocka_run_group_tests(tests, directory_setup, directory_teardown);
}
