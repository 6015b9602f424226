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
 *    came to can be read from the object. But what has to follow, as power_on does on a resize, is on disk
 *    from before the first step until it was done (see ending.c): what is there at a mount is loaded as an
 *    update that is WAITING.
 */
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

static enum change_sort sort_of(const struct changes *changes, const struct change_plan *plan)
{
	if (plan->kind != CHANGE_CREATE)
		return SORT_STEPS;
	return plan->resource == changes->droplets ? SORT_DROPLET : SORT_CREATE;
}

/* Those nobody will ask for any more. */
static void drop_old(struct changes *changes)
{
	struct change *change;

	do {
		pthread_mutex_lock(&changes->lock);
		change = tickets_take_old(&changes->tickets);
		pthread_mutex_unlock(&changes->lock);
		if (change != NULL)
			free_change(change);
	} while (change != NULL);
}

/* Under lock: the oldest change that may run now. */
static struct change *take_queued(struct changes *changes)
{
	bool full[SORTS];

	for (unsigned sort = 0; sort < SORTS; sort++)
		full[sort] = changes->running[sort] >= WORKERS_OF_A_SORT;
	struct change *next = tickets_take(&changes->tickets, full);
	if (next == NULL)
		return NULL;
	next->state.phase = CHANGE_RUNNING;
	changes->running[next->sort]++;
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
	changes->running[change->sort]--;
	change->unsure = unsure || rc == -ECANCELED;
	change->state.phase = rc == 0 ? CHANGE_DONE : CHANGE_FAILED;
	change->state.step[0] = '\0';
	change->state.error = *err;
	change->ended_at = clock_ms();
	/* One of the same object, or of the same sort, may run now: by this worker, which has nothing to do any more. */
	tickets_end(&changes->tickets, change);
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
	tickets_queue(&changes->tickets, change);
	if (changes->tickets.ready_count > changes->idle && changes->worker_count < WORKERS_MAX &&
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
	struct change *old = tickets_find_create(
		&changes->tickets, change->plan.resource, change->plan.name);

	if (old != NULL && old->state.phase != CHANGE_FAILED)
		return error_set(err, EEXIST, "a create of %s is %s", change->plan.name,
			old->state.phase == CHANGE_DONE ? "just done" : "under way already");
	/* It may exist: what was known before *that* create is what this one has to know. */
	if (old != NULL && old->unsure) {
		change->known = json_copy(old->known);
		change->may_exist = true;
		change->settled_at = old->settled_at;
	}
	if (old != NULL)
		tickets_remove(&changes->tickets, old);
	tickets_insert(&changes->tickets, change);
	*ret_old = old;
	return 0;
}

/* Under records: as if it had never been submitted, on disk and in the list. */
static void put_back(struct changes *changes, struct change *change, struct change *old)
{
	pthread_mutex_lock(&changes->lock);
	tickets_remove(&changes->tickets, change);
	if (old != NULL)
		tickets_insert_again(&changes->tickets, old);
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
	/* Now that no other create of the name can end unseen: what that made would not be known, and be taken for this one's. */
	if (!change->may_exist)
		change->known = create_known(changes, &change->plan);
	rc = create_record(changes, change, err);
	if (rc != 0)
		put_back(changes, change, old);
	else if (old != NULL)
		free_change(old);
	return rc;
}

int64_t change_submit(struct changes *changes, struct change_plan *plan, struct error *err)
{
	struct change *change = xcalloc(1, sizeof *change);
	int rc = 0;

	change->plan = *plan;
	*plan = (struct change_plan){0};
	change->sort = sort_of(changes, &change->plan);
	drop_old(changes);
	if (change->plan.kind == CHANGE_CREATE) {
		if (change->plan.count != 1 || change->plan.name == NULL ||
			change->plan.steps[0].body == NULL) {
			free_change(change);
			return error_set(
				err, EINVAL, "a create is one request with a name and a body");
		}
		if (change->plan.resource == changes->droplets)
			create_add_tags(changes, change->plan.steps[0].body);
		change->key = changing_key(changes, change->plan.resource, change->plan.name);
		rc = submit_create(changes, change, err);
	}
	if (rc != 0) {
		free_change(change);
		return rc;
	}
	pthread_mutex_lock(&changes->lock);
	if (change->plan.kind != CHANGE_CREATE) {
		set_id(change, change->plan.id != NULL ? change->plan.id : "");
		tickets_insert(&changes->tickets, change);
	}
	int64_t ticket = change->ticket.number;
	queue(changes, change);
	pthread_mutex_unlock(&changes->lock);
	return ticket;
}

int64_t change_find(struct changes *changes, unsigned resource, const char *name)
{
	LOCKED(&changes->lock);
	const struct change *change = tickets_find_create(&changes->tickets, resource, name);
	return change != NULL ? change->ticket.number : 0;
}

bool change_get(struct changes *changes, int64_t ticket, struct change_state *ret)
{
	LOCKED(&changes->lock);
	const struct change *change = tickets_find(&changes->tickets, ticket);
	if (change != NULL)
		*ret = change->state;
	return change != NULL;
}

static void drop(struct changes *changes, int64_t ticket, bool unsure_too)
{
	/* Until the record is gone no other create of the name may write its own. */
	LOCKED(&changes->records);
	pthread_mutex_lock(&changes->lock);
	struct change *change = tickets_find(&changes->tickets, ticket);
	bool unsure = change != NULL && change->key != NULL && change->unsure;
	bool ended = change != NULL && change_has_ended(change) && (unsure_too || !unsure);
	bool kept = ended && change_has_kept_record(change);
	if (ended)
		tickets_remove(&changes->tickets, change);
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
	if (tickets_find_last(&changes->tickets, resource, id) != NULL)
		return true;
	/* A create that has found its object. */
	const struct change *change;
	TAILQ_FOREACH(change, &changes->tickets.running, ticket.turn)
	{
		if (change->plan.resource == resource && strcmp(change->state.id, id) == 0)
			return true;
	}
	return false;
}

const char *changes_tag(const struct changes *changes)
{
	return changes->tag;
}

/* What an earlier docloud left. */
static void take_up(struct changes *changes, struct change *change)
{
	change->sort = sort_of(changes, &change->plan);
	LOCKED(&changes->lock);
	tickets_insert(&changes->tickets, change);
	if (change->state.phase == CHANGE_WAITING)
		queue(changes, change);
}

static void load_record(void *context, const char *key, const struct json *record)
{
	struct changes *changes = context;
	struct change *change = create_load(changes, key, record);

	if (change != NULL)
		take_up(changes, change);
}

static void load_ending(void *context, const char *key, const struct json *record)
{
	struct changes *changes = context;
	struct change_plan plan;

	(void)key;
	if (!ending_load(changes, record, &plan))
		return;
	struct change *change = xcalloc(1, sizeof *change);
	change->plan = plan;
	change->begun = true;
	set_id(change, plan.id);
	take_up(changes, change);
}

/* False where something cannot be read: it may be all that is known of a droplet. What was set aside the caller tells. */
static bool load(struct changes *changes, const char *dir,
	void (*visit)(void *context, const char *name, const struct json *record),
	struct error *err)
{
	struct error problem = {0};
	int rc = journal_load(dir, visit, changes, &problem);

