#ifndef SANDBOX_STATE_H
#define SANDBOX_STATE_H

#include <limits.h>
#include <stdbool.h>

/* The directory that a sandbox keeps its state in, and nobody else meanwhile. */
struct state {
	char directory[PATH_MAX];
	bool temporary; /* removed at the end */
	int lock;
};

/* `directory` NULL makes one that is removed at the end. False after a message on stderr. */
bool state_open(struct state *state, const char *directory);
void state_close(struct state *state);

#endif
