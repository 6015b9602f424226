#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "changing.h"
#include "cleanup.h"
#include "clock.h"
#include "collection.h"
#include "memory.h"

/*
 * Updates and deletes: steps in their order, each to its end. PUT, PATCH and DELETE say what is to be,
 * and are repeated by http.c when an answer is lost. A POST does something, and is not; when it was an
 * action's, the object's list of actions tells whether it was taken.
 */
enum {
	RATE_WAIT_MS = 2000,
	BUSY_WAIT_MS = 2000,
	CLOCK_SKEW_S = 60,
};

static const struct {
	int64_t age_ms, wait_ms;
} action_paces[] = {
	{2000, 200},
	{30000, 1000},
	{INT64_MAX, 3000},
};

static const int64_t action_looks[] = {0, 1000, 2000};

static int perform(struct changes *changes, struct change *change,
	const struct http_request *wanted, struct http_answer *ret, struct error *err)
{
	/* A DELETE that is answered "not found" may have been done by any of them: deleted(). */
	for (unsigned sent = 0;;) {
		struct http_request request = *wanted;
		struct error problem = {0};

		request.deadline = clock_ms() + changes->timeout_ms;
		int rc = http_perform(changes->http, &request, ret, &problem);
		sent += ret->sent;
		ret->sent = sent;
		if (rc != -EAGAIN || ret->outcome == HTTP_UNKNOWN) {
			if (rc != 0)
				error_move(err, &problem);
			return rc;
		}
		http_answer_finish(ret);
		changing_say(changes, change, "waiting for the API's rate limit");
		if (!changing_sleep(changes, RATE_WAIT_MS))
			return error_set(err, ECANCELED, "interrupted");
	}
}

static int get(struct changes *changes, const char *path, enum http_priority priority,
	int64_t deadline, struct json **ret, struct error *err)
{
	struct http_request request = {.method = "GET",
		.path = path,
		.deadline = deadline,
		.priority = priority,
		.repeatable = true};
	CLEANUP_ANSWER struct http_answer answer = {0};
	int rc = http_perform(changes->http, &request, &answer, err);

	*ret = rc == 0 ? json_parse(answer.body, answer.length, err) : NULL;
	return rc != 0 ? rc : *ret != NULL ? 0 : -EIO;
}

/* With what is listed by itself, which may be what was changed; other objects may have it no more. */
static void put_object(
	struct changes *changes, const struct change_plan *plan, const struct json *object)
{
	const struct resource *resource = cache_resource(changes->cache, plan->resource);
	bool parts = resource->parts[0].name != NULL && plan->id != NULL;
	CLEANUP_JSON struct json *whole = parts ? json_copy(object) : NULL;
	int64_t deadline = clock_ms() + changes->timeout_ms;

	if (parts)
		collection_add_parts(changes->http, resource, plan->id, whole, deadline, NULL);
	cache_put(changes->cache, plan->resource, parts ? whole : object);
	if (parts)
		cache_refresh(changes->cache, plan->resource);
}

/*
 * The object in the answer to a step. Where a kind's answers name what they are about, that name says it. Elsewhere only what
 * was written to the object itself is answered with the object, and anything else may be answered with anything.
 */
static const struct json *answered_object(const struct resource *resource,
	const struct change_plan *plan, const struct step *step, const struct json *body)
{
	CLEANUP_FREE char *path = plan->id != NULL ? resource_path(resource, plan->id) : NULL;
	bool written = strcmp(step->method, "DELETE") != 0 && path != NULL &&
		       strcmp(step->path, path) == 0;

	return resource->object_key != NULL || written ? resource_answer(resource, body) : NULL;
}

/* The object as it is now, into the cache: the one an answer had, or else asked for. */
static void renew_object(
	struct changes *changes, const struct change_plan *plan, const struct json *object)
{
	const struct resource *resource = cache_resource(changes->cache, plan->resource);
	CLEANUP_JSON struct json *body = NULL;

