#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/bell.h"
#include "api/memory.h"
#include "job.h"

/*
 * The dispatcher looks after the jobs that wait for the API, so that none of them needs a thread:
 * each ring of the bell, it asks of every active one whether it can go on. It also sees for the
 * workers whether a droplet was destroyed or powered off under them, and wakes them.
 */
enum {
	ACTIVE_SECONDS = 600,
	RETRY_MS = 1000,
	ADDRESS_SECONDS = 30, /* an active one may be listed without its address at first */
	ABSENT_MS =
		30000, /* one that was never seen may be missing from the inventory for so long */
};

static const char *public_address(const struct json *droplet, const char *family)
{
	for (const struct json *network = json_first(json_get(droplet, family)); network != NULL;
		network = json_next(network)) {
		const char *type = json_get_string(network, "type");
		if (type != NULL && strcmp(type, "public") == 0)
			return json_get_string(network, "ip_address");
	}
	return NULL;
}

static enum droplet_seen read_droplet(const struct object *object, char *address, size_t size)
{
	CLEANUP_JSON struct json *droplet = json_parse(object->text, object->length, NULL);
	const char *status = json_get_string(droplet, "status");
	const char *found = public_address(droplet, "networks/v4");

	if (found == NULL)
		found = public_address(droplet, "networks/v6");
	snprintf(address, size, "%s", found != NULL ? found : "");
	if (status == NULL || strcmp(status, "new") == 0)
		return DROPLET_NEW;
	if (strcmp(status, "active") == 0)
		return found != NULL ? DROPLET_ACTIVE : DROPLET_PRIVATE;
	return DROPLET_OFF;
}

/* Objects are immutable and held, so the same pointer says the same: most looks cost no parsing. */
static enum droplet_seen look_at(
	struct fleet *fleet, struct job *job, struct object *object, char *address, size_t size)
{
	char found[64];

	pthread_mutex_lock(&fleet->lock);
	bool same = job->object == object;
	pthread_mutex_unlock(&fleet->lock);
	enum droplet_seen look = same ? DROPLET_UNKNOWN : read_droplet(object, found, sizeof found);
	LOCKED(&fleet->lock);
	if (!same) {
		object_unref(job->object);
		job->object = object_ref(object);
		job->look = look;
		memcpy(job->look_address, found, sizeof found);
		job->seen = true;
	}
	if (address != NULL)
		snprintf(address, size, "%s", job->look_address);
	return job->look;
}

enum droplet_seen droplet_look(struct fleet *fleet, struct job *job, char *address, size_t size)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	char id[64];

	pthread_mutex_lock(&fleet->lock);
	snprintf(id, sizeof id, "%s", job->id != NULL ? job->id : "");
	bool seen = job->seen;
	int64_t began = job->began;
	pthread_mutex_unlock(&fleet->lock);
	/* Asked for only when there is no listing at all, as after a start that nobody looks at. */
	if (cache_peek(fleet->cache, fleet->droplets, &snapshot) != 0 &&
		cache_get(fleet->cache, fleet->droplets, &snapshot, NULL) != 0)
		return DROPLET_UNKNOWN;
	/* Of a listing that an earlier mount left nothing follows. */
	if (snapshot->remembered)
		return DROPLET_UNKNOWN;
	struct object *object = snapshot_by_id(snapshot, id);
	if (object == NULL)
		return seen || clock_ms() - began > ABSENT_MS ? DROPLET_GONE : DROPLET_UNKNOWN;
	return look_at(fleet, job, object, address, size);
}

void job_watch(struct fleet *fleet, struct job *job, bool on)
{
	char id[64] = "";

	pthread_mutex_lock(&fleet->lock);
	if (job->id != NULL && job->watched != on) {
		job->watched = on;
		snprintf(id, sizeof id, "%s", job->id);
	}
	pthread_mutex_unlock(&fleet->lock);
	if (id[0] == '\0')
		return;
	if (on)
		cache_watch(fleet->cache, fleet->droplets, id);
	else
		cache_unwatch(fleet->cache, fleet->droplets, id);
}

