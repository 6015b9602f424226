#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/bell.h"
#include "api/memory.h"
#include "job.h"

/*
 * A droplet whose disk is made anew, from an image or a backup. Its user data stays, and with it the host key that it was
 * born with; a backup has the key of its time. So both count, until the first connection: then it is given a new one
 * of its own, as at its birth (rotate.c), and its journal says what is installed on it now.
 *
 *	submitted	record: `rebuilding`			waits for the change to end
 *	forgotten	record: both keys, to be adopted	connects, rotates, reads the journal
 */
void fleet_rebuild(struct fleet *fleet, const char *id)
{
	struct job *job = job_get(fleet, id);

	if (job == NULL)
		return;
	job_log(fleet, job, "it is being built anew");
	pthread_mutex_lock(&fleet->lock);
	job->rebuilding = job->adopted = true;
	if (!job_start_again(fleet, job))
		workers_wake(fleet, job);
	pthread_mutex_unlock(&fleet->lock);
	job_save(fleet, job, NULL);
	job_unref(fleet, job);
	bell_ring(fleet->bell);
}

bool rebuild_waits(struct fleet *fleet, struct job *job)
{
	char id[64];

	pthread_mutex_lock(&fleet->lock);
	bool rebuilding = job->rebuilding;
	snprintf(id, sizeof id, "%s", job->id != NULL ? job->id : "");
	pthread_mutex_unlock(&fleet->lock);
	if (!rebuilding || !change_pending(fleet->changes, fleet->droplets, id))
		return false;
	job_stage(fleet, job, "being built anew");
	return true;
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

	pthread_mutex_lock(&fleet->lock);
	bool due = job->rebuilding;
	pthread_mutex_unlock(&fleet->lock);
	int r = due ? events_reset(fleet, job, err) : 0;
	if (!due || r != 0)
		return r;
	pthread_mutex_lock(&fleet->lock);
	job->rebuilding = false;
	job->error = (struct error){0};
	install_free(job->present);
	job->present = NULL;
	expect_keys(job);
	pthread_mutex_unlock(&fleet->lock);
	return job_save(fleet, job, err);
}
