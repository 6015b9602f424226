#ifndef DOCLOUD_CONTROL_H
#define DOCLOUD_CONTROL_H

#include "file.h"
#include "spec.h"

/* What the control files (control*.c, kinds/droplet*.c) share. */

/* A text for this object, checked against the mount's inventory. */
int control_spec(struct mount *mount, const struct subject *subject, const char *text,
	size_t length, bool partial, struct spec **ret, struct error *err);

/*
 * The steps that bring an existing object to what a spec says; what is as it should be takes none. EPERM names every key
 * that is fixed. The stack is none of it.
 */
int control_diff(struct mount *mount, const struct subject *subject, const struct spec *spec,
	struct change_plan *plan, struct error *err);
/* The stack that a spec wants and the object has not; NULL when there is none. Borrowed from the spec. */
const char *control_stack_wanted(const struct subject *subject, const struct spec *spec);

/* Is that text in a list? */
bool list_has(const struct json *list, const char *word);

/* What `spec` reads as. Freed by the caller. */
char *control_spec_text(struct mount *mount, const struct subject *subject);
/* The stack's lines as one, freed by the caller. */
char *control_stack_line(const char *text);

/* A stack, with the keys it names looked up. *ret may be NULL. */
int control_stack(struct mount *mount, const char *text, size_t length, bool partial,
	struct stack **ret, struct error *err);

/* EINVAL when a stack that is to travel in user data gives a secret; otherwise: what to do but leaving it out, or "". */
int control_check_secret(const struct stack *stack, const char *otherwise, struct error *err);

/*
 * What a spec sends, for the object to be made or to be replaced: its body, and in it the user data where a stack of
 * this kind travels in that. *ret is set when it returns 0.
 */
int control_body(
	struct mount *mount, const struct spec *spec, struct json **ret, struct error *err);
/* The key of such a stack; NULL for kinds that have none. And what the object's is, freed by the caller; NULL: none. */
const struct spec_key *control_boot_key(const struct kind *kind);
char *control_boot_line(const struct spec_key *key, const struct json *object);
/* Is it the key of the user's own part of that user data? And what that is in the object, as control_boot_line(). */
bool control_boot_is_own(const struct kind *kind, const struct spec_key *key);
char *control_boot_own(
	const struct mount *mount, const struct spec_key *key, const struct json *object);

/* The names of an action's parameters, spaces between them; freed by the caller. */
char *action_params(const struct action *action);

/* A parameter of that name to where the action's request has it. Takes value. */
void control_action_put(
	struct json *body, const struct action *action, const char *name, struct json *value);

/* The step of an action with these parameters, from which it takes what goes into its path. line: what it is called. */
int control_action_step(const struct subject *subject, const struct action *action,
	struct json *body, const char *line, struct change_plan *plan, struct error *err);

/* A plan for an object as it is, to be filled and given to subject_submit(). */
struct change_plan control_plan(const struct subject *subject);

/*
 * For events.c, whenever the bell rings: changes that were submitted through files and have ended since are told in the
 * object's log, and in `error` when they failed; drafts whose objects have come go.
 */
void control_follow(struct mount *mount);

/* A droplet's word for what it is at: draft, creating, new, failed, or what the API says. */
const char *control_status(const struct subject *subject);
/* Its job is under way: job.stage, job.done of job.total. */
bool control_works(const struct subject *subject);
enum { CONTROL_BAR = 20 };
/* "########------------"; returns bar. */
const char *control_bar(const struct subject *subject, char bar[CONTROL_BAR + 1]);

#endif
