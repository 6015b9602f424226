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
/*
 * What the API is told for the name of a directory, freed by the caller. NULL with EINVAL for a name that is written in another
 * way than it would be shown in, by which nobody would find it: ".a" for "%2Ea".
 */
char *act_plain_name(const char *name, struct error *err);
/* EPERM for something that is part of an object; rm -r destroys nothing. */
int act_refuse_removal(struct mount *mount, struct node node, struct error *err);
/* EPERM for some seconds after such a removal inside the object; and for what this mount may not destroy. */
int act_check_removal(struct mount *mount, const struct subject *subject, struct error *err);
int act_check_destroy(struct mount *mount, const struct subject *subject, struct error *err);

/*
 * Links (act_link.c). What a link of that text leads to comes into the relation, or for NULL what mkdir makes there; dir is that of the
 * relation, or the object's whose one link it is, called name. And out again: node is the relation's, or the link itself.
 */
int act_attach(struct mount *mount, struct node dir, const struct relation *relation,
	const char *name, const char *text, int64_t *ticket, struct node *ret, struct error *err);
int act_detach(struct mount *mount, struct node node, const char *name, int64_t *ticket,
	struct error *err);
/* The relation of an object whose single link has that name and can be made; NULL when there is none. */
const struct relation *act_link_find(struct node dir, const char *name);

/* May anything at all be put beside an object's own files? Into drafts; and into what can be edited, an editor's files. */
int act_check_scratch(struct mount *mount, struct node dir, bool file, struct error *err);

/* The key of a draft's text (draft.h) that this file shows. */
const char *act_draft_key(const struct file *file);

#endif
