#ifndef DOCLOUD_BELL_H
#define DOCLOUD_BELL_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The one way in which a lower floor tells an upper one that something changed: it puts the news
 * where the upper one reads (a snapshot, a journal, the state of a change) and rings. A listener is
 * a thread that remembers the last count it saw; rings that come while it works are not lost and
 * not queued. The bell's lock is a leaf: nothing is called while it is held.
 */
struct bell;

struct bell *bell_create(void);
void bell_destroy(struct bell *bell);

/* Wake every listener. Callable from any thread, while any lock is held. */
void bell_ring(struct bell *bell);

/*
 * Wait until the bell has been rung since *seen (start with 0), and store the new count there; or
 * until deadline (clock_ms(), 0 for none). Returns false when the bell is closed, that is at shutdown.
 */
bool bell_wait(struct bell *bell, uint64_t *seen, int64_t deadline);

/* Shutdown: every bell_wait() returns false from now on. */
void bell_close(struct bell *bell);

#endif
