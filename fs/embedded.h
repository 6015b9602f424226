#ifndef DOCLOUD_EMBEDDED_H
#define DOCLOUD_EMBEDDED_H

#include <sys/types.h>

#include "options.h"

/* docloud-sandbox as a child of ours, for `docloud --sandbox`. */
struct embedded {
	pid_t pid;
	int input; /* its standard input: it stops when this closes */
	char url[64], token[65];
};

/*
 * Starts it and waits until it listens; what it says meanwhile (a base image being made) goes to our stderr, and all
 * of it to state_dir/sandbox.log.
 */
int embedded_start(const struct options *options, const char *state_dir, struct embedded *ret,
	struct error *err);
/* Stops it and waits for its end: a minute, then by signals. */
void embedded_stop(struct embedded *embedded);

#endif
