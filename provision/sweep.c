#include <stdlib.h>

#include "api/bell.h"
#include "api/memory.h"
#include "job.h"

/*
 * A droplet that was destroyed elsewhere takes its job with it, and with that what of its journal is here; but not
 * easily, since a record that is gone is a host key that is not known any more. So: this mount saw the droplet,
 * listings of more than ten minutes lack it, and each has another one of those that have a job, so that it is not an API
 * that answers with nothing, nor a token of another account. And nothing is under way for it.
 */
enum { SWEEP_MS = 60000, LACKING_MOST = 10 };

/* Under lock. */
static bool is_at_rest(const struct job *job)
{
	return job->phase == JOB_IDLE && !job->active && !job->queued && !job->working &&
	       !job->rebuilding && !job_has_work(job);
}

/* Those that have a droplet; references, in an array that is the caller's. */
static struct job **all_born(struct fleet *fleet, size_t *ret_count)
{
	size_t count = 0;

	LOCKED(&fleet->lock);
	struct job **jobs = xcalloc(fleet->job_count + 1, sizeof(struct job *));
	for (size_t i = 0; i < JOB_BUCKETS; i++) {
		for (struct job *job = fleet->by_id[i]; job != NULL; job = job->next_id)
			jobs[count++] = job_ref(job);
	}
	*ret_count = count;
	return jobs;
}

static void forget(struct fleet *fleet, struct job *job)
{
	pthread_mutex_lock(&fleet->lock);
	bool due = job->seen && !job->gone && is_at_rest(job);
	if (due)
		job_remove(fleet, job);
	pthread_mutex_unlock(&fleet->lock);
	if (!due)
		return;
	job_watch(fleet, job, false);
	job_forget(fleet, job);
	bell_ring(fleet->bell);
}

/* One that is listed is known from now on to be of this account. */
static void note_listed(struct fleet *fleet, struct job *job)
{
	job->lacking = 0;
	LOCKED(&fleet->lock);
	job->seen = true;
}

void sweep_gone(struct fleet *fleet)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	size_t count, lacking = 0;

	if (cache_peek(fleet->cache, fleet->droplets, &snapshot) != 0 || snapshot->remembered ||
		(fleet->swept != 0 && snapshot->taken < fleet->swept + SWEEP_MS))
		return;
	fleet->swept = snapshot->taken;
	struct job **jobs = all_born(fleet, &count);
	for (size_t i = 0; i < count; i++) {
		if (snapshot_by_id(snapshot, jobs[i]->id) != NULL) {
			note_listed(fleet, jobs[i]);
			job_unref(fleet, jobs[i]);
		} else {
			jobs[lacking++] = jobs[i];
		}
	}
	for (size_t i = 0; i < lacking; i++) {
		if (lacking < count && ++jobs[i]->lacking > LACKING_MOST)
			forget(fleet, jobs[i]);
		job_unref(fleet, jobs[i]);
	}
	free(jobs);
}
