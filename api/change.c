#include "change.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "changing.h"
#include "cleanup.h"
#include "clock.h"
#include "journal.h"
#include "memory.h"

/*
 * The states of a change, and who may do what in them:
 *
 *	submitted --> WAITING --> RUNNING --> DONE | FAILED --> dropped
 *
 *  - A change is in the list from its submission on, so that a second create of its name is refused; it
 *    is WAITING from the moment its record is durable. It leaves the list when it is dropped, and only
 *    after it has ended: a worker may use the change it runs without a lock.
 *  - One worker runs a change. Changes of one object run in the order of their submission, one at a time;
 *    creates have no object yet and run beside each other.
 *  - A create's record is on disk from before WAITING until after FAILED is certain to have made nothing
 *    (see create.c), or DONE was noted by whoever wanted that (plan.keep). What is on disk and not in
 *    memory after a crash is loaded as WAITING, or DONE when the record has the id.
 *  - Updates and deletes have no record: they are not begun before somebody waits for them, and what they
 *    came to can be read from the object.
 */
enum {
	KEEP_ENDED_MS = 600000,
	TICKETS_MAX = 10000, /* ended ones beyond that go early */
};

static void free_change(struct change *change)
{
	change_plan_finish(&change->plan);
	json_free(change->known);
	free(change->key);
	free(change);
}

static void set_id(struct change *change, const char *id)
{
	snprintf(change->state.id, sizeof change->state.id, "%s", id);
}

static bool has_ended(const struct change *change)
{
	return change->state.phase == CHANGE_DONE || change->state.phase == CHANGE_FAILED;
}

/* Does its record have to outlive its end? Under lock. */
static bool has_kept_record(const struct change *change)
{
	return change->key != NULL && has_ended(change) &&
	       (change->state.phase == CHANGE_DONE ? change->plan.keep : change->unsure);
}

/* Under lock. */
static struct change *find_create(
	const struct changes *changes, unsigned resource, const char *name)
{
	for (struct change *change = changes->list; change != NULL; change = change->next)
		if (change->plan.kind == CHANGE_CREATE && change->plan.resource == resource &&
			strcmp(change->plan.name, name) == 0 &&
			(change->state.phase != CHANGE_DONE || change->plan.keep))
			return change;
	return NULL;
}

/* Under lock: the one that is there out of the list. */
static struct change *unlink_at(struct changes *changes, struct change **at)
{
	struct change *change = *at;

	*at = change->next;
	if (*at == NULL)
		changes->end = at;
	return change;
}

/* Under lock. */
static void unlink_change(struct changes *changes, const struct change *change)
{
	struct change **at = &changes->list;

	while (*at != change)
		at = &(*at)->next;
	unlink_at(changes, at);
}

/* Under lock: nobody has to ask for it any more. */
static bool is_over(const struct change *change)
{
	return has_ended(change) && !has_kept_record(change);
}

/* Under lock: those nobody will ask for any more. */
static void drop_old(struct changes *changes)
{
	int64_t now = clock_ms();
	size_t count = 0;

	for (const struct change *change = changes->list; change != NULL; change = change->next)
		count += is_over(change);
	for (struct change **at = &changes->list; *at != NULL;) {
		const struct change *change = *at;

		if (!is_over(change) ||
			(now - change->ended_at < KEEP_ENDED_MS && count < TICKETS_MAX)) {
			at = &(*at)->next;
			continue;
		}
		free_change(unlink_at(changes, at));
		count--;
	}
}

/* Under lock. */
static void append(struct changes *changes, struct change *change)
{
	change->next = NULL;
	*changes->end = change;
	changes->end = &change->next;
}

/* Under lock. */
static void insert(struct changes *changes, struct change *change)
{
	change->ticket = ++changes->last_ticket;
	append(changes, change);
}