	if (json_type(object) != JSON_OBJECT && plan->id != NULL) {
		CLEANUP_FREE char *path = resource_path(resource, plan->id);
		int64_t deadline = clock_ms() + changes->timeout_ms;
		if (get(changes, path, HTTP_CHANGE, deadline, &body, NULL) == 0)
			object = resource_answer(resource, body);
	}
	if (json_type(object) == JSON_OBJECT)
		put_object(changes, plan, object);
	else
		cache_refresh(changes->cache, plan->resource);
}

static void note_action(struct changes *changes, int64_t id)
{
	LOCKED(&changes->lock);
	if (id > changes->newest_action)
		changes->newest_action = id;
}

static int64_t newest_action(struct changes *changes)
{
	LOCKED(&changes->lock);
	return changes->newest_action;
}

/* 1: over, well; 0: goes on; negative: it failed. */
static int judge_action(const struct json *action, int64_t id, struct error *err)
{
	const char *status = json_get_string(action, "status");
	const char *type = json_get_string(action, "type");
	char plain[64];

	if (status != NULL && strcmp(status, "completed") == 0)
		return 1;
	if (status == NULL || strcmp(status, "errored") != 0)
		return 0;
	text_plain(plain, sizeof plain, type != NULL ? type : "it");
	return error_set(err, EIO,
		"DigitalOcean began the action (%s, number %lld) but could not complete it", plain,
		(long long)id);
}

static int64_t action_pace(int64_t age)
{
	size_t i = 0;

	while (age > action_paces[i].age_ms)
		i++;
	return action_paces[i].wait_ms;
}

/* A GET that fails says nothing about the action: go on asking until its time is over. */
static int wait_action(struct changes *changes, int64_t id, struct error *err)
{
	CLEANUP_FREE char *path = xasprintf("/v2/actions/%lld", (long long)id);
	int64_t start = clock_ms(), end = start + changes->action_ms, now = start;
	struct error problem = {0};

	for (; now < end; now = clock_ms()) {
		CLEANUP_JSON struct json *body = NULL;

		if (!changing_sleep(changes, action_pace(now - start)))
			return error_set(err, ECANCELED, "interrupted");
		error_clear(&problem);
		int64_t until = clock_ms() + changes->timeout_ms;
		int rc = get(changes, path, HTTP_POLL, until < end ? until : end, &body, &problem);
		if (rc == -ECANCELED)
			return error_set(err, ECANCELED, "interrupted");
		if (rc == 0)
			rc = judge_action(json_get(body, "action"), id, err);
		if (body != NULL && rc != 0)
			return rc < 0 ? rc : 0;
	}
	return error_set(err, ETIMEDOUT, "the action number %lld was not completed in %lld s%s%s",
		(long long)id, (long long)changes->action_ms / 1000, problem.code != 0 ? ": " : "",
		problem.message);
}

/* The action that an answer began; one that began none is the end of it. */
static int wait_answered(struct changes *changes, const struct json *body, struct error *err)
{
	int64_t id;

	if (!json_get_integer(body, "action/id", &id))
		return 0;
	note_action(changes, id);
	return wait_action(changes, id, err);
}

/* In an object's list of actions: the first that may be what we asked for. 0 if none. */
static int64_t find_action(
	const struct json *body, const char *type, int64_t after, time_t not_before)
{
	int64_t found = 0, id;

	for (const struct json *at = json_first(json_get(body, "actions")); at != NULL;
		at = json_next(at)) {
		const char *its = json_get_string(at, "type");
		const char *started_at = json_get_string(at, "started_at");
		time_t started = started_at != NULL ? clock_parse(started_at) : -1;

		if (its == NULL || type == NULL || strcmp(its, type) != 0 ||
			!json_get_integer(at, "id", &id) || id <= after)
			continue;
		if (started != -1 && started < not_before)
			continue;
		if (found == 0 || id < found)
			found = id;
	}
	return found;
}

