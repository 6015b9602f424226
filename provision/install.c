#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/crash.h"
#include "api/memory.h"
#include "file.h"
#include "job.h"

/*
 * One run, from the connection to its last line. Every step can be repeated: a payload that arrives
 * twice runs again and passes over what is installed, the journal is read on from what we have of
 * it. So a lost connection means only to connect again, until the components' deadlines and some
 * slack are used up, or the port did not answer for as long as the option says.
 */
enum {
	PORT_SECONDS = 300,
	ADOPT_SECONDS = 15, /* for a look only */
	SEND_SECONDS = 120,
	SLACK_SECONDS = 600,
	OTHERS_SECONDS = 6 * 3600, /* for a run that another docloud started */
	PAYLOAD_MAX = 32 << 20,
	SENDS_MOST = 3,
	BUSY = 75, /* exit status of `start`: a run is under way */
	RETRY_FIRST_MS = 200,
	RETRY_MOST_MS = 5000,
};

static bool is_lost(int code)
{
	return code == EPIPE || code == EHOSTUNREACH || code == ECANCELED;
}

static void set_sent(struct task *task, bool sent)
{
	LOCKED(&task->fleet->lock);
	task->job->present->sent = sent;
}

static int send_payload(struct task *task, struct error *err)
{
	struct fleet *fleet = task->fleet;
	struct error why = {0};
	size_t length = 0;
	CLEANUP_FREE char *file = xasprintf("payload-%s", task->run);
	CLEANUP_FREE char *path = job_path(fleet, task->job, file);
	CLEANUP_FREE char *payload = file_read(path, PAYLOAD_MAX, &length, err);

	if (payload == NULL)
		return -EIO;
	job_stage(fleet, task->job, "sending the stack");
	int r = reach_run(task, "exec sh -s", payload, length, NULL, NULL,
		stage_deadline(fleet, SEND_SECONDS), &why);
	if (r < 0)
		return error_move(err, &why);
	if (r == BUSY) {
		job_log(fleet, task->job,
			"another install is under way on the droplet; this one comes after it");
		return BUSY;
	}
	if (r > 0)
		return error_set(err, EIO, "the install could not be started: %s", why.message);
	set_sent(task, true);
	r = job_save(fleet, task->job, err);
	crash_point("job:sent");
	return r;
}

static bool finished(struct task *task)
{
	LOCKED(&task->fleet->lock);
	return task->finished;
}

static bool seen(struct task *task)
{
	LOCKED(&task->fleet->lock);
	return task->seen;
}

static bool sent(struct task *task)
{
	LOCKED(&task->fleet->lock);
	return task->job->present->sent;
}

/* What the journal told before this docloud was started counts as if it came now. */
static void recall(struct task *task)
{
	LOCKED(&task->fleet->lock);
	const struct fold *fold = &task->job->fold;
	const struct fold_run *run = fold_find_run(fold, task->run);
	if (run == NULL)
		return;
	bool last = strcmp(fold->run, task->run) == 0;
	task->seen = true;
	task->job->present->sent = true;
	if (task->finished || (last && !fold->done))
		return;
	task->finished = true;
	if (last)
		follow_summarise(fold, &task->ending);
	else if (run->missing != 0)
		error_set(&task->ending, EIO,
			"not all of it was installed, before another install came: see log, and "
			"write stack "
			"again to retry");
}

/* Sent but not in the journal: the droplet was built anew, and with it the journal. */
static int not_there(struct task *task, unsigned *sends, struct error *err)
{
	int r = events_reset(task->fleet, task->job, err);

	if (r == 0 && *sends >= SENDS_MOST)
		return error_set(err, EIO,
			"the droplet took the stack %u times, and its journal does not know of it",
			*sends);
	set_sent(task, false);
	return r;
}

static int follow_others(struct task *task, struct error *err)
{

	job_stage(task->fleet, task->job, "waiting for another install on this droplet");
	int r = follow_run(task, false, clock_ms() + OTHERS_SECONDS * INT64_C(1000), err);
	recall(task); /* it may be ours after all */
	return r;
}

/*
 * What is already on its way is only followed: nothing has to be ready for that. A docloud that was
 * started again may not know how far the last one got.
 */
