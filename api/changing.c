#include "changing.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "memory.h"

/* Plans, and what a change that runs does with itself: what create.c and step.c share. */

void change_plan_add(struct change_plan *plan, const char *method, char *path, struct json *body,
	bool action, const char *say_format, ...)
{
	va_list arguments;

	plan->steps = xrealloc(plan->steps, plan->count + 1, sizeof *plan->steps);
	struct step *step = &plan->steps[plan->count++];
	*step = (struct step){.method = method, .path = path, .body = body, .action = action};
	va_start(arguments, say_format);
	step->say = xvasprintf(say_format, arguments);
	va_end(arguments);
}

void change_plan_finish(struct change_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		free(plan->steps[i].path);
		free(plan->steps[i].say);
		json_free(plan->steps[i].body);
	}
	free(plan->steps);
	free(plan->name);
	free(plan->id);
	free(plan->also_id);
	*plan = (struct change_plan){0};
}

const struct resource *changing_resource(
	const struct changes *changes, const struct change_plan *plan)
{
	return cache_resource(changes->cache, plan->resource);
}

char *changing_key(const struct changes *changes, unsigned listing, const char *subject)
{
	const struct resource *resource = cache_resource(changes->cache, listing);
	CLEANUP_FREE char *nested = resource->under != NULL
					    ? xasprintf("%s/%s", resource->under, subject)
					    : NULL;
	const char *name = nested != NULL ? nested : subject;
	uint64_t hash = 14695981039346656037u;

	/* A name that would not fit into a file name goes by its hash; the record has it in full. */
	if (strlen(name) <= 60)
		return xasprintf("%s/%s", resource->name, name);
	for (const char *at = name; *at != '\0'; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211u;
	return xasprintf("%s//%016llx", resource->name, (unsigned long long)hash);
}

enum http_priority changing_priority(const struct changes *changes, const struct change_plan *plan)
{
	return plan->resource == changes->droplets ? HTTP_CREATE : HTTP_CHANGE;
}

void changing_say(struct changes *changes, struct change *change, const char *format, ...)
{
	char text[sizeof change->state.step];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	pthread_mutex_lock(&changes->lock);
	memcpy(change->state.step, text, sizeof text);
	pthread_mutex_unlock(&changes->lock);
	bell_ring(changes->bell);
}

bool changing_sleep(struct changes *changes, int64_t ms)
{
	struct timespec until = clock_timespec(clock_ms() + ms);
	int rc = 0;

	LOCKED(&changes->lock);
	while (!changes->stop && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&changes->wake, &changes->lock, &until);
	return !changes->stop;
}

/* Under lock. */
static bool has_other(const struct changes *changes, const struct change *change, const char *id)
{
	const struct change *other;

	TAILQ_FOREACH(other, &changes->tickets.all, ticket.all)
	{
		if (other != change && other->plan.kind == CHANGE_CREATE &&
			other->plan.resource == change->plan.resource &&
			strcmp(other->state.id, id) == 0)
			return true;
	}
	return false;
}

bool changing_is_claimed(struct changes *changes, const struct change *change, const char *id)
{
	LOCKED(&changes->lock);
	return has_other(changes, change, id);
}

bool changing_claim(struct changes *changes, struct change *change, const char *id)
{
	LOCKED(&changes->lock);
	if (has_other(changes, change, id))
		return false;
	snprintf(change->state.id, sizeof change->state.id, "%s", id);
	return true;
}
