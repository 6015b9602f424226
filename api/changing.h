#ifndef DOCLOUD_CHANGING_H
#define DOCLOUD_CHANGING_H

#include <pthread.h>

#include "change.h"
#include "tickets.h"

/* What change.c (tickets, threads), create.c and step.c share. */

enum {
	WORKERS_MAX = 16,
	WORKERS_OF_A_SORT = 12, /* droplets come in floods, actions take minutes: neither has all */
};

struct change {
	struct ticket ticket;  /* changes->lock */
	enum change_sort sort; /* const */
	char *key;	       /* const: a create's record; NULL for others */
	/* The worker's from the queueing on: a POST of an earlier docloud, or of a create before this one, may have taken effect. */
	bool may_exist;

	struct change_plan plan; /* const from the queueing on */
	struct json
		*known; /* the worker's: ids that are not this create's; NULL: not looked up yet */
	int64_t settled_at; /* the worker's: when what an earlier POST did can be seen */
	bool repeated;	    /* the worker's: a POST was sent after one whose end is unknown */
	bool begun;   /* the worker's: of an update or delete, that a step may have been taken */
	bool unended; /* the worker's: a step that is always to be done may not have been */

	/* changes->lock */
	bool waits;  /* for the one of the same object before it, until that has ended */
	bool unsure; /* failed, and its record is kept: it may have taken effect */
	int64_t ended_at;
	struct change_state state;
};

struct changes {
	/* const */
	struct http *http;
	struct cache *cache;
	struct bell *bell;
	unsigned droplets;
	int64_t timeout_ms, action_ms;
	char *dir, *endings, *tag; /* directories of creates, and of what has to follow */

	/* Held while the list and the records on disk are brought in step; taken before lock. */
	pthread_mutex_t records;

	pthread_mutex_t lock;
	pthread_cond_t work;	       /* something is queued, or stop */
	pthread_cond_t wake;	       /* stop, for those that sleep */
	struct tickets tickets;	       /* lock */
	int64_t newest_action;	       /* lock: the highest id of an action that was seen */
	bool stop;		       /* lock */
	unsigned idle, running[SORTS]; /* lock: workers without work, and with a change */
	unsigned worker_count;
	pthread_t workers[WORKERS_MAX];
};

/* Under lock. */
static inline bool change_has_ended(const struct change *change)
{
	return change->state.phase == CHANGE_DONE || change->state.phase == CHANGE_FAILED;
}

/* Does its record have to outlive its end? Under lock. */
static inline bool change_has_kept_record(const struct change *change)
{
	return change->key != NULL && change_has_ended(change) &&
	       (change->state.phase == CHANGE_DONE ? change->plan.keep : change->unsure);
}

/* Tell what a change does now, for status; rings. */
void changing_say(struct changes *changes, struct change *change, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* False when docloud is shutting down. */
bool changing_sleep(struct changes *changes, int64_t ms);

/*
 * Make this change's object the one of that id, unless another create has it already. False then.
 */
bool changing_claim(struct changes *changes, struct change *change, const char *id);
/* Has another create that one? */
bool changing_is_claimed(struct changes *changes, const struct change *change, const char *id);

const struct resource *changing_resource(
	const struct changes *changes, const struct change_plan *plan);
/* The name of the record of what a listing has by that name or id; freed by the caller. */
char *changing_key(const struct changes *changes, unsigned listing, const char *subject);
enum http_priority changing_priority(const struct changes *changes, const struct change_plan *plan);

/*
 * candidate.c. What is known of the object without a request, for change->known; NULL: it has to be looked up. A listing of
 * all that might be ours; for droplets of those with the name and of those with GPUs: two requests. The ids in a listing
 * that have the plan's name.
 */
struct json *create_known(struct changes *changes, const struct change_plan *plan);
int candidates_list(struct changes *changes, const struct change_plan *plan, struct snapshot **ret,
	struct error *err);
struct json *candidates_ids(const struct changes *changes, const struct change_plan *plan,
	const struct snapshot *snapshot);
/*
 * Look once. 1: found, claimed and in the cache; 0: not there; -EEXIST: a droplet was found, claimed and put there, but it is
 * not what the body asks for, as an earlier body was sent; otherwise negative: could not look.
 */
int candidate_look(struct changes *changes, struct change *change, struct error *err);
/* Once it is made: is there another that may be of this create? Into the cache, and err says so. */
void candidate_tell_twin(struct changes *changes, const struct change *change, struct error *err);
/*
 * The object is about to be destroyed, or has got another name: whatever create of unknown end may have made it is over,
 * and its record with it, as a look would not find it any more, and the next mount would make it anew.
 */
void candidate_leaves(struct changes *changes, unsigned resource, const struct object *object);

/* create.c */
int create_record(struct changes *changes, const struct change *change, struct error *err);
struct change *create_load(struct changes *changes, const char *key, const struct json *record);
void create_add_tags(const struct changes *changes, struct json *body);
/*
 * Make the object, once. 0, with err set when there may be two; -ECANCELED at shutdown, with the record left for the next
 * time; or another error. *ret_unsure: the record must stay, as it is not known whether it exists.
 */
int create_run(struct changes *changes, struct change *change, bool *ret_unsure, struct error *err);

/*
 * ending.c: the record of what has to be done at the end of a plan, whatever becomes of it. Durable when ending_record()
 * returns 0; ending_remove() takes away whatever there is of the plan's object. False for a record that is of another version.
 */
bool ending_is_wanted(const struct change_plan *plan);
int ending_record(struct changes *changes, const struct change_plan *plan, struct error *err);
void ending_remove(struct changes *changes, const struct change_plan *plan);
bool ending_load(struct changes *changes, const struct json *record, struct change_plan *ret);

/* step.c */
int steps_run(struct changes *changes, struct change *change, struct error *err);

#endif
