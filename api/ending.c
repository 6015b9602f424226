#include <string.h>

#include "changing.h"
#include "cleanup.h"
#include "journal.h"
#include "memory.h"

/*
 * A resize powers the droplet off, and on again at its end. Whoever unmounts in between, or is killed, would leave it off
 * for good: nobody asks for a power_on that was not asked for. So a plan with steps that are to be done in any case
 * (step.always) leaves those on disk before its first step, one record an object, and takes them away
 *
 *  - when they were done, or the API refused them: it has said that there is nothing to end;
 *  - when nothing of the plan was sent;
 *  - when a later change of the object was done: what its owner wants now is that.
 *
 * What is there at a mount is a plan of its own, and the first one of its object.
 */
static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE"};

bool ending_is_wanted(const struct change_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->steps[i].always && plan->id != NULL)
			return true;
	return false;
}

int ending_record(struct changes *changes, const struct change_plan *plan, struct error *err)
{
	const struct resource *resource = changing_resource(changes, plan);
	CLEANUP_FREE char *key = changing_key(changes, plan->resource, plan->id);
	CLEANUP_JSON struct json *record = json_object();
	struct json *steps = json_array();

	for (size_t i = 0; i < plan->count; i++) {
		const struct step *step = &plan->steps[i];
		struct json *its = json_object();

		json_add_string(its, "method", step->method);
		json_add_string(its, "path", step->path);
		json_add_string(its, "say", step->say);
		json_add_bool(its, "action", step->action);
		if (step->body != NULL)
			json_add(its, "body", json_copy(step->body));
		if (step->always)
			json_add(steps, NULL, its);
		else
			json_free(its);
	}
	json_add_string(record, "resource", resource->name);
	if (resource->under != NULL)
		json_add_string(record, "under", resource->under);
	json_add_string(record, "id", plan->id);
	json_add_string(record, "name", plan->name != NULL ? plan->name : plan->id);
	json_add(record, "steps", steps);
	if (journal_write(changes->endings, key, record, err) == 0)
		return 0;
	return error_prefix(err, "nothing was done, as what has to be done at its end could not be "
				 "noted");
}

void ending_remove(struct changes *changes, const struct change_plan *plan)
{
	CLEANUP_FREE char *key = changing_key(changes, plan->resource, plan->id);

	journal_remove(changes->endings, key, NULL);
}

static bool load_step(struct change_plan *plan, const struct json *json)
{
	const char *method = json_get_string(json, "method"), *path = json_get_string(json, "path");
	const char *say = json_get_string(json, "say");
	const struct json *body = json_get(json, "body");

	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		if (method == NULL || path == NULL || strcmp(method, methods[i]) != 0)
			continue;
		change_plan_add(plan, methods[i], xstrdup(path),
			body != NULL ? json_copy(body) : NULL,
			json_is_true(json_get(json, "action")), "%s", say != NULL ? say : method);
		plan->steps[plan->count - 1].always = true;
		return true;
	}
	return false;
}

bool ending_load(struct changes *changes, const struct json *record, struct change_plan *ret)
{
	const char *kind = json_get_string(record, "resource"), *id = json_get_string(record, "id");
	const char *name = json_get_string(record, "name");
	int listing = kind != NULL
			      ? cache_find(changes->cache, kind, json_get_string(record, "under"))
			      : -1;

	*ret = (struct change_plan){.kind = CHANGE_UPDATE, .resource = (unsigned)listing};
	if (listing < 0 || id == NULL || name == NULL)
		return false; /* of another version: left where it is */
	ret->id = xstrdup(id);
	ret->name = xstrdup(name);
	for (const struct json *at = json_first(json_get(record, "steps")); at != NULL;
		at = json_next(at))
		if (!load_step(ret, at)) {
			change_plan_finish(ret);
			return false;
		}
	return true;
}
