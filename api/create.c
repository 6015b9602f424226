#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "changing.h"
#include "cleanup.h"
#include "clock.h"
#include "collection.h"
#include "crash.h"
#include "journal.h"
#include "memory.h"

/*
 * Making an object exactly once over a network that loses answers, with an API that has no idempotency
 * key, by a process that may be killed at any instruction.
 *
 * The record on disk goes through these states, each written whole before the next thing is done:
 *
 *	known: null	 nothing was sent: the ids that bear the name have still to be looked up
 *	known: [ids]	 a POST may have been sent, and may have taken effect
 *	id: "…"		 the object exists and this is it
 *	no record	 nothing was made, or its maker has noted the id
 *
 * A POST has one of five ends:
 *
 *	taken	 a 2xx with the object: done
 *	blind	 a 2xx without it: it exists, and is looked for, and never is there another POST
 *	refused	 a 4xx: nothing was made. (After a POST whose end is unknown, "that name is taken" may be
 *		 the effect of that one: the object is looked for once more before it is believed.)
 *	not sent no connection, or 429, or no room in the rate budget: nothing was made
 *	unknown	 everything else: no answer, half an answer, nonsense, a 5xx
 *
 * After an unknown end, and for a record of an earlier docloud in the second state, the object is looked
 * for before anything is repeated. Ours is what (1) has the name, and of droplets (2) the tag of this
 * journal, (3) is none of the ids that were there before the first POST, and (4) belongs to no other
 * create. A list can lag behind the create, and a server that was too slow may still act on what it took, so
 * that only a look at the end of a settling time proves absence; a look that fails proves nothing, and
 * while none succeeds nothing is sent. When that goes on for too long the change fails, but its record
 * stays (unsure): the next create of that name, or the next mount, begins with a look again.
 *
 * Invariant: a POST is sent only when no earlier one of this create can still take effect unseen: it is
 * the first, or every one before it was refused, was not sent, or was looked for and found absent. How
 * long a server may be slow is a guess, so that whatever was sent more than once is looked for at its end,
 * too: should there be two, that is said.
 */
enum {
	POSTS_MAX = 4, /* with an unknown end */
	PURSUE_FACTOR = 10,
	FIRST_LOOK_MS = 500, /* after the one at once; then twice as late each time */
	RETRY_LOOK_MS = 1000,
	RATE_WAIT_MS = 2000,
	LISTS_LAG_MS = 4000, /* they were seen to by a second or two */
};

enum post_end {
	POST_TAKEN,
	POST_BLIND,
	POST_REFUSED,
	POST_NOT_SENT,
	POST_WAIT,
	POST_UNKNOWN,
	POST_CANCELLED
};

void create_add_tags(const struct changes *changes, struct json *body)
{
	const struct json *old = json_get(body, "tags");
	struct json *tags = json_type(old) == JSON_ARRAY ? json_copy(old) : json_array();
	const char *const wanted[] = {"docloud", changes->tag};

	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
		const struct json *at = json_first(tags);
		while (at != NULL &&
			(json_string(at) == NULL || strcmp(json_string(at), wanted[i]) != 0))
			at = json_next(at);
		if (at == NULL)
			json_add_string(tags, NULL, wanted[i]);
	}
	json_add(body, "tags", tags);
}

/*
 * When what a POST did is certain to be seen. Without an answer the server may still be at it, for as long
 * again as it may be waited for: not only one that took too long, but also one whose gateway was started
 * anew, which resets the connections.
 */
static int64_t settled_at(const struct changes *changes, bool unknown)
{
	bool longer = unknown && changes->timeout_ms > LISTS_LAG_MS;

	return clock_ms() + (longer ? changes->timeout_ms : LISTS_LAG_MS);
}

