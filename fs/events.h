#ifndef DOCLOUD_EVENTS_H
#define DOCLOUD_EVENTS_H

#include "mount.h"

/*
 * What the kernel must forget: a thread of its own compares each new listing with the last one that the kernel was told
 * of and names what changed. (From inside an operation, or from the thread that parked ones wait for, the
 * notification could wait for a page that waits for us.)
 */
struct events;

struct events_target {
	void *context;
	void (*inode)(void *context, uint64_t ino);			 /* attributes and pages */
	void (*entry)(void *context, uint64_t parent, const char *name); /* a name */
};

struct events *events_create(struct mount *mount, const struct events_target *target);
/*
 * bell_close() first. Nothing is told any more when this returns, unless the kernel has held up the last telling for a
 * second: it waits for a reader whom nobody answers now, and the unmount ends that.
 */
void events_stop(struct events *events);
/* Joins the thread. */
void events_destroy(struct events *events);

#endif
