#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/memory.h"
#include "job.h"

/* Copies of a job's state for those above. */

/* What the progress bar counts before the first component. */
static const unsigned phase_steps[] = {
	[JOB_CREATING] = 0,
	[JOB_FAILED] = 0,
	[JOB_STARTING] = 1,
	[JOB_REACHING] = 2,
	[JOB_INSTALLING] = 3,
	[JOB_IDLE] = 3,
};

static void view_folded(
	struct job_component *to, const struct fold_component *from, const struct job *job)
{
	/*
	 * Cut off by what is in job->error: the droplet is gone or off, its journal ends in the
	 * middle.
	 */
	bool cut = from->state <= COMPONENT_INSTALLING && job->phase == JOB_IDLE &&
		   job->error.code != 0;

	*to = (struct job_component){.state = from->state,
		.exit_status = from->exit_status,
		.seconds = from->seconds,
		.output = from->output.data != NULL ? xstrdup(from->output.data) : NULL,
		.log_bytes = from->log_bytes};
	snprintf(to->name, sizeof to->name, "%s", from->name);
	snprintf(to->key, sizeof to->key, "%s", from->key);
	snprintf(to->version, sizeof to->version, "%s", from->version);
	snprintf(to->reason, sizeof to->reason, "%s", from->reason);
	if (cut) {
		to->state = from->state == COMPONENT_QUEUED ? COMPONENT_SKIPPED : COMPONENT_FAILED;
		snprintf(to->reason, sizeof to->reason, "%.250s", job->error.message);
	}
}

/* Wanted, and nothing came of it yet; or never will. */
static void view_wanted(
	struct job_component *to, const char *name, const struct job *job, bool done)
{
	*to = (struct job_component){.exit_status = -1,
		.seconds = -1,
		.state = done ? COMPONENT_SKIPPED : COMPONENT_QUEUED};
	snprintf(to->name, sizeof to->name, "%s", name);
	if (done)
		snprintf(to->reason, sizeof to->reason, "%.250s", job->error.message);
}

/* The install whose components are shown: the one under way, else the one that comes. */
static const struct install *shown_install(const struct job *job)
{
	if (job->present != NULL && (!job->present->done || job->next == NULL))
		return job->present;
	return job->next;
}

static void view_components(const struct job *job, struct job_view *ret)
{
	const struct install *install = shown_install(job);
	bool folded = install == NULL || strcmp(install->run, job->fold.run) == 0;

	ret->count = folded ? job->fold.count : install->count;
	ret->components = xcalloc(ret->count + 1, sizeof *ret->components);
	bool never = !folded && (install->done || job->phase == JOB_FAILED);
	for (size_t i = 0; i < ret->count; i++) {
		struct job_component *to = &ret->components[i];
		if (folded) {
			view_folded(to, &job->fold.components[i], job);
			continue;
		}
		const struct fold_component *was = fold_find(&job->fold, install->names[i]);
		/* A run that never began leaves what is on the droplet as it is. */
		if (never && was != NULL && was->state == COMPONENT_INSTALLED)
			view_folded(to, was, job);
		else
			view_wanted(to, install->names[i], job, never);
	}
}

static void view_stack(const struct job *job, struct job_view *ret)
{
	const struct install *install = job->next != NULL ? job->next : job->present;

	if (install != NULL)
		ret->stack = xstrdup(install->stack);
	else
		ret->stack = xstrdup(job->fold.stack.data != NULL ? job->fold.stack.data : "");
}

static void view_progress(const struct job *job, struct job_view *ret)
{
	bool install = ret->count > 0;

	ret->total = install ? 3 + (unsigned)ret->count : 2;
	ret->done = phase_steps[job->phase];
	for (size_t i = 0; i < ret->count; i++)
		ret->done += job->phase >= JOB_INSTALLING &&
			     ret->components[i].state > COMPONENT_INSTALLING;
	if (ret->done > ret->total || job->phase == JOB_IDLE)
		ret->done = ret->total;
}

