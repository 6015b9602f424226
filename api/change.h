#ifndef DOCLOUD_CHANGE_H
#define DOCLOUD_CHANGE_H

#include "bell.h"
#include "cache.h"

/*
 * Everything that changes the account. A change is a list of steps, a value: `plan` prints it, and
 * exactly that is sent. Changes run behind the caller, in a few threads of their own; their state is
 * read with change_get() and the bell rings whenever one moves.
 *
 * Exactly once. A create's intent is on disk before its request is sent, with the ids that bore its
 * name before. When the answer is lost (reset, timeout, 5xx, kill -9), the object is looked for before
 * anything is repeated: by its name, and of droplets by the journal's tag, too. (create.c has an essay on
 * that, change.c one on the states of a change.) An action's POST is never repeated unless it surely was not
 * sent or was refused; the object's list of actions tells whether it was taken.
 */
struct changes;

struct step {
	const char *method; /* "POST", "PUT", "PATCH", "DELETE" */
	char *path;	    /* owned */
	struct json *body;  /* owned; NULL without one */
	char *say;	    /* owned: one line for plan and log: "power off (downtime begins)" */
	bool action;	    /* the answer is an action: wait until it is completed */
	/* Also after one before it failed, and by the next mount if need be: it ends what that one's predecessor began. */
	bool always;
};

enum change_kind { CHANGE_CREATE, CHANGE_UPDATE, CHANGE_DELETE };

/* What is to be done: filled by the caller, owned by changes once submitted (or freed by finish). */
struct change_plan {
	enum change_kind kind;
	unsigned resource; /* number of the listing, as in cache */
	char *name;	   /* the object's name: of the one to create, or for messages */
	char *id;	   /* the object's id; NULL for a create */
	/*
	 * Keep the record of a create that is done until change_drop(): for an upper floor that has a
	 * record of its own to bring up to date first, and must not lose the id between the two.
	 */
	bool keep;
	/* Another object that it changes, too, and that is read again at its end: its listing, and its id; NULL: none. */
	unsigned also;
	char *also_id;
	struct step *steps; /* of a create: one POST */
	size_t count;
};

void change_plan_add(struct change_plan *plan, const char *method, char *path, struct json *body,
	bool action, const char *say_format, ...) __attribute__((format(printf, 6, 7)));
void change_plan_finish(struct change_plan *plan);

enum change_phase { CHANGE_WAITING, CHANGE_RUNNING, CHANGE_DONE, CHANGE_FAILED };

/* A copy of a change's state. */
struct change_state {
	enum change_phase phase;
	char id[264];	    /* the object's, once known */
	char step[160];	    /* what runs now, for status */
	struct error error; /* when it failed; of a create that is done, that there may be two */
};

struct changes_options {
	/* Intents are kept in its creates/, what has to follow in its endings/. */
	const char *state_dir;
	unsigned droplets; /* number of the listing whose objects carry the journal's tag */
	/*
	 * Deadline of one request. A create is pursued for ten times as long after its first request, and one that is taken up
	 * again before it, too. What is not sent because of the API's rate limit, which holds for an hour at most, has no
	 * deadline: it waits, and says so.
	 */
	int64_t timeout_ms;
	int64_t action_ms; /* deadline of one action */
};

/*
 * Loads the intents that an earlier docloud left and takes them up again. NULL when the state directory
 * cannot be used. A record that does not parse is set aside, and err set to EBADMSG, but the rest goes on.
 */
struct changes *changes_create(struct http *http, struct cache *cache, struct bell *bell,
	const struct changes_options *options, struct error *err);
/*
 * http_cancel() first. What runs stops where it is; creates go on at the next changes_create(), and of an update that was
 * begun the steps that are `always` are done then.
 */
void changes_destroy(struct changes *changes);

/* The tag that names this journal, "docloud-0123456789ab". */
const char *changes_tag(const struct changes *changes);

/*
 * Submit. Takes the plan in any case. A create is durable when this returns 0. Returns a ticket > 0, or a
 * negative errno (EEXIST: a create of that name is under way, or done and kept; EIO/ENOSPC: the journal
 * could not be written). A create that failed under that name before is forgotten by this.
 */
int64_t change_submit(struct changes *changes, struct change_plan *plan, struct error *err);

/*
 * The ticket of the create of that name that is under way, failed since the mount, or is done and kept,
 * be it of an earlier mount; 0 if none.
 */
int64_t change_find(struct changes *changes, unsigned resource, const char *name);

/* False for a ticket that is unknown or was dropped; what ended and is not kept is after ten minutes. */
bool change_get(struct changes *changes, int64_t ticket, struct change_state *ret);
/*
 * Nobody will ask for it any more: forget a change that has ended, with its record if there is one. Nothing for one that
 * goes on, nor for a create of which it is not known whether it was one: a later one of that name has to know of it.
 */
void change_drop(struct changes *changes, int64_t ticket);
/* The same of a create that nobody wants any more, known or not. */
void change_forget(struct changes *changes, int64_t ticket);

/* Is any change of that object (by id) waiting or running? */
bool change_pending(struct changes *changes, unsigned resource, const char *id);

#endif
