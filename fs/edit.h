#ifndef DOCLOUD_EDIT_H
#define DOCLOUD_EDIT_H

#include <sys/stat.h>

#include "mount.h"
#include "tree.h"

/*
 * Files while they are written. A control file (spec, stack, power …) has a buffer from the first open for writing to
 * the last close, shared by all who have it open; what it holds then is submitted, whole. Editors' scratch files and
 * whatever else is put beside ours into a draft are buffers that stay until they are removed. Nothing here is ever
 * sent. Bounded in number and size. Safe from all threads; the lock is a leaf.
 */
struct edits;

#define EDIT_MAX (1u << 20) /* bytes of one buffer; a spec is refused far below */

struct edits *edits_create(void);
void edits_destroy(struct edits *edits);

/* The buffer of a control file. */

/* What it holds first: what it reads as; or nothing, which counts as written; or, as it was made a moment ago, nothing. */
enum edit_opening { OPEN_AS_IT_IS, OPEN_EMPTIED, OPEN_NEW };

/* One more writer. Without a buffer there is made one that holds text; one that is opened without forgets a refusal. owner:
 * the object's inode, for edits_pending(). sink: what is written is dropped. */
void edit_open(struct edits *edits, uint64_t ino, uint64_t owner, bool sink, const char *text,
	size_t length, enum edit_opening opening);

struct edit_state {
	bool exists, dirty, sink, flushed;
	unsigned writers;
	uint64_t serial; /* another buffer in its place has another; 0 without one */
	size_t length;
	struct error refused; /* the write that was refused; code 0 if none */
};
bool edit_get(struct edits *edits, uint64_t ino, struct edit_state *ret);
/* A copy of what it holds, NUL-terminated; NULL without a buffer. */
char *edit_text(struct edits *edits, uint64_t ino, size_t *ret_length);

/* What it would hold after this write (offset -1: at the end); EFBIG beyond EDIT_MAX. Freed by the caller. */
int edit_preview(struct edits *edits, uint64_t ino, const char *data, size_t size, off_t offset,
	char **ret, size_t *ret_length, struct error *err);
/* Hold this text from now on (taken). */
void edit_set(struct edits *edits, uint64_t ino, char *text, size_t length);
void edit_truncate(struct edits *edits, uint64_t ino, size_t length);
void edit_refuse(struct edits *edits, uint64_t ino, const struct error *err);
void edit_flushed(struct edits *edits, uint64_t ino);
/* One writer fewer; returns how many are left. */
unsigned edit_close(struct edits *edits, uint64_t ino);
/* The buffer is no longer needed, unless it has a writer again or is a scratch file's. */
void edit_drop(struct edits *edits, uint64_t ino);
/* A file of this object has been closed and its last close is still on its way to us. */
bool edits_pending(struct edits *edits, uint64_t owner);
/* The same of one file. */
bool edit_is_pending(struct edits *edits, uint64_t ino);

/* Scratch files: numbers of nodes of type NODE_SCRATCH. */

int scratch_make(struct edits *edits, uint64_t parent, const char *name, mode_t mode,
	const char *target, struct node *ret, struct error *err);
bool scratch_stat(struct edits *edits, struct node node, struct stat *ret);
/* Its directory's inode and its name (freed by the caller). */
bool scratch_place(struct edits *edits, struct node node, uint64_t *ret_parent, char **ret_name);
void scratch_chmod(struct edits *edits, struct node node, mode_t mode);
int scratch_rename(struct edits *edits, struct node node, uint64_t parent, const char *name,
	struct error *err);
/* Who has it open for writing writes on, into what has no name. */
int scratch_remove(struct edits *edits, struct node node, struct error *err);
/* All beneath a directory that is gone, and the buffers of its control files: who still has one of these open, has nothing. */
void edits_forget(struct edits *edits, uint64_t parent);
/* What is beside an object's own files goes with its directory to another name; false, and nothing done, while one is open
 * for writing. */
bool edits_move(struct edits *edits, uint64_t from, uint64_t to);
/* Those in a directory; wanted: only the one of that name. No lock is held while visit runs. */
void edits_list(struct edits *edits, uint64_t parent, tree_visitor visit, void *context,
	const char *wanted);

/* Marks on nodes that end by themselves after some seconds. */

/* A file that an editor moved or removed on its way to writing it anew: not there for as long. */
void edit_mark_absent(struct edits *edits, uint64_t ino, bool absent);
bool edit_is_absent(struct edits *edits, uint64_t ino);
/*
 * What a process is that looks into a draft: the one that has just made it, and whether it has put a file there since. One
 * that opens a file other than as new is none that copies a directory, and no longer told from others.
 */
enum freshness { FRESH_NOT, FRESH_MADE, FRESH_COPIED };
void edit_mark_made(struct edits *edits, uint64_t ino, pid_t pid);
void edit_mark_copied(struct edits *edits, uint64_t ino, pid_t pid, bool as_new);
enum freshness edit_freshness(struct edits *edits, uint64_t ino, pid_t pid);
/* A process has put a new file of ours into a draft that another one made: `tar x` does so, file by file, as `cp -r`. */
void edit_mark_filled(struct edits *edits, uint64_t ino, pid_t pid);
/* It may be filling it still: `cp -r` does not care which file comes last. For a second at most since the last one. */
bool edit_is_filled(struct edits *edits, uint64_t ino);
/* What in this directory is being written, or was moved on its way to that: 0 for nothing, another number for another. */
uint64_t edits_state(struct edits *edits, uint64_t dir);

#endif