	if (rc == 0)
		return true;
	if (rc != -EBADMSG)
		error_clear(err);
	error_move(err, &problem);
	return rc == -EBADMSG;
}

static void free_changes(struct changes *changes)
{
	for (struct change *change; (change = TAILQ_FIRST(&changes->tickets.all)) != NULL;) {
		tickets_remove(&changes->tickets, change);
		free_change(change);
	}
	pthread_cond_destroy(&changes->work);
	pthread_cond_destroy(&changes->wake);
	pthread_mutex_destroy(&changes->lock);
	pthread_mutex_destroy(&changes->records);
	free(changes->dir);
	free(changes->endings);
	free(changes->tag);
	free(changes);
}

struct changes *changes_create(struct http *http, struct cache *cache, struct bell *bell,
	const struct changes_options *options, struct error *err)
{
	struct changes *changes = xcalloc(1, sizeof *changes);

	tickets_init(&changes->tickets);
	changes->http = http;
	changes->cache = cache;
	changes->bell = bell;
	changes->droplets = options->droplets;
	changes->timeout_ms = options->timeout_ms;
	changes->action_ms = options->action_ms;
	changes->dir = xasprintf("%s/creates", options->state_dir);
	changes->endings = xasprintf("%s/endings", options->state_dir);
	pthread_mutex_init(&changes->lock, NULL);
	pthread_mutex_init(&changes->records, NULL);
	clock_cond_init(&changes->work);
	clock_cond_init(&changes->wake);
	if (journal_make(changes->dir, err) == 0 && journal_make(changes->endings, err) == 0)
		changes->tag = journal_id(options->state_dir, err);
	if (changes->tag == NULL) {
		free_changes(changes);
		return NULL;
	}
	if (!load(changes, changes->dir, load_record, err) ||
		!load(changes, changes->endings, load_ending, err)) {
		changes_destroy(changes);
		return NULL;
	}
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