/* Under lock. To one that installs itself, no session before somebody looks. */
static bool has_task(const struct job *job)
{
	return job->rebuilding ||
	       (job_has_work(job) && (job->looked_at || !job_installs_itself(job)));
}

/* Under lock. */
static bool is_due(const struct job *job)
{
	return job->adopted || has_task(job);
}

static void come_to_rest(
	struct fleet *fleet, struct job *job, bool (*wants_more)(const struct job *))
{
	job_watch(fleet, job, false);
	job_phase_set(fleet, job, JOB_IDLE);
	/* A stack that was written meanwhile found it still starting, and left it to that. */
	pthread_mutex_lock(&fleet->lock);
	bool again = wants_more(job) && job_start_again(fleet, job);
	pthread_mutex_unlock(&fleet->lock);
	if (again)
		bell_ring(fleet->bell);
}

/* Where there was only to be looked, nothing has failed: the look stays to be made (fleet_adopt). */
static void fail(struct fleet *fleet, struct job *job, int code, const char *sentence)
{
	struct error err = {0};

	pthread_mutex_lock(&fleet->lock);
	bool looks = job->adopted && !job_has_work(job) && !job->rebuilding;
	pthread_mutex_unlock(&fleet->lock);
	if (looks) {
		come_to_rest(fleet, job, has_task);
		return;
	}
	error_set(&err, code, "%s", sentence);
	job_watch(fleet, job, false);
	job_fail(fleet, job, &err);
}

static void is_active(struct fleet *fleet, struct job *job, const char *address)
{
	pthread_mutex_lock(&fleet->lock);
	snprintf(job->address, sizeof job->address, "%s", address);
	bool due = is_due(job);
	bool staged = job->stage[0] != '\0';
	pthread_mutex_unlock(&fleet->lock);
	if (staged)
		job_stage_end(fleet, job, "active");
	if (!due) {
		come_to_rest(fleet, job, is_due);
		return;
	}
	job_stage(fleet, job, "waiting for a worker");
	LOCKED(&fleet->lock);
	workers_queue(fleet, job);
}

/* As long as the API has not answered once, the droplet's time to become active does not run. */
static bool is_listed(struct fleet *fleet)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;

	return cache_peek(fleet->cache, fleet->droplets, &snapshot) == 0 && !snapshot->remembered;
}

static int64_t become_active(struct fleet *fleet, struct job *job)
{
	job_stage(fleet, job, "waiting for the droplet to become active");
	pthread_mutex_lock(&fleet->lock);
	int64_t seconds = fleet->stage_seconds != 0 ? fleet->stage_seconds : ACTIVE_SECONDS;
	int64_t deadline = job->stage_began + seconds * 1000;
	pthread_mutex_unlock(&fleet->lock);
	if (clock_ms() < deadline)
		return deadline;
	fail(fleet, job, ETIMEDOUT,
		"the droplet did not become active in time: look at it in the control panel, then "
		"write stack again");
	return 0;
}

/* One that has no public address is well, where nothing is to be installed by SSH. */
static int64_t get_address(struct fleet *fleet, struct job *job)
{
	int64_t seconds = ADDRESS_SECONDS;

	job_stage(fleet, job, "waiting for the droplet's public address");
	pthread_mutex_lock(&fleet->lock);
	if (fleet->stage_seconds != 0 && fleet->stage_seconds < seconds)
		seconds = fleet->stage_seconds;
	int64_t deadline = job->stage_began + seconds * 1000;
	bool over = clock_ms() >= deadline;
	if (over)
		job->looked_at = false;
	bool due = has_task(job);
	if (over && !due && (job->adopted || job_has_work(job))) {
		free(job->trouble);
		job->trouble = xstrdup(
			"the droplet has no public address, and docloud reaches it by no other");
	}
	pthread_mutex_unlock(&fleet->lock);
	if (!over)
		return deadline;
	if (due)
		fail(fleet, job, ENETUNREACH,
			"the droplet has no public address, and docloud reaches it by no other: "
			"make a new one without `public_networking = false` in its spec, or with "
			"`delivery = cloud-init`, for its stack");
	else
		come_to_rest(fleet, job, has_task);
	return 0;
}