static int attach(struct task *task, unsigned sends, struct error *err)
{
	int r = 0;

	if (sends == 0 && (sent(task) || task->job->loaded) && !seen(task)) {
		r = follow_run(task, true, stage_deadline(task->fleet, SEND_SECONDS), err);
		recall(task);
	}
	if (r == 0 && !seen(task))
		r = reach_ready(task, err);
	return r != 0 ? r : reach_rotate(task, err);
}

struct tries {
	unsigned sends;
	int64_t deadline; /* of what is under way; before the droplet took it, of all that comes before */
	int64_t others; /* for whoever else installs there */
	int64_t pause;
};

static struct tries tries_begin(const struct task *task)
{
	enum { STAGES = 4 };
	const struct fleet *fleet = task->fleet;
	int64_t now = clock_ms();
	int64_t seconds = fleet->stage_seconds != 0
				  ? INT64_C(1) * fleet->stage_seconds * STAGES
				  : PORT_SECONDS + CLOUD_INIT_SECONDS + PACKAGES_SECONDS;

	return (struct tries){.deadline = now + (seconds + SLACK_SECONDS) * 1000,
		.others = now + OTHERS_SECONDS * INT64_C(1000),
		.pause = RETRY_FIRST_MS};
}

static int64_t run_deadline(const struct task *task)
{
	return clock_ms() + (task->job->present->deadline + SLACK_SECONDS) * INT64_C(1000);
}

static void take_breath(struct task *task, struct tries *tries)
{
	task_sleep(task, tries->pause);
	tries->pause = tries->pause * 2 < RETRY_MOST_MS ? tries->pause * 2 : RETRY_MOST_MS;
}

/* One pass with a connection. 0 when the run is over, BUSY to go round again. */
static int pass(struct task *task, struct tries *tries, struct error *err)
{
	int r = attach(task, tries->sends, err);

	if (r != 0)
		return err->code != 0 ? -err->code : r;
	job_phase_set(task->fleet, task->job, JOB_INSTALLING);
	if (!sent(task)) {
		tries->sends++;
		r = send_payload(task, err);
		if (r == BUSY) {
			tries->sends--;
			tries->deadline = tries->others;
			r = follow_others(task, err);
			return finished(task) ? 0 : r != 0 ? r : BUSY;
		}
		if (r == 0)
			tries->deadline = run_deadline(task);
	}
	if (r == 0 && !finished(task))
		r = follow_run(task, false, tries->deadline, err);
	if (finished(task)) /* whatever became of following one that came after it */
		return 0;
	if (r != 0)
		return r;
	if (seen(task))
		return error_set(err, EIO,
			"the droplet's journal breaks off: see whether its disk is full, then "
			"write stack again");
	r = not_there(task, &tries->sends, err);
	return r != 0 ? r : BUSY;
}

static bool is_waiting(const char *stage)
{
	static const char *const own[] = {"login", "host key", NULL};

	for (size_t i = 0; own[i] != NULL; i++) {
		if (strcmp(own[i], stage) == 0)
			return false;
	}
	return true;
}

static void log_total(struct task *task)
{
	struct job *job = task->job;
	CLEANUP_TEXT struct text text = {0};
	int64_t waited = 0;

	pthread_mutex_lock(&task->fleet->lock);
	int64_t total = clock_ms() - job->began;
	for (size_t i = 0; i < job->time_count; i++) {
		text_print(&text, "%s%s %.1f", i > 0 ? ", " : "", job->times[i].name,
			(double)job->times[i].ms / 1000);
		if (is_waiting(job->times[i].name))
			waited += job->times[i].ms;
	}
	free(job->times);
	job->times = NULL;
	job->time_count = 0;
	pthread_mutex_unlock(&task->fleet->lock);
	job_log(task->fleet, job, "total %.1f s: %s; docloud's own part %.1f s",
		(double)total / 1000, text.data != NULL ? text.data : "",
		(double)(total > waited ? total - waited : 0) / 1000);
}

void install_drop_payload(struct fleet *fleet, const struct job *job, const char *run)
{
	CLEANUP_FREE char *file = xasprintf("payload-%s", run);
	CLEANUP_FREE char *path = job_path(fleet, job, file);

	file_remove(path, NULL);
}

/* A record that says that there is something to send must find it. */
void install_ended(struct task *task)
{
	if (job_save(task->fleet, task->job, NULL) == 0)
		install_drop_payload(task->fleet, task->job, task->run);
}