/* Under lock: an update or a delete goes behind what is to be done to the same object. */
static void insert_behind(struct changes *changes, struct change *change)
{
	for (struct change *other = changes->list; other != NULL; other = other->next)
		if (!has_ended(other) && other->plan.kind != CHANGE_CREATE &&
			other->plan.resource == change->plan.resource &&
			strcmp(other->state.id, change->state.id) == 0)
			change->after = other;
	insert(changes, change);
}

static enum change_sort sort_of(const struct changes *changes, const struct change *change)
{
	if (change->plan.kind != CHANGE_CREATE)
		return SORT_STEPS;
	return change->plan.resource == changes->droplets ? SORT_DROPLET : SORT_CREATE;
}

/* Under lock: of this object, does another one run, or wait for longer? Or are there enough of its sort? */
static bool must_wait(const struct changes *changes, const struct change *change)
{
	return change->after != NULL ||
	       changes->running[sort_of(changes, change)] >= WORKERS_OF_A_SORT;
}

/* Under lock: the oldest change that may run now. There may be thousands: each is looked at once. */
static struct change *take_queued(struct changes *changes)
{
	struct change *next = changes->queued > 0 ? changes->list : NULL;

	while (next != NULL && (!next->queued || must_wait(changes, next)))
		next = next->next;
	if (next == NULL)
		return NULL;
	next->queued = false;
	changes->queued--;
	next->state.phase = CHANGE_RUNNING;
	changes->running[sort_of(changes, next)]++;
	return next;
}

/*
 * The record of a create that made nothing, out of the way before anybody can see the end, and submit anew
 * under the same record. Where that fails the next mount would make what was said to have failed.
 */
static bool forget_record(struct changes *changes, const struct change *change, struct error *err)
{
	struct error problem = {0};

	if (change->key == NULL || journal_remove(changes->dir, change->key, &problem) == 0)
		return true;
	error_prefix(err,
		"its record could not be removed (%s), and the next mount would create it: write "
		"it again, or destroy it then",
		problem.message);
	return false;
}

static void end_change(
	struct changes *changes, struct change *change, int rc, bool unsure, struct error *err)
{
	if (rc != 0 && rc != -ECANCELED && !unsure)
		unsure = !forget_record(changes, change, err);
	pthread_mutex_lock(&changes->lock);
	changes->running[sort_of(changes, change)]--;
	change->unsure = unsure || rc == -ECANCELED;
	change->state.phase = rc == 0 ? CHANGE_DONE : CHANGE_FAILED;
	change->state.step[0] = '\0';
	change->state.error = *err;
	change->ended_at = clock_ms();
	for (struct change *other = change->next; other != NULL; other = other->next)
		if (other->after == change)
			other->after = NULL;
	pthread_cond_broadcast(&changes->work); /* one of the same object may go now */
	pthread_mutex_unlock(&changes->lock);
	bell_ring(changes->bell);
}

static void *worker(void *context)
{
	struct changes *changes = context;

	pthread_mutex_lock(&changes->lock);
	while (!changes->stop) {
		struct change *change = take_queued(changes);

		if (change == NULL) {
			changes->idle++;
			pthread_cond_wait(&changes->work, &changes->lock);
			changes->idle--;
			continue;
		}
		pthread_mutex_unlock(&changes->lock);
		struct error err = {0};
		bool unsure = false;
		int rc = change->plan.kind == CHANGE_CREATE
				 ? create_run(changes, change, &unsure, &err)
				 : steps_run(changes, change, &err);
		end_change(changes, change, rc, unsure, &err);
		pthread_mutex_lock(&changes->lock);
	}
	pthread_mutex_unlock(&changes->lock);
	return NULL;
}

/* Under lock. */
static void queue(struct changes *changes, struct change *change)
{
	change->queued = true;
	changes->queued++;
	if (changes->queued > changes->idle && changes->worker_count < WORKERS_MAX &&
		!changes->stop &&
		pthread_create(&changes->workers[changes->worker_count], NULL, worker, changes) ==
			0)
		changes->worker_count++;
	pthread_cond_signal(&changes->work);
}