/*
 * An action's answer was lost. Ids of actions grow, so that it has a higher one than all that were seen
 * before it was sent; the time keeps out what others did before docloud saw anything.
 */
static int find_lost_action(struct changes *changes, const struct step *step, int64_t after,
	time_t sent, const struct error *lost, struct error *err)
{
	CLEANUP_FREE char *path = xasprintf("%s?per_page=50", step->path);
	const char *type = json_get_string(step->body, "type");

	for (size_t i = 0; i < sizeof action_looks / sizeof action_looks[0]; i++) {
		CLEANUP_JSON struct json *body = NULL;

		if (!changing_sleep(changes, action_looks[i]))
			return error_set(err, ECANCELED, "interrupted");
		if (get(changes, path, HTTP_CHANGE, clock_ms() + changes->timeout_ms, &body,
			    NULL) != 0)
			continue;
		int64_t id = find_action(body, type, after, sent - CLOCK_SKEW_S);
		if (id == 0)
			continue;
		note_action(changes, id);
		return wait_action(changes, id, err);
	}
	error_move(err, lost);
	return error_prefix(err, "it is not known whether this was taken, and no such action was "
				 "found: look at the object, "
				 "then ask again");
}

static int take_lost(struct changes *changes, const struct step *step, int64_t newest, time_t sent,
	const struct error *lost, struct error *err)
{
	if (step->action)
		return find_lost_action(changes, step, newest, sent, lost, err);
	error_move(err, lost);
	return error_prefix(err, "it is not known whether this was taken: look, then ask again");
}

/* DELETE and 404: gone by an earlier try of ours, or never there. */
static int deleted(const struct http_answer *answer, const struct step *step, int rc)
{
	return rc == -ENOENT && strcmp(step->method, "DELETE") == 0 && answer->sent > 1 ? 0 : rc;
}

static int run_step(
	struct changes *changes, struct change *change, const struct step *step, struct error *err)
{
	const struct resource *resource = changing_resource(changes, &change->plan);
	CLEANUP_FREE char *text = step->body != NULL ? json_print(step->body) : NULL;
	CLEANUP_ANSWER struct http_answer answer = {0};
	CLEANUP_JSON struct json *body = NULL;
	struct http_request request = {.method = step->method,
		.path = step->path,
		.body = text,
		.scope = resource->scope,
		.verb = strcmp(step->method, "DELETE") == 0 ? "delete" : "update",
		.priority = HTTP_CHANGE,
		.repeatable = strcmp(step->method, "POST") != 0};
	int64_t newest = newest_action(changes);
	struct error problem = {0};
	time_t sent = time(NULL);

	changing_say(changes, change, "%s", step->say);
	int rc = perform(changes, change, &request, &answer, &problem);
	bool lost = rc != 0 && rc != -ECANCELED && answer.outcome == HTTP_UNKNOWN;
	/* What a refusal says is about no object: not where it is taken for success either. */
	if (rc == 0 && answer.length > 0)
		body = json_parse(answer.body, answer.length, NULL);
	rc = deleted(&answer, step, rc);
	change->begun |= answer.sent > 0 || answer.outcome != HTTP_NOT_SENT;
	if (lost && !request.repeatable)
		rc = take_lost(changes, step, newest, sent, &problem, err);
	else if (rc != 0)
		error_move(err, &problem);
	else if (step->action)
		rc = wait_answered(changes, body, err);
	if (change->plan.kind == CHANGE_DELETE || rc == -ECANCELED)
		return rc;
	/* One that failed may have done something all the same, or because the object is another one than is shown. */
	if (rc != 0 && answer.outcome != HTTP_ANSWERED)
		cache_refresh(changes->cache, change->plan.resource); /* waits for nothing */
	else
		renew_object(changes, &change->plan,
			answered_object(resource, &change->plan, step, body));
	return rc;
}

