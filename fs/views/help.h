#ifndef DOCLOUD_HELP_H
#define DOCLOUD_HELP_H

#include "fs/mount.h"

/* help/: a text for every kind and every component, and a few for what concerns all; made from the tables. */

int help_visit(struct mount *mount, void (*visit)(void *context, const char *topic), void *context);
/* -ENOENT when there is no such topic. */
int help_read(
	struct mount *mount, const char *topic, char **ret, size_t *ret_length, struct error *err);

#endif