/* Under records: put the create into the list in the place of one that failed, which is the caller's then; or refuse it. */
static int replace_failed(
	struct changes *changes, struct change *change, struct change **ret_old, struct error *err)
{
	LOCKED(&changes->lock);
	struct change *old = find_create(changes, change->plan.resource, change->plan.name);

	if (old != NULL && old->state.phase != CHANGE_FAILED)
		return error_set(err, EEXIST, "a create of %s is %s", change->plan.name,
			old->state.phase == CHANGE_DONE ? "just done" : "under way already");
	/* It may exist: what was known before *that* create is what this one has to know. */
	if (old != NULL && old->unsure) {
		json_free(change->known);
		change->known = json_copy(old->known);
		change->loaded = true;
		change->settled_at = old->settled_at;
	}
	if (old != NULL)
		unlink_change(changes, old);
	insert(changes, change);
	*ret_old = old;
	return 0;
}

/* Under records: as if it had never been submitted, on disk and in the list. */
static void put_back(struct changes *changes, struct change *change, struct change *old)
{
	pthread_mutex_lock(&changes->lock);
	unlink_change(changes, change);
	if (old != NULL)
		append(changes, old);
	pthread_mutex_unlock(&changes->lock);
	if (old != NULL && old->unsure)
		create_record(changes, old, NULL);
	else
		journal_remove(changes->dir, change->key, NULL);
}

static int submit_create(struct changes *changes, struct change *change, struct error *err)
{
	struct change *old = NULL;

	LOCKED(&changes->records);
	int rc = replace_failed(changes, change, &old, err);
	if (rc != 0)
		return rc;
	rc = create_record(changes, change, err);
	if (rc != 0)
		put_back(changes, change, old);
	else if (old != NULL)
		free_change(old);
	return rc;
}