static int64_t start_step(struct fleet *fleet, struct job *job)
{
	char address[64];

	job_watch(fleet, job, true);
	if (rebuild_look(fleet, job) == REBUILD_WAITS) {
		job_stage(fleet, job, REBUILD_STAGE);
		return 0;
	}
	switch (droplet_look(fleet, job, address, sizeof address)) {
	case DROPLET_ACTIVE:
		is_active(fleet, job, address);
		return 0;
	case DROPLET_PRIVATE:
		return get_address(fleet, job);
	case DROPLET_GONE:
		fail(fleet, job, ENOENT, "the droplet was destroyed");
		return 0;
	case DROPLET_OFF:
		fail(fleet, job, EHOSTDOWN,
			"the droplet is powered off: `echo on > power; sync power`, then write "
			"stack again");
		return 0;
	case DROPLET_UNKNOWN:
		if (is_listed(fleet))
			return become_active(fleet, job);
		job_stage(fleet, job, "waiting for the API");
		return 0;
	default:
		return become_active(fleet, job);
	}
}

/* Returns when it wants to be looked at again even if the bell is silent; 0: never. */
static int64_t step(struct fleet *fleet, struct job *job)
{
	pthread_mutex_lock(&fleet->lock);
	enum job_phase phase = job->phase;
	bool served = job->queued || job->working, gone = job->gone;
	pthread_mutex_unlock(&fleet->lock);
	if (gone)
		return 0;
	if (served) {
		enum droplet_seen seen = droplet_look(fleet, job, NULL, 0);
		LOCKED(&fleet->lock);
		if (seen == DROPLET_GONE || seen == DROPLET_OFF)
			workers_wake(fleet, job);
		return 0;
	}
	if (phase == JOB_CREATING)
		return birth_step(fleet, job);
	return phase == JOB_STARTING ? start_step(fleet, job) : 0;
}

/* Under lock. */
static bool rests(const struct job *job)
{
	return !job->queued && !job->working &&
	       (job->gone || job->phase == JOB_IDLE || job->phase == JOB_FAILED);
}

/* Each active job once; those that have come to rest leave the list. */
static int64_t step_all(struct fleet *fleet)
{
	int64_t next = 0;

	pthread_mutex_lock(&fleet->lock);
	struct job *list = fleet->active;
	fleet->active = NULL;
	pthread_mutex_unlock(&fleet->lock);
	for (struct job *job = list, *after; job != NULL; job = after) {
		int64_t again = step(fleet, job);
		if (again != 0 && (next == 0 || again < next))
			next = again;
		pthread_mutex_lock(&fleet->lock);
		/* Until here it counts as active, so that nobody links it into the other list while this one is walked. */
		after = job->next_active;
		job->active = false;
		if (!rests(job))
			job_activate(fleet, job);
		bool gone = job->gone;
		pthread_mutex_unlock(&fleet->lock);
		if (gone)
			job_watch(fleet, job, false);
		job_unref(fleet, job);
	}
	LOCKED(&fleet->lock);
	int64_t retry = workers_retry(fleet) ? 0 : clock_ms() + RETRY_MS;
	return retry != 0 && (next == 0 || retry < next) ? retry : next;
}

void *dispatcher_main(void *argument)
{
	struct fleet *fleet = argument;
	uint64_t seen = 0;

	for (;;) {
		int64_t next = step_all(fleet);
		sweep_gone(fleet);
		pthread_mutex_lock(&fleet->lock);
		bool stopping = fleet->stopping;
		pthread_mutex_unlock(&fleet->lock);
		if (stopping || !bell_wait(fleet->bell, &seen, next))
			return NULL;
	}
}
