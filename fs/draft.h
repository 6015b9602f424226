#ifndef DOCLOUD_DRAFT_H
#define DOCLOUD_DRAFT_H

#include "mount.h"

/*
 * Drafts: objects that mkdir made and the API has not heard of. Each is a record in state_dir/drafts with the texts
 * written into it, so that a remount finds it again. A draft is told by the number of the listing that its object is to
 * be in, and its name. Safe from all threads; the lock is a leaf.
 */
struct drafts;

/* Loads what was left. With err set to EBADMSG when a record did not parse: it was set aside. NULL when one cannot be read. */
struct drafts *drafts_create(const char *state_dir, struct cache *cache, struct error *err);
void drafts_destroy(struct drafts *drafts);

/* EEXIST if there is one of that name. */
int draft_make(struct drafts *drafts, unsigned listing, const char *name, struct error *err);
/* With its texts. EEXIST, ENOENT; EINPROGRESS while it is being handed on. */
int draft_rename(struct drafts *drafts, unsigned listing, const char *name, const char *new_name,
	struct error *err);
/* submitted: it was handed on to be created; remembered for draft_submitted(). */
void draft_remove(struct drafts *drafts, unsigned listing, const char *name, bool submitted);
bool draft_exists(struct drafts *drafts, unsigned listing, const char *name);
/* May something be added to it still? -EINPROGRESS while it is being handed on, -ENOENT when it was or is not there. */
int draft_check(struct drafts *drafts, unsigned listing, const char *name);
time_t draft_time(struct drafts *drafts, unsigned listing, const char *name);
/* No longer remember that it was handed on. */
void draft_forget(struct drafts *drafts, unsigned listing, const char *name);
/* clock_ms() of the moment it was handed on, 0 if that was not lately. */
int64_t draft_submitted(struct drafts *drafts, unsigned listing, const char *name);

/*
 * Its object is there, under a name that the API chose: the draft is no more, but its name still leads to the object of
 * that id until the mount ends. draft_became() gives the id, freed by the caller, or NULL.
 */
void draft_become(struct drafts *drafts, unsigned listing, const char *name, const char *id);
char *draft_became(struct drafts *drafts, unsigned listing, const char *name);

/* A text of the draft ("spec", "stack", "user_data", "ticket"), freed by the caller; "" if none. */
char *draft_get(struct drafts *drafts, unsigned listing, const char *name, const char *key);
/* EINPROGRESS while it is being handed on, ENOENT when it is gone. */
int draft_set(struct drafts *drafts, unsigned listing, const char *name, const char *key,
	const char *text, struct error *err);

/*
 * An editor has moved the file to a name of its own, which is kept in memory only: the text reads as "". But it stays on
 * disk, until another one comes in its place, and is there again after a kill in between.
 */
void draft_set_away(struct drafts *drafts, unsigned listing, const char *name, const char *key);

/*
 * Closes of two files of one draft arrive side by side, so a stack may come in the middle of the create that its spec
 * began. From hand_on to draft_remove() or draft_keep() the draft takes no text; what comes waits, and then finds a
 * droplet.
 */
void draft_hand_on(struct drafts *drafts, unsigned listing, const char *name);
void draft_keep(struct drafts *drafts, unsigned listing, const char *name);

/* Call visit with the name of every draft of a kind. No lock is held while it runs. */
void drafts_visit(struct drafts *drafts, unsigned listing,
	void (*visit)(void *context, const char *name), void *context);

#endif
