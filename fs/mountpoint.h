#ifndef DOCLOUD_MOUNTPOINT_H
#define DOCLOUD_MOUNTPOINT_H

#include <stdbool.h>

#include "api/error.h"

/* The absolute path of a directory that can be mounted on, freed by the caller; or NULL with a sentence that says what
 * to do: it does not exist, is no directory, is not empty (unless nonempty), is mounted already, or is dead. */
char *mountpoint_check(const char *path, bool nonempty, struct error *err);

#endif
