#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/crash.h"
#include "api/memory.h"
#include "job.h"

/* Reading the droplet's journal, and what its lines mean for the run that is waited for. */

struct following {
	struct task *task;
	struct error error; /* of the local copy */
};

static size_t ended(const struct fold *fold)
{
	size_t count = 0;

	for (size_t i = 0; i < fold->count; i++)
		count += fold->components[i].state > COMPONENT_INSTALLING;
	return count;
}

/* Under lock. */
static void take_state(struct task *task, const struct fold_component *component)
{
	struct fleet *fleet = task->fleet;
	struct job *job = task->job;

	switch (component->state) {
	case COMPONENT_INSTALLING:
		snprintf(job->stage, sizeof job->stage, "installing %s (%zu of %zu)",
			component->name, ended(&job->fold) + 1, job->fold.count);
		return;
	case COMPONENT_INSTALLED:
	case COMPONENT_FAILED:
		fleet->installs++;
		fleet->install_failures += component->state == COMPONENT_FAILED;
		fleet->install_seconds += component->seconds > 0 ? component->seconds : 0;
		job_time_add(job, component->name,
			component->seconds > 0 ? (int64_t)(component->seconds * 1000) : 0);
		return;
	default:
		return;
	}
}

void follow_summarise(const struct fold *fold, struct error *err)
{
	CLEANUP_TEXT struct text text = {0};

	for (size_t i = 0; i < fold->count; i++) {
		const struct fold_component *component = &fold->components[i];
		if (component->state == COMPONENT_INSTALLED)
			continue;
		text_print(&text, "%s%s ", text.length > 0 ? "; " : "", component->name);
		if (component->state == COMPONENT_SKIPPED) {
			text_print(&text, "was skipped: %s", component->reason);
			continue;
		}
		text_add(&text, "failed", strlen("failed"));
		if (component->seconds > 0)
			text_print(&text, " after %.1f s", component->seconds);
		text_print(
			&text, ": %s, see components/%s/log", component->reason, component->name);
	}
	if (text.length > 0)
		error_set(err, EIO, "%.900s; write stack again to retry", text.data);
}

/* Under lock, from the fold. */
static void listen(void *context, const struct fold_event *event)
{
	struct task *task = context;
	struct fold *fold = &task->job->fold;

	if (task->run[0] != '\0' && strcmp(fold->run, task->run) != 0)
		return;
	if (event->kind == FOLD_RUN)
		task->seen = true;
	else if (event->kind == FOLD_STATE)
		take_state(task, event->component);
	else if (event->kind == FOLD_DONE && !task->finished) {
		task->finished = true;
		follow_summarise(fold, &task->ending); /* the next run forgets this one */
	}
}

static bool take(void *context, const char *data, size_t length)
{
	struct following *following = context;
	struct task *task = following->task;

	if (events_take(task->fleet, task->job, data, length, listen, task, &following->error) != 0)
		return false;
	if (!task->followed)
		crash_point("job:following");
	task->followed = true;
	return true;
}

int follow_run(struct task *task, bool once, int64_t deadline, struct error *err)
{
	struct following following = {.task = task};
	struct error why = {0};
	CLEANUP_FREE char *follow = xasprintf(
		"[ ! -e /var/lib/docloud/follow ] || exec /bin/sh /var/lib/docloud/follow %lld%s",
		(long long)events_offset(task->job), once ? " once" : "");

	int r = reach_run(task, follow, NULL, 0, take, &following, deadline, &why);
	if (following.error.code != 0)
		return error_set(err, following.error.code, "%s", following.error.message);
	if (r < 0)
		return error_move(err, &why);
	if (r > 0)
		return error_set(err, EIO, "the droplet's journal cannot be read: %s", why.message);
	return 0;
}