int create_record(struct changes *changes, const struct change *change, struct error *err)
{
	const struct change_plan *plan = &change->plan;
	CLEANUP_JSON struct json *record = json_object();

	json_add_string(record, "resource", changing_resource(changes, plan)->name);
	if (changing_resource(changes, plan)->under != NULL)
		json_add_string(record, "under", changing_resource(changes, plan)->under);
	json_add_string(record, "name", plan->name);
	json_add_string(record, "path", plan->steps[0].path);
	json_add_string(record, "say", plan->steps[0].say);
	json_add(record, "body", json_copy(plan->steps[0].body));
	json_add_bool(record, "keep", plan->keep);
	json_add(record, "known", json_copy(change->known));
	if (change->state.id[0] != '\0')
		json_add_string(record, "id", change->state.id);
	json_add_number(record, "created_at", (double)time(NULL));
	int rc = journal_write(changes->dir, change->key, record, err);
	if (rc == 0 && change->state.id[0] == '\0')
		crash_point("create:intended");
	return rc;
}

struct change *create_load(struct changes *changes, const char *key, const struct json *record)
{
	const char *kind = json_get_string(record, "resource"), *id = json_get_string(record, "id");
	const char *name = json_get_string(record, "name"), *path = json_get_string(record, "path");
	const char *say = json_get_string(record, "say");
	const struct json *known = json_get(record, "known"), *body = json_get(record, "body");
	int listing = kind != NULL
			      ? cache_find(changes->cache, kind, json_get_string(record, "under"))
			      : -1;

	if (listing < 0 || name == NULL || path == NULL || json_type(body) != JSON_OBJECT)
		return NULL; /* of another version: left where it is */
	struct change *change = xcalloc(1, sizeof *change);
	change->plan = (struct change_plan){.kind = CHANGE_CREATE,
		.resource = (unsigned)listing,
		.name = xstrdup(name),
		.keep = json_is_true(json_get(record, "keep"))};
	change_plan_add(&change->plan, "POST", xstrdup(path), json_copy(body), false, "%s",
		say != NULL ? say : "create");
	change->key = xstrdup(key);
	change->may_exist = true;
	/* Whatever an earlier docloud sent, it sent before now. */
	change->settled_at = settled_at(changes, true);
	change->known = json_type(known) == JSON_ARRAY ? json_copy(known) : NULL;
	if (id != NULL && strlen(id) < sizeof change->state.id) {
		memcpy(change->state.id, id, strlen(id) + 1);
		/* One that nobody is to fetch only has its record removed: by the worker. */
		if (change->plan.keep)
			change->state.phase = CHANGE_DONE;
	}
	return change;
}

/*
 * Look until it is found, or its absence is certain: 1, 0; or negative, as candidate_look(), or when no look at the end of the
 * settling time succeeded until deadline.
 */
static int settle(
	struct changes *changes, struct change *change, int64_t deadline, struct error *err)
{
	int64_t start = clock_ms(), at = start, after = FIRST_LOOK_MS;

	changing_say(changes, change, "no answer: looking whether %s was made", change->plan.name);
	for (;;) {
		struct error problem = {0};
		int64_t wait = at - clock_ms();

		if (wait > 0 && !changing_sleep(changes, wait))
			return error_set(err, ECANCELED, "interrupted");
		bool last = clock_ms() >= change->settled_at;
		int rc = candidate_look(changes, change, &problem);
		if (rc == 1 || (rc == 0 && last))
			return rc;
		if (rc == -ECANCELED || rc == -EEXIST || (rc < 0 && last && clock_ms() >= deadline))
			return error_move(err, &problem);
		if (last) {
			at = clock_ms() + RETRY_LOOK_MS;
			continue;
		}
		at = start + after < change->settled_at ? start + after : change->settled_at;
		after *= 2; /* ends with the settling time: no more than a few times */
	}
}

/* The object's id out of the answer to the POST, claimed, and the object into the cache. */
static bool take_object(
	struct changes *changes, struct change *change, const struct http_answer *answer)
{
	const struct resource *resource = changing_resource(changes, &change->plan);
	CLEANUP_JSON struct json *body = json_parse(answer->body, answer->length, NULL);
	const struct json *object = resource_answer(resource, body);
	CLEANUP_FREE char *id = object != NULL ? resource_id(resource, object) : NULL;

