#ifndef DOCLOUD_ACT_NAME_H
#define DOCLOUD_ACT_NAME_H

#include "act.h"

/* What making, removing and renaming share. */

/* An empty plan for an object. */
struct change_plan act_plan(const struct subject *subject, enum change_kind kind);
/* Submit once, then wait: sets *ticket, by which later calls ask for its end. Takes plan. */
int act_submit(struct mount *mount, struct change_plan *plan, int64_t *ticket, struct error *err);
/* The end of a change of an object: what its job must know of it. name: its new one, or NULL when it is gone. */
int act_finish(
	struct mount *mount, int64_t ticket, unsigned kind, const char *name, struct error *err);
/* May anything at all be put beside an object's own files? Into drafts; and into what can be edited, an editor's files. */
int act_check_scratch(struct mount *mount, struct node dir, bool file, struct error *err);

#endif
