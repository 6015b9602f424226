#ifndef DOCLOUD_REFUSALS_H
#define DOCLOUD_REFUSALS_H

#include "mount.h"
#include "node.h"

/*
 * A removal that was refused may be a step of `rm -r` or its like, which is to destroy nothing. So for ten seconds after
 * it rmdir is refused of the object that it was in, of all that this one is beneath, and, where it was a collection's own
 * rmdir, of what is in there: some programs try a directory before they look into it. Safe from all threads; the lock is
 * a leaf.
 */
struct refusals;

struct refusals *refusals_create(void);
void refusals_destroy(struct refusals *refusals);

/* A removal of this node was refused. Never asks the API. */
void refusals_note(struct mount *mount, struct node node);
/* So rmdir of this object is to be refused, too: that counts as one inside of what the object is beneath. */
bool refusals_hold(struct mount *mount, struct node object);

#endif
