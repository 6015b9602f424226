#ifndef DOCLOUD_ACT_H
#define DOCLOUD_ACT_H

#include "edit.h"
#include "subject.h"

/*
 * What changing operations mean, told without FUSE. All return 0 or a negative errno with a sentence in err. -EINPROGRESS
 * asks to be called again, with the same arguments, when the bell has rung: for an inventory that is being read, or,
 * with *ticket set, for the end of a change that was submitted.
 */

/* Files. */

/*
 * Before any open: what was written counts when it is closed, and the close is on its way to us when the next open comes;
 * so that waits for it (-EINPROGRESS). A scratch file that became a component is another file then: -ESTALE, upon which
 * the kernel looks the name up again.
 */
int act_settle(struct mount *mount, struct node node, struct error *err);

/* Opening for writing. What `cp -r` writes into a draft beside its own files is dropped. */
int act_open(struct mount *mount, struct node node, enum edit_opening opening, struct error *err);
/* offset -1: append. Refuses what is known to be wrong, and then changes nothing. */
int act_write(struct mount *mount, struct node node, const char *data, size_t size, off_t offset,
	struct error *err);
int act_truncate(struct mount *mount, struct node node, off_t length, bool open, struct error *err);
/* A copy of the descriptor was closed: the text is checked, as a whole unless partial (a process that was handed the
 * descriptor ended; the one that opened it may write on: then nobody waits for its last close). */
int act_flush(struct mount *mount, struct node node, bool partial, struct error *err);
/* An open for writing ended; *closed is set once it is counted. At the last one the text is submitted. */
int act_release(struct mount *mount, struct node node, bool *closed, struct error *err);
int act_fsync(struct mount *mount, struct node node, bool writer, struct error *err);

/* Names. */

int act_create(struct mount *mount, struct node dir, const char *name, mode_t mode,
	struct node *ret, struct error *err);
int act_mkdir(struct mount *mount, struct node dir, const char *name, mode_t mode, int64_t *ticket,
	struct node *ret, struct error *err);
int act_symlink(struct mount *mount, struct node dir, const char *name, const char *target,
	int64_t *ticket, struct node *ret, struct error *err);
int act_unlink(
	struct mount *mount, struct node dir, const char *name, int64_t *ticket, struct error *err);
int act_rmdir(
	struct mount *mount, struct node dir, const char *name, int64_t *ticket, struct error *err);
int act_rename(struct mount *mount, struct node from, const char *name, struct node to,
	const char *new_name, bool exclusive, int64_t *ticket, struct error *err);
/* touch of a collection or of the root: list it anew. */
int act_touch(struct mount *mount, struct node node, struct error *err);

/* Wait for a change: 0, its failure, or -EINPROGRESS. */
int act_wait(struct mount *mount, int64_t ticket, struct error *err);

#endif