/* A rebuild that was asked for while the last step was ending: it is its turn when that has. */
static bool is_about_to_rebuild(const struct job *job)
{
	return job->phase == JOB_IDLE && job->working && job->rebuilding && job->rebuild > 0;
}

static void view_stage(const struct job *job, struct job_view *ret)
{
	if (is_about_to_rebuild(job))
		snprintf(ret->stage, sizeof ret->stage, REBUILD_STAGE);
	else if (job->phase == JOB_IDLE && job->trouble != NULL)
		snprintf(ret->stage, sizeof ret->stage, "its state is not known: %.130s",
			job->trouble);
	else if (job->phase == JOB_IDLE && job_installs_itself(job))
		snprintf(ret->stage, sizeof ret->stage,
			"the stack installs itself at the first boot: `sync status` looks");
	else
		snprintf(ret->stage, sizeof ret->stage, "%s", job->stage);
}

bool fleet_view(struct fleet *fleet, const char *key, const char *name, struct job_view *ret)
{
	*ret = (struct job_view){0};
	LOCKED(&fleet->lock);
	const struct job *job = job_find_or_unborn(fleet, key, name);
	if (job == NULL)
		return false;
	ret->phase = is_about_to_rebuild(job) ? JOB_STARTING : job->phase;
	snprintf(ret->name, sizeof ret->name, "%s", job->name);
	snprintf(ret->id, sizeof ret->id, "%s", job->id != NULL ? job->id : "");
	ret->changed = job->changed;
	ret->error = job->error;
	ret->spec = xstrdup(job->spec != NULL ? job->spec : "");
	ret->host_key = xstrdup(job->host_key != NULL ? job->host_key : "");
	ret->host_key_next = xstrdup(job->host_key_next != NULL ? job->host_key_next : "");
	ret->log_bytes = (size_t)job->log_bytes;
	view_stack(job, ret);
	view_components(job, ret);
	view_progress(job, ret);
	view_stage(job, ret);
	return true;
}

void job_view_finish(struct job_view *view)
{
	for (size_t i = 0; i < view->count; i++)
		free(view->components[i].output);
	free(view->components);
	free(view->spec);
	free(view->stack);
	free(view->host_key);
	free(view->host_key_next);
	*view = (struct job_view){0};
}

char **fleet_unborn(struct fleet *fleet)
{
	size_t count = 0, size = sizeof(char *);

	LOCKED(&fleet->lock);
	for (size_t i = 0; i < JOB_BUCKETS; i++) {
		for (const struct job *job = fleet->by_name[i]; job != NULL; job = job->next_name) {
			size += sizeof(char *) + strlen(job->name) + 1;
			count++;
		}
	}
	char **names = xmalloc(size);
	char *at = (char *)(names + count + 1);
	count = 0;
	for (size_t i = 0; i < JOB_BUCKETS; i++) {
		for (const struct job *job = fleet->by_name[i]; job != NULL; job = job->next_name) {
			names[count++] = at;
			at = stpcpy(at, job->name) + 1;
		}
	}
	names[count] = NULL;
	return names;
}

char **fleet_news(struct fleet *fleet)
{
	LOCKED(&fleet->lock);
	char **news = fleet->news;
	fleet->news = NULL;
	fleet->news_count = 0;
	return news;
}

void fleet_stats_get(struct fleet *fleet, struct fleet_stats *ret)
{
	*ret = (struct fleet_stats){0};
	LOCKED(&fleet->lock);
	ret->jobs = (unsigned)fleet->job_count;
	ret->installs = fleet->installs;
	ret->install_failures = fleet->install_failures;
	ret->install_seconds = fleet->install_seconds;
	for (size_t i = 0; i < JOB_BUCKETS; i++) {
		for (const struct job *job = fleet->by_name[i]; job != NULL; job = job->next_name) {
			ret->failed += job->error.code != 0;
			ret->working += job->phase != JOB_FAILED;
		}
		for (const struct job *job = fleet->by_id[i]; job != NULL; job = job->next_id) {
			ret->failed += job->error.code != 0;
			ret->working += job->phase != JOB_IDLE;
		}
	}
}
