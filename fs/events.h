#ifndef DOCLOUD_EVENTS_H
#define DOCLOUD_EVENTS_H

#include "forget.h"
#include "mount.h"

/*
 * What the kernel must forget: a thread of its own compares each new listing with the last one that the kernel was told
 * of and names what changed: first all that can be said without waiting, then, in another thread (forget.h), the rest. (From
 * inside an operation, or from the thread that parked ones wait for, a notification could wait for what waits for us.)
 */
struct events;

struct events_target {
	void *context;
	/* What stat says of it, its mtime first; waits for nothing. */
	void (*inode)(void *context, uint64_t ino);
	struct forget_target forget; /* names, and what links say */
};

/* Rings when the kernel has been told what inodes are news by now: whoever answers a change after that can be believed. */
struct bell *events_bell(struct events *events);

struct events *events_create(struct mount *mount, const struct events_target *target);
/* bell_close() first. Ends as forget_stop(). */
void events_stop(struct events *events);
/* Joins the thread. */
void events_destroy(struct events *events);

#endif
