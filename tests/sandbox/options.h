#ifndef SANDBOX_OPTIONS_H
#define SANDBOX_OPTIONS_H

#include "sandbox.h"

#include <stddef.h>

/*
 * Reads the command line. Returns -1 to go on, else the status to exit with: 0 after --help, 2 after a
 * sentence about what was wrong.
 */
int options_read(struct options *options, int argc, char **argv);

/* Has the token this scope, "droplet:read"? */
bool options_permit(const struct options *options, const char *scope, size_t length);

#endif