/* What the plan is about, as it is known now, with a reference; NULL when it is not. */
static struct object *object_now(struct changes *changes, const struct change_plan *plan)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;

	if (plan->id == NULL || cache_peek(changes->cache, plan->resource, &snapshot) != 0)
		return NULL;
	struct object *object = snapshot_by_id(snapshot, plan->id);
	return object != NULL ? object_ref(object) : NULL;
}

/* Has the API itself said that there is nothing to be ended, or nothing more? */
static bool is_settled(int rc)
{
	return rc == 0 || rc == -ENOENT || rc == -EINVAL || rc == -EBUSY || rc == -EDQUOT;
}

/*
 * A step that ends what was begun. That may still be under way, be it as it took too long, or as an earlier docloud began it,
 * and the API takes nothing else of the object until then.
 */
static int run_always(
	struct changes *changes, struct change *change, const struct step *step, struct error *err)
{
	int64_t end = clock_ms() + changes->action_ms;

	for (;;) {
		struct error problem = {0};
		int rc = run_step(changes, change, step, &problem);

		if (rc == -EBUSY && clock_ms() < end) {
			if (changing_sleep(changes, BUSY_WAIT_MS))
				continue;
			error_clear(&problem);
			rc = error_set(&problem, ECANCELED, "interrupted");
		}
		if (is_settled(rc))
			return error_move(err, &problem);
		change->unended = true;
		error_move(err, &problem);
		return error_prefix(err, "the next mount tries this again");
	}
}

/* To the end of the plan, or of what is always to be done of it. */
static int run_all(struct changes *changes, struct change *change, struct error *err)
{
	const struct change_plan *plan = &change->plan;
	int rc = 0;

	for (size_t i = 0; i < plan->count && rc != -ECANCELED; i++) {
		const struct step *step = &plan->steps[i];
		struct error problem = {0};

		if (rc != 0 && !step->always)
			continue;
		int r = step->always ? run_always(changes, change, step, &problem)
				     : run_step(changes, change, step, &problem);
		if (r == -ECANCELED)
			change->unended = true;
		if (r == 0 || rc != 0)
			continue;
		rc = error_move(err, &problem);
		error_prefix(err, "%s", step->say);
	}
	return rc;
}

/* The same with its end on disk for as long as it may be needed. */
static int run_and_end(struct changes *changes, struct change *change, struct error *err)
{
	const struct change_plan *plan = &change->plan;
	bool wanted = ending_is_wanted(plan);
	int rc = wanted ? ending_record(changes, plan, err) : 0;

	if (rc != 0)
		return rc;
	rc = run_all(changes, change, err);
	bool needed = wanted ? change->begun && change->unended : rc != 0;
	if (plan->id != NULL && !needed)
		ending_remove(changes, plan);
	return rc;
}

int steps_run(struct changes *changes, struct change *change, struct error *err)
{
	const struct change_plan *plan = &change->plan;
	struct object *before = object_now(changes, plan);

	if (before != NULL && plan->kind == CHANGE_DELETE)
		candidate_leaves(changes, plan->resource, before);
	int rc = run_and_end(changes, change, err);
	if (rc == 0 && plan->also_id != NULL) {
		const struct change_plan also = {.resource = plan->also, .id = plan->also_id};
		renew_object(changes, &also, NULL);
	}
	if (plan->kind == CHANGE_DELETE && plan->id != NULL && (rc == 0 || rc == -ENOENT))
		cache_remove(changes->cache, plan->resource, plan->id);
	else if (plan->kind == CHANGE_DELETE) /* it may be gone for all that */
		cache_refresh(changes->cache, plan->resource);
	struct object *after = object_now(changes, plan);
	if (before != NULL && after != NULL && strcmp(before->base, after->base) != 0)
		candidate_leaves(changes, plan->resource, before);
	object_unref(before);
	object_unref(after);
	return rc;
}
