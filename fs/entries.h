#ifndef DOCLOUD_ENTRIES_H
#define DOCLOUD_ENTRIES_H

#include "mount.h"
#include "node.h"

/*
 * Directories as readdir(3) walks through them: in pieces, each of which names the place that the next begins after.
 * Nothing is kept from piece to piece that could be missing. An entry's place is the number of its name, the same in
 * every list, so that a walk which goes on in a newer list meets no name twice and misses none that was there all along.
 */
struct entry {
	char *name;
	struct node node;
	int64_t place; /* from 1, without order among directories */
};

struct entries {
	uint64_t dir;
	struct entry *all; /* sorted by place */
	size_t count;
	unsigned refs; /* under the walks' lock */
};

/* The lists of the latest walks that have not come to their end, so that the next piece need not make its own. */
struct walks;

struct walks *walks_create(void);
void walks_destroy(struct walks *walks);

/*
 * The list of dir for a piece that begins after that place (0: the first), to be given back with entries_release().
 * Errors, and -EINPROGRESS, as of tree_list().
 */
int entries_get(struct mount *mount, struct node dir, int64_t after, struct entries **ret,
	struct error *err);
/* The first entry after that place. */
size_t entries_after(const struct entries *entries, int64_t after);
/* ended: that was the last piece. */
void entries_release(struct walks *walks, struct entries *entries, bool ended);

#endif
