#ifndef DOCLOUD_EDIT_BUFFER_H
#define DOCLOUD_EDIT_BUFFER_H

#include <pthread.h>

#include "edit.h"

/* What edit.c and edit_scratch.c share. */

#define MARKS 64

struct buffer {
	struct buffer *next;
	uint64_t ino, owner, serial; /* serial: no other buffer has it, of this inode or another */
	char *text;
	size_t length;
	unsigned writers;
	bool dirty, sink, closing; /* closing: by its last writer; it is being submitted */
	int64_t flushed; /* clock_ms() of the last close of a copy since the last write; 0: none */
	struct error refused;
	bool scratch; /* and of such a file: */
	uint64_t parent;
	char *name; /* NULL: it was removed while it was written */
	mode_t mode;
	time_t changed;
};

/* A mark on an inode that ends at a time. */
struct mark {
	uint64_t ino;
	int64_t until;
	pid_t pid;   /* of a fresh one, as the next */
	bool made;   /* by that process, */
	bool copied; /* which has put a file there */
};

struct edits {
	pthread_mutex_t lock; /* leaf: of all below */
	struct buffer *first; /* newest first */
	uint64_t serial;      /* of the newest */
	unsigned scratches;
	uint32_t next; /* number of the next scratch file */
	struct mark absent[MARKS], fresh[MARKS];
};

/* With the lock held. */
struct buffer *buffer_find(struct edits *edits, uint64_t ino);
struct buffer *buffer_add(struct edits *edits, uint64_t ino);
void buffer_remove(struct edits *edits, struct buffer *buffer);

#endif