/* Another docloud's install came after ours: that one is what there is to see, once it has ended. Under lock. */
static void give_way(struct job *job)
{
	install_free(job->present);
	job->present = NULL;
	job->adopted = job->adopted || !job->fold.done;
}

static int end(struct task *task, struct error *err)
{
	struct fleet *fleet = task->fleet;

	crash_point("job:installed");
	events_sync(task->job);
	pthread_mutex_lock(&fleet->lock);
	task->job->present->done = true;
	if (task->ending.code != 0)
		error_set(err, task->ending.code, "%s", task->ending.message);
	if (strcmp(task->job->fold.run, task->run) != 0) {
		give_way(task->job);
		if (err->code == 0 && task->job->fold.done)
			follow_summarise(&task->job->fold, err);
	}
	pthread_mutex_unlock(&fleet->lock);
	log_total(task);
	install_ended(task);
	return err->code != 0 ? -err->code : 0;
}

/* A droplet that says to be busy is not asked again without a pause, nor for ever. */
static int wait_turn(struct task *task, struct tries *tries, struct error *err)
{
	if (clock_ms() > tries->others)
		return error_set(err, ETIMEDOUT,
			"another install on the droplet does not end: log in and look, then write "
			"stack again");
	take_breath(task, tries);
	return 0;
}

/* After a lost connection: 0 to connect again. */
static int lost(struct task *task, struct tries *tries, const struct error *why, struct error *err)
{
	task_close(task);
	int r = task_check(task, err);
	if (r != 0)
		return r;
	if (clock_ms() > tries->deadline)
		return error_move(err, why);
	job_log(task->fleet, task->job, "%s; connecting again", why->message);
	take_breath(task, tries);
	return 0;
}

int install_run(struct task *task, struct error *err)
{
	struct tries tries = tries_begin(task);

	recall(task);
	if (sent(task))
		tries.deadline = run_deadline(task);
	while (!finished(task)) {
		struct error why = {0};
		int r = task_check(task, err);
		if (r == 0 && task->ssh == NULL)
			r = reach_connect(task,
				sent(task) && task->fleet->stage_seconds == 0
					? tries.deadline
					: stage_deadline(task->fleet, PORT_SECONDS),
				err);
		if (r != 0)
			return r;
		r = pass(task, &tries, &why);
		if (r == 0)
			break;
		if (r == BUSY)
			r = wait_turn(task, &tries, err);
		else if (is_lost(why.code))
			r = lost(task, &tries, &why, err);
		else
			r = error_set(err, why.code != 0 ? why.code : EIO, "%s", why.message);
		if (r != 0)
			return r;
	}
	return end(task, err);
}

/*
 * The droplet's journal has told all there is: that counts, and not why nobody could look, be the last run one that was
 * given up here or another docloud's.
 */
static void settle(struct task *task)
{
	struct job *job = task->job;

	LOCKED(&task->fleet->lock);
	const struct install *present = job->present;
	if (!job->fold.done && (present != NULL || job->fold.run[0] != '\0'))
		return;
	if (present != NULL && !present->done)
		return;
	if (present != NULL && strcmp(job->fold.run, present->run) != 0) {
		if (!present->sent || job->fold.run[0] == '\0')
			return; /* the droplet never had it */
		give_way(job);
	}
	job->error = (struct error){0};
	if (job->fold.done)
		follow_summarise(&job->fold, &job->error);
}

int install_adopt(struct task *task, struct error *err)
{
	pthread_mutex_lock(&task->fleet->lock);
	bool rebuilt = task->job->made && !task->job->rotated;
	pthread_mutex_unlock(&task->fleet->lock);
	int r = reach_connect(
		task, stage_deadline(task->fleet, rebuilt ? PORT_SECONDS : ADOPT_SECONDS), err);

	if (r == 0 && rebuilt)
		r = reach_ready(task, err);
	if (r == 0 && rebuilt)
		r = reach_rotate(task, err);
	if (r == 0)
		r = follow_run(task, true, stage_deadline(task->fleet, SEND_SECONDS), err);
	if (r != 0)
		return r;
	pthread_mutex_lock(&task->fleet->lock);
	bool active = task->job->fold.run[0] != '\0' && !task->job->fold.done;
	pthread_mutex_unlock(&task->fleet->lock);
	if (active)
		r = follow_run(task, false, clock_ms() + OTHERS_SECONDS * INT64_C(1000), err);
	if (r == 0)
		settle(task);
	return r;
}
