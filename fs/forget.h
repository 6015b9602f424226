#ifndef DOCLOUD_FORGET_H
#define DOCLOUD_FORGET_H

#include <stdint.h>

/*
 * What the kernel can only be told by whoever can wait: that it forget a name takes the lock of the directory, which an
 * operation in there may hold until we answer it; that it forget what a link says waits for a reader of that. So a thread
 * of its own tells these, one after the other, and nobody waits for it.
 */
struct forget;

struct forget_target {
	void *context;
	void (*name)(void *context, uint64_t parent, const char *name);
	void (*text)(void *context, uint64_t ino);
};

/* NULL when there is no thread to be had. */
struct forget *forget_create(const struct forget_target *target);
void forget_name(struct forget *forget, uint64_t parent, const char *name);
void forget_text(struct forget *forget, uint64_t ino);

/* Nothing is told any more when this returns, unless the kernel has held up the last telling for a second. */
void forget_stop(struct forget *forget);
/* Joins the thread. Takes NULL. */
void forget_destroy(struct forget *forget);

#endif
