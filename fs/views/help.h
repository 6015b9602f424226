#ifndef DOCLOUD_HELP_H
#define DOCLOUD_HELP_H

#include "fs/mount.h"

/* help/: a text for every kind and every component, and a few for what concerns all; made from the tables. */

int help_visit(struct mount *mount, void (*visit)(void *context, const char *topic), void *context);
/* -ENOENT when there is no such topic. */
int help_read(
	struct mount *mount, const char *topic, char **ret, size_t *ret_length, struct error *err);
/* What a topic that needs no mount says, or NULL. */
const char *help_text(const char *topic);
/* The manual page, docloud(1), in roff; freed by the caller. */
char *help_manual(void);

#endif
