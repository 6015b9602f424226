#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/bell.h"
#include "api/crash.h"
#include "api/memory.h"
#include "job.h"

/*
 * A droplet whose disk is made anew, from an image or a backup. Its user data stays, and with it the host key that it was
 * born with; a backup has the key of its time. So both count, until the first connection: then it is given a new one
 * of its own, as at its birth (rotate.c), and its journal says what is installed on it now.
 *
 *	announced	record: `rebuilding`			waits for the change to be submitted
 *	submitted						waits for the change to end, also after a start
 *	forgotten	record: both keys, to be adopted	connects, rotates, reads the journal
 *
 * An install that is under way goes on until the change has ended: it may be refused.
 */
void fleet_rebuild(struct fleet *fleet, const char *id, int64_t ticket)
{
	struct job *job = job_get(fleet, id);
	struct error err = {0};

	if (job == NULL)
		return;
	if (ticket >= 0)
		crash_point("job:rebuilds");
	pthread_mutex_lock(&fleet->lock);
	bool known = job->made || job->host_key != NULL;
	/* One that was submitted before is not taken back because another one was not. */
	if (ticket < 0 && job->rebuilding && job->rebuild != FLEET_REBUILD_COMES)
		known = false;
	if (known) {
		job->rebuilding = ticket != FLEET_REBUILD_NONE;
		job->rebuild = ticket;
	}
	if (known && ticket >= 0 && job_start_again(fleet, job))
		snprintf(job->stage, sizeof job->stage, REBUILD_STAGE);
	pthread_mutex_unlock(&fleet->lock);
	if (known && job_save(fleet, job, &err) != 0)
		job_log(fleet, job, "its record could not be written: %s", err.message);
	job_unref(fleet, job);
	bell_ring(fleet->bell);
}

/* Did the API say no? A change that failed otherwise may have been done all the same. */
static bool is_refused(struct fleet *fleet, int64_t ticket)
{
	static const int refusals[] = {EINVAL, EPERM, EACCES, EBUSY, ENOENT, EAGAIN};
	struct change_state state;

	if (ticket == 0 || !change_get(fleet->changes, ticket, &state) ||
		state.phase != CHANGE_FAILED)
		return false;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		if (state.error.code == refusals[i])
			return true;
	}
	return false;
}

/* One that an earlier docloud began: the API has the droplet locked while it goes on. */
static bool is_locked(struct fleet *fleet, const char *id)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;

	if (cache_peek(fleet->cache, fleet->droplets, &snapshot) != 0)
		return false;
	const struct object *object = snapshot_by_id(snapshot, id);
	CLEANUP_JSON struct json *droplet = object != NULL
						    ? json_parse(object->text, object->length, NULL)
						    : NULL;
	return droplet != NULL && json_is_true(json_get(droplet, "locked"));
}

enum rebuild rebuild_look(struct fleet *fleet, struct job *job)
{
	char id[64];

	pthread_mutex_lock(&fleet->lock);
	bool rebuilding = job->rebuilding;
	int64_t ticket = job->rebuild;
	snprintf(id, sizeof id, "%s", job->id != NULL ? job->id : "");
	pthread_mutex_unlock(&fleet->lock);
	if (!rebuilding)
		return REBUILD_NONE;
	if (ticket == FLEET_REBUILD_COMES)
		return REBUILD_WAITS;
	if (change_pending(fleet->changes, fleet->droplets, id) || is_locked(fleet, id))
		return REBUILD_WAITS;
	if (!is_refused(fleet, ticket))
		return REBUILD_OVER;
	pthread_mutex_lock(&fleet->lock);
	job->rebuilding = false;
	pthread_mutex_unlock(&fleet->lock);
	job_save(fleet, job, NULL);
	return REBUILD_NONE;
}

/* Without a birth key it was not made here: then it is trusted as at the first time, if at all. Under lock. */
static void expect_keys(struct job *job)
{
	char **key = job->birth_key != NULL ? &job->host_key_next : &job->host_key;

	if (job->birth_key == NULL && job->made)
		return; /* of a docloud that did not keep it */
	free(*key);
	*key = job->birth_key != NULL ? xstrdup(job->birth_key) : NULL;
	job->rotated = job->reached = false;
}

int rebuild_forget(struct task *task, struct error *err)
{
	struct fleet *fleet = task->fleet;
	struct job *job = task->job;

	job_log(fleet, job, "it was built anew: what was installed on it is forgotten");
	pthread_mutex_lock(&fleet->lock);
	struct install *install = job->present;
	job->rebuilding = false;
	job->adopted = true;
	job->error = (struct error){0};
	job->present = NULL;
	job_news(fleet, job);
	expect_keys(job);
	pthread_mutex_unlock(&fleet->lock);
	if (install != NULL) {
		install_drop_payload(fleet, job, install->run);
		install_free(install);
	}
	int r = events_reset(fleet, job, err);
	return job_save(fleet, job, r == 0 ? err : NULL) != 0 ? -EIO : r;
}
