#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "api/bell.h"
#include "api/memory.h"
#include "job.h"

/*
 * The threads that talk to droplets: started when there is work, ended when there has been none for
 * a while.
 */

static void poke(int fd)
{
	uint64_t one = 1;

	if (fd >= 0 && write(fd, &one, sizeof one) < 0)
		return; /* it is readable already */
}

void workers_wake(struct fleet *fleet, struct job *job)
{
	(void)fleet;
	poke(job->wake_fd);
}

/*
 * The next stack becomes the present one. False when there is nothing to install. again: on the
 * same connection.
 */
static bool begin_install(struct task *task, bool again)
{
	struct fleet *fleet = task->fleet;
	struct job *job = task->job;

	if (rebuild_look(fleet, job) != REBUILD_NONE)
		return false; /* it comes after that */
	pthread_mutex_lock(&fleet->lock);
	if (job->next != NULL && (job->present == NULL || job->present->done)) {
		install_free(job->present);
		job->present = job->next;
		job->next = NULL;
	}
	bool due = job->present != NULL && !job->present->done;
	if (due) {
		snprintf(task->run, sizeof task->run, "%s", job->present->run);
		job->error = (struct error){0};
		task->seen = task->finished = false;
		task->ending = (struct error){0};
		if (again)
			job->began = clock_ms();
	}
	pthread_mutex_unlock(&fleet->lock);
	return due;
}

static void install_failed(struct task *task, const struct error *err)
{
	pthread_mutex_lock(&task->fleet->lock);
	job_give_up(task->job);
	task->job->error = *err;
	pthread_mutex_unlock(&task->fleet->lock);
	install_ended(task);
	job_log(task->fleet, task->job, "%s", err->message);
}

/* An sshd shuts out who is refused too often. Under lock. */
static void back_off(struct job *job)
{
	if (job->refusals < ADOPT_DOUBLINGS)
		job->refusals++;
	job->adopt_after = clock_ms() + ((int64_t)ADOPT_AGAIN_MS << job->refusals);
}

static void adopt(struct task *task)
{
	struct error err = {0};
	int r = install_adopt(task, &err);

	pthread_mutex_lock(&task->fleet->lock);
	if (r == -EACCES)
		back_off(task->job);
	else
		task->job->refusals = 0;
	free(task->job->trouble);
	task->job->trouble = r != 0 ? xstrdup(err.message) : NULL;
	task->job->adopted = r != 0 || task->job->rebuilding; /* still to be done */
	pthread_mutex_unlock(&task->fleet->lock);
	if (r != 0 && r != -ECANCELED)
		job_log(task->fleet, task->job, "its state could not be fetched: %s", err.message);
}

/* Everything a job wants; ends in JOB_IDLE, or in the middle when docloud is being stopped. */
static void serve(struct task *task)
{
	struct error err = {0};

	enum rebuild rebuild = rebuild_look(task->fleet, task->job);
	if (rebuild == REBUILD_WAITS)
		return; /* to the dispatcher, which waits */
	if (rebuild == REBUILD_OVER && rebuild_forget(task, &err) != 0)
		job_log(task->fleet, task->job, "%s", err.message);
	pthread_mutex_lock(&task->fleet->lock);
	bool adopting = task->job->adopted;
	pthread_mutex_unlock(&task->fleet->lock);
	if (adopting)
		adopt(task);
	for (bool again = false; begin_install(task, again); again = true) {
		job_phase_set(task->fleet, task->job, JOB_REACHING);
		err = (struct error){0};
		int r = install_run(task, &err);
		if (r == -ECANCELED && task_check(task, NULL) == -ECANCELED)
			return;
		if (r != 0)
			install_failed(task, &err);
		else
			job_log(task->fleet, task->job, "everything is installed");
	}
	pthread_mutex_lock(&task->fleet->lock);
	bool rests = task->job->next == NULL && !task->job->rebuilding;
	pthread_mutex_unlock(&task->fleet->lock);
	if (rests)
		job_phase_set(task->fleet, task->job, JOB_IDLE);
}

static void work_on(struct fleet *fleet, struct worker *worker, struct job *job)
{
	struct task task = {.fleet = fleet, .job = job, .wake_fd = worker->wake_fd};
	uint64_t count;

	/* What was left of the last one's wakes. */
	while (read(worker->wake_fd, &count, sizeof count) < 0 && errno == EINTR)
		;
	serve(&task);
	task_close(&task);
	events_close(job); /* of thousands of droplets at rest, none keeps a descriptor */
	/* Whichever way it ended: one that could not be reached would be polled until the unmount. */
	job_watch(fleet, job, false);
	pthread_mutex_lock(&fleet->lock);
	job->working = false;
	job->wake_fd = -1;
	worker->job = NULL;
	/* What came while the last step was ending. */
	bool more = !fleet->stopping && !job->gone && (job->next != NULL || job->rebuilding);
	if (more) {
		job->phase = JOB_STARTING; /* at once: one at rest would be left alone */
		job_activate(fleet, job);
	}
	pthread_mutex_unlock(&fleet->lock);
	if (more)
		job_phase_set(fleet, job, JOB_STARTING);
	job_unref(fleet, job);
	bell_ring(fleet->bell);
}

