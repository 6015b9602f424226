#ifndef DOCLOUD_LEAVING_H
#define DOCLOUD_LEAVING_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Files of ours that an editor is about to rename. The kernel believes for a while which file a name leads to, and takes the
 * belief along to the new name, which leads to the editor's own file then. So the first rename is answered with ESTALE,
 * upon which renameat2(2) looks its names up again, whatever it believes, is told to believe nothing, and comes again.
 * Safe from all threads; the lock is a leaf.
 */
enum { LEAVING_MAX = 16 };

struct leaving {
	pthread_mutex_t lock;
	struct {
		uint64_t ino; /* 0: free */
		bool told;
	} files[LEAVING_MAX];
	unsigned next; /* the place that is taken when none is free */
};

void leaving_init(struct leaving *leaving);
void leaving_finish(struct leaving *leaving);

/* May it be renamed now? False: it was not on its way, and is from here on. */
bool leaving_may(struct leaving *leaving, uint64_t ino);
/* It is about to be told where its name leads: is it on its way, so that this may not be believed? */
bool leaving_tell(struct leaving *leaving, uint64_t ino);
/* It is gone, or stays. */
void leaving_end(struct leaving *leaving, uint64_t ino);

#endif