	if (id == NULL || !changing_claim(changes, change, id))
		return false;
	cache_put(changes->cache, change->plan.resource, object);
	return true;
}

static enum post_end post(struct changes *changes, struct change *change, struct error *err)
{
	const struct step *step = &change->plan.steps[0];
	CLEANUP_FREE char *body = json_print(step->body);
	CLEANUP_ANSWER struct http_answer answer = {0};
	struct http_request request = {.method = "POST",
		.path = step->path,
		.body = body,
		.scope = changing_resource(changes, &change->plan)->scope,
		.verb = "create",
		.deadline = clock_ms() + changes->timeout_ms,
		.priority = changing_priority(changes, &change->plan)};

	changing_say(changes, change, "%s", step->say);
	int rc = http_perform(changes->http, &request, &answer, err);
	crash_point("create:sent");
	if (rc == -ECANCELED)
		return POST_CANCELLED;
	if (rc == -EAGAIN)
		return POST_WAIT;
	if (answer.outcome == HTTP_NOT_SENT)
		return POST_NOT_SENT;
	change->settled_at = settled_at(changes, answer.outcome == HTTP_UNKNOWN);
	if (answer.outcome == HTTP_UNKNOWN)
		return POST_UNKNOWN;
	if (rc == 0)
		return take_object(changes, change, &answer) ? POST_TAKEN : POST_BLIND;
	/* A 3xx, a 4xx: words of the far side, which has done nothing. */
	return POST_REFUSED;
}

/* One that an earlier docloud was asked for is not given up at once: it may be mounted before the API is in reach. */
static int list_patiently(struct changes *changes, const struct change *change,
	struct snapshot **ret, struct error *err)
{
	int64_t patience = change->may_exist ? changes->timeout_ms * PURSUE_FACTOR : 0;
	int64_t deadline = clock_ms() + patience;

	for (;;) {
		struct error problem = {0};
		int rc = candidates_list(changes, &change->plan, ret, &problem);

		if (rc == 0)
			return 0;
		if (rc == -ECANCELED || clock_ms() >= deadline)
			return error_move(err, &problem);
		if (!changing_sleep(changes, RETRY_LOOK_MS))
			return error_set(err, ECANCELED, "interrupted");
	}
}

/* What is known of the object from before the first POST; the record has it before that is sent. */
static int prepare(struct changes *changes, struct change *change, struct error *err)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;

	if (change->known != NULL)
		return 0;
	int rc = list_patiently(changes, change, &snapshot, err);
	change->may_exist = false; /* its record says that nothing was sent */
	if (rc != 0)
		return rc;
	change->known = candidates_ids(changes, &change->plan, snapshot);
	return create_record(changes, change, err);
}

static int fail_keeping_record(const struct change *change, bool *ret_unsure,
	const struct error *problem, struct error *err)
{
	*ret_unsure = true;
	error_move(err, problem);
	if (problem->code == ECANCELED)
		return -ECANCELED;
	return error_prefix(err,
		"it is not known whether %s was made; docloud looks again when it is written "
		"again, and at "
		"the next mount",
		change->plan.name);
}

/* It is known what became of it: the record has served its time. */
static int fail_for_good(bool *ret_unsure, const struct error *problem, struct error *err)
{
	*ret_unsure = false;
	return error_move(err, problem);
}

/* After an unknown end. 1: it exists; 0: it does not, POST again; negative: the change fails. */
static int after_unknown(struct changes *changes, struct change *change, unsigned posts,
	int64_t deadline, bool *ret_unsure, const struct error *last, struct error *err)
{
	struct error problem = {0};
	int rc = settle(changes, change, deadline, &problem);

	if (rc == -EEXIST)
		return fail_for_good(ret_unsure, &problem, err);
	if (rc < 0)
		return fail_keeping_record(change, ret_unsure, &problem, err);
	if (rc == 1 || (posts < POSTS_MAX && clock_ms() < deadline))
		return rc;
	error_set(&problem, last->code != 0 ? last->code : EIO, "%s", last->message);
	fail_for_good(ret_unsure, &problem, err);
	return error_prefix(err, "tried %u times; %s was looked for each time and is not there",
		posts, change->plan.name);
}