/* Under lock. NULL when it is time to end. */
static struct job *wait_for_work(struct fleet *fleet)
{
	struct timespec until = clock_timespec(clock_ms() + WORKER_IDLE_MS);

	fleet->idle_workers++;
	while (fleet->queue == NULL && !fleet->stopping) {
		if (pthread_cond_timedwait(&fleet->work, &fleet->lock, &until) == ETIMEDOUT)
			break;
	}
	fleet->idle_workers--;
	struct job *job = fleet->stopping ? NULL : fleet->queue;
	if (job != NULL) {
		fleet->queue = job->next_queued;
		if (fleet->queue == NULL)
			fleet->queue_end = &fleet->queue;
		job->queued = false;
		job->working = true;
	}
	return job;
}

static void *worker_main(void *argument)
{
	struct worker *worker = argument;
	struct fleet *fleet = worker->fleet;

	for (;;) {
		pthread_mutex_lock(&fleet->lock);
		struct job *job = wait_for_work(fleet);
		worker->job = job;
		worker->ended = job == NULL;
		if (job != NULL)
			job->wake_fd = worker->wake_fd;
		pthread_mutex_unlock(&fleet->lock);
		if (job == NULL)
			return NULL;
		work_on(fleet, worker, job);
	}
}

/* Under lock. One that has ended is joined here: it only had to leave the lock. False where the machine lets none start. */
static bool start_worker(struct fleet *fleet)
{
	pthread_attr_t attributes;

	for (unsigned i = 0; i < fleet->jobs; i++) {
		struct worker *worker = &fleet->workers[i];
		if (worker->running && !worker->ended)
			continue;
		if (worker->running)
			pthread_join(worker->thread, NULL);
		if (!worker->running)
			worker->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		worker->running = worker->ended = false;
		worker->fleet = fleet;
		if (worker->wake_fd < 0)
			return false;
		pthread_attr_init(&attributes);
		pthread_attr_setstacksize(&attributes, WORKER_STACK);
		worker->running = pthread_create(
					  &worker->thread, &attributes, worker_main, worker) == 0;
		pthread_attr_destroy(&attributes);
		if (!worker->running)
			close(worker->wake_fd);
		return worker->running;
	}
	return true;
}

bool workers_retry(struct fleet *fleet)
{
	if (fleet->queue == NULL || fleet->stopping)
		return true;
	for (unsigned i = 0; i < fleet->jobs; i++) {
		if (fleet->workers[i].running && !fleet->workers[i].ended)
			return true; /* it comes to it */
	}
	return start_worker(fleet);
}

void workers_queue(struct fleet *fleet, struct job *job)
{
	unsigned waiting = 0;

	if (job->queued || job->working || fleet->stopping)
		return;
	/* Who only looks (adopts) stands behind all who work. */
	struct job **at = fleet->queue_end;
	if (job_has_work(job))
		for (at = &fleet->queue; *at != NULL && job_has_work(*at);)
			at = &(*at)->next_queued;
	job->queued = true;
	job->next_queued = *at;
	*at = job_ref(job);
	if (fleet->queue_end == at)
		fleet->queue_end = &job->next_queued;
	for (struct job *queued = fleet->queue; queued != NULL; queued = queued->next_queued)
		waiting++;
	if (waiting > fleet->idle_workers)
		start_worker(fleet);
	pthread_cond_signal(&fleet->work);
}

void workers_stop(struct fleet *fleet)
{
	pthread_mutex_lock(&fleet->lock);
	fleet->stopping = true;
	pthread_cond_broadcast(&fleet->work);
	for (unsigned i = 0; i < fleet->jobs; i++) {
		if (fleet->workers[i].running)
			poke(fleet->workers[i].wake_fd);
	}
	pthread_mutex_unlock(&fleet->lock);
	for (unsigned i = 0; i < fleet->jobs; i++) {
		if (!fleet->workers[i].running)
			continue;
		pthread_join(fleet->workers[i].thread, NULL);
		close(fleet->workers[i].wake_fd);
	}
	while (fleet->queue != NULL) {
		struct job *job = fleet->queue;
		fleet->queue = job->next_queued;
		job_unref(fleet, job);
	}
}