static char *record_key(const struct changes *changes, const struct change_plan *plan)
{
	const struct resource *resource = cache_resource(changes->cache, plan->resource);
	CLEANUP_FREE char *nested = resource->under != NULL
					    ? xasprintf("%s/%s", resource->under, plan->name)
					    : NULL;
	const char *name = nested != NULL ? nested : plan->name;
	uint64_t hash = 14695981039346656037u;

	/* A name that would not fit into a file name goes by its hash; the record has it in full. */
	if (strlen(name) <= 60)
		return xasprintf("%s/%s", resource->name, name);
	for (const char *at = name; *at != '\0'; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211u;
	return xasprintf("%s//%016llx", resource->name, (unsigned long long)hash);
}

int64_t change_submit(struct changes *changes, struct change_plan *plan, struct error *err)
{
	struct change *change = xcalloc(1, sizeof *change);
	int rc = 0;

	change->plan = *plan;
	*plan = (struct change_plan){0};
	pthread_mutex_lock(&changes->lock);
	drop_old(changes);
	pthread_mutex_unlock(&changes->lock);
	if (change->plan.kind == CHANGE_CREATE) {
		if (change->plan.count != 1 || change->plan.name == NULL ||
			change->plan.steps[0].body == NULL) {
			free_change(change);
			return error_set(
				err, EINVAL, "a create is one request with a name and a body");
		}
		if (change->plan.resource == changes->droplets)
			create_add_tags(changes, change->plan.steps[0].body);
		change->key = record_key(changes, &change->plan);
		change->known = create_known(changes, &change->plan);
		rc = submit_create(changes, change, err);
	}
	if (rc != 0) {
		free_change(change);
		return rc;
	}
	pthread_mutex_lock(&changes->lock);
	if (change->plan.kind != CHANGE_CREATE) {
		set_id(change, change->plan.id != NULL ? change->plan.id : "");
		insert_behind(changes, change);
	}
	int64_t ticket = change->ticket;
	queue(changes, change);
	pthread_mutex_unlock(&changes->lock);
	return ticket;
}

int64_t change_find(struct changes *changes, unsigned resource, const char *name)
{
	LOCKED(&changes->lock);
	const struct change *change = find_create(changes, resource, name);
	return change != NULL ? change->ticket : 0;
}

/* Under lock. */
static struct change *find_ticket(const struct changes *changes, int64_t ticket)
{
	struct change *change = changes->list;

	while (change != NULL && change->ticket != ticket)
		change = change->next;
	return change;
}

bool change_get(struct changes *changes, int64_t ticket, struct change_state *ret)
{
	LOCKED(&changes->lock);
	const struct change *change = find_ticket(changes, ticket);
	if (change != NULL)
		*ret = change->state;
	return change != NULL;
}

static void drop(struct changes *changes, int64_t ticket, bool unsure_too)
{
	/* Until the record is gone no other create of the name may write its own. */
	LOCKED(&changes->records);
	pthread_mutex_lock(&changes->lock);
	struct change *change = find_ticket(changes, ticket);
	bool unsure = change != NULL && change->key != NULL && change->unsure;
	bool ended = change != NULL && has_ended(change) && (unsure_too || !unsure);
	bool kept = ended && has_kept_record(change);
	if (ended)
		unlink_change(changes, change);
	pthread_mutex_unlock(&changes->lock);
	if (kept)
		journal_remove(changes->dir, change->key, NULL);
	if (ended)
		free_change(change);
}

void change_drop(struct changes *changes, int64_t ticket)
{
	drop(changes, ticket, false);
}

void change_forget(struct changes *changes, int64_t ticket)
{
	drop(changes, ticket, true);
}

bool change_pending(struct changes *changes, unsigned resource, const char *id)
{
	LOCKED(&changes->lock);
	for (const struct change *change = changes->list; change != NULL; change = change->next)
		if (!has_ended(change) && change->plan.resource == resource &&
			strcmp(change->state.id, id) == 0)
			return true;
	return false;
}

const char *changes_tag(const struct changes *changes)
{
	return changes->tag;
}

static void load_record(void *context, const char *key, const struct json *record)
{
	struct changes *changes = context;
	struct change *change = create_load(changes, key, record);

	if (change == NULL)
		return;
	pthread_mutex_lock(&changes->lock);
	insert(changes, change);
	if (change->state.phase == CHANGE_WAITING)
		queue(changes, change);
	pthread_mutex_unlock(&changes->lock);
}

static void free_changes(struct changes *changes)
{
	for (struct change *change = changes->list, *next; change != NULL; change = next) {
		next = change->next;
		free_change(change);
	}
	pthread_cond_destroy(&changes->work);
	pthread_cond_destroy(&changes->wake);
	pthread_mutex_destroy(&changes->lock);
	pthread_mutex_destroy(&changes->records);
	free(changes->dir);
	free(changes->tag);
	free(changes);
}

struct changes *changes_create(struct http *http, struct cache *cache, struct bell *bell,
	const struct changes_options *options, struct error *err)
{
	struct changes *changes = xcalloc(1, sizeof *changes);

	changes->end = &changes->list;
	changes->http = http;
	changes->cache = cache;
	changes->bell = bell;
	changes->droplets = options->droplets;
	changes->timeout_ms = options->timeout_ms;
	changes->action_ms = options->action_ms;
	changes->dir = xasprintf("%s/creates", options->state_dir);
	pthread_mutex_init(&changes->lock, NULL);
	pthread_mutex_init(&changes->records, NULL);
	clock_cond_init(&changes->work);
	clock_cond_init(&changes->wake);
	if (journal_make(changes->dir, err) == 0)
		changes->tag = journal_id(options->state_dir, err);
	if (changes->tag == NULL) {
		free_changes(changes);
		return NULL;
	}
	journal_load(changes->dir, load_record, changes, err);
	return changes;
}

void changes_destroy(struct changes *changes)
{
	if (changes == NULL)
		return;
	pthread_mutex_lock(&changes->lock);
	changes->stop = true;
	pthread_cond_broadcast(&changes->work);
	pthread_cond_broadcast(&changes->wake);
	pthread_mutex_unlock(&changes->lock);
	for (unsigned i = 0; i < changes->worker_count; i++)
		pthread_join(changes->workers[i], NULL);
	free_changes(changes);
}