/* After a blind end: it has to turn up. 0: it did. */
static int find_blind(struct changes *changes, struct change *change, int64_t deadline,
	bool *ret_unsure, struct error *err)
{
	struct error problem = {0};
	int rc = 0;

	while (rc == 0 && clock_ms() < deadline) {
		rc = settle(changes, change, deadline, &problem);
		change->settled_at = settled_at(changes, false);
	}
	if (rc == 1)
		return 0;
	if (rc == -EEXIST)
		return fail_for_good(ret_unsure, &problem, err);
	error_set(&problem, EIO, "the API took the request and lists nothing of that name");
	return fail_keeping_record(change, ret_unsure, &problem, err);
}

/* After a refusal, which may be the effect of a POST before it: is that what was made? 0: it is. */
static int after_refusal(struct changes *changes, struct change *change, bool *ret_unsure,
	const struct error *last, struct error *err)
{
	struct error problem = {0};
	int rc = candidate_look(changes, change, &problem);

	if (rc == 1)
		return 0;
	if (rc == 0 || rc == -EEXIST)
		return fail_for_good(ret_unsure, rc == 0 ? last : &problem, err);
	return fail_keeping_record(change, ret_unsure, rc == -ECANCELED ? &problem : last, err);
}

/* Until it exists or certainly does not. */
static int pursue(
	struct changes *changes, struct change *change, bool *ret_unsure, struct error *err)
{
	int64_t deadline = clock_ms() + changes->timeout_ms * PURSUE_FACTOR;
	bool look_first = change->may_exist;
	struct error last = {0};
	unsigned posts = 0;

	for (;;) {
		int rc = !look_first ? 0
				     : after_unknown(changes, change, posts, deadline, ret_unsure,
					       &last, err);
		if (rc != 0)
			return rc < 0 ? rc : 0;
		error_clear(&last);
		change->repeated |= posts > 0 || change->may_exist;
		switch (post(changes, change, &last)) {
		case POST_TAKEN:
			return 0;
		case POST_BLIND:
			return find_blind(changes, change, deadline, ret_unsure, err);
		case POST_UNKNOWN:
			posts++;
			look_first = true;
			break;
		case POST_WAIT:
			changing_say(changes, change, "waiting for the API's rate limit");
			look_first = false; /* the POST before this one was looked for already */
			if (!changing_sleep(changes, RATE_WAIT_MS))
				return error_set(err, ECANCELED, "interrupted");
			break;
		case POST_CANCELLED:
			return error_set(err, ECANCELED, "interrupted");
		case POST_REFUSED:
			return posts > 0 || change->may_exist
				       ? after_refusal(changes, change, ret_unsure, &last, err)
				       : fail_for_good(ret_unsure, &last, err);
		case POST_NOT_SENT:
			return error_move(err, &last);
		}
	}
}

int create_run(struct changes *changes, struct change *change, bool *ret_unsure, struct error *err)
{
	int rc = 0;

	if (change->state.id[0] == '\0') {
		*ret_unsure =
			change->may_exist; /* asked for in an earlier life: not lost by a bad moment */
		rc = prepare(changes, change, err);
		if (rc == 0)
			rc = pursue(changes, change, ret_unsure, err);
		if (rc == -ECANCELED)
			*ret_unsure = true;
		if (rc != 0)
			return error_prefix(err, "%s", change->plan.steps[0].say);
		*ret_unsure = false;
		/* A failure to write is no failure to make: the next mount would find the object. */
		create_record(changes, change, NULL);
		crash_point("create:answered");
		if (change->repeated)
			candidate_tell_twin(changes, change, err);
	}
	if (!change->plan.keep)
		journal_remove(changes->dir, change->key, NULL);
	crash_point("create:done");
	return 0;
}
