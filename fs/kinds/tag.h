#ifndef DOCLOUD_KINDS_TAG_H
#define DOCLOUD_KINDS_TAG_H

#include "fs/file.h"

/* tag_change.c: the steps for a link in one of a tag's directories, and for its rm. */
int tag_attach(struct mount *mount, const struct subject *subject, const struct subject *target, const char *name,
	struct change_plan *plan, struct error *err);
int tag_detach(struct mount *mount, const struct subject *subject, const struct subject *target,
	struct change_plan *plan, struct error *err);

#endif
