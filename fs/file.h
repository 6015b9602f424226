#ifndef DOCLOUD_FILE_H
#define DOCLOUD_FILE_H

#include "api/memory.h"
#include "kind.h"
#include "mount.h"
#include "subject.h"

/*
 * The files that several kinds have, as entries for their tables, and the functions behind them. What a file's read
 * makes is text to be freed; see struct file.
 */
#define FILE_FUNCTION_READ(name)                                                 \
	int name(struct mount *mount, const struct subject *subject, char **ret, \
		size_t *ret_length, struct error *err)
#define FILE_FUNCTION_CHECK(name)                                                      \
	int name(struct mount *mount, const struct subject *subject, const char *text, \
		size_t length, bool partial, struct error *err)
#define FILE_FUNCTION_SUBMIT(name)                                                     \
	int name(struct mount *mount, const struct subject *subject, const char *text, \
		size_t length, struct error *err)
#define FILE_FUNCTION_SETTLE(name) \
	int name(struct mount *mount, const struct subject *subject, struct error *err)

FILE_FUNCTION_READ(read_json);
FILE_FUNCTION_READ(read_answer);
FILE_FUNCTION_READ(read_error);
FILE_FUNCTION_READ(read_plan);
FILE_FUNCTION_READ(read_spec);
FILE_FUNCTION_READ(read_cost);
FILE_FUNCTION_READ(read_rate_limit);
FILE_FUNCTION_READ(read_action);
FILE_FUNCTION_CHECK(check_plan);
FILE_FUNCTION_SUBMIT(submit_plan);
FILE_FUNCTION_CHECK(check_spec);
FILE_FUNCTION_SUBMIT(submit_spec);
FILE_FUNCTION_SETTLE(settle_spec);
FILE_FUNCTION_CHECK(check_action);
FILE_FUNCTION_SUBMIT(submit_action);
FILE_FUNCTION_SETTLE(settle_changes);

/* The one attribute that is the whole object, on a draft. */
FILE_FUNCTION_READ(read_whole);
FILE_FUNCTION_CHECK(check_whole);
FILE_FUNCTION_SUBMIT(submit_whole);

/* All the files of a kind: its .files. */
#define FILES(...) ((const struct file[]){__VA_ARGS__, {0}})
#define FILE_JSON                                                  \
	{                                                          \
		.name = "json", .read = read_json, .steady = true, \
		.help = "the whole object as the API sent it"      \
	}
/*
 * Of a single nested kind, which is one file of the object above: what the API answers, as its text, as the lines of a spec
 * where the kind has keys, or as JSON. FILE_SETTINGS can be written, too, as a spec.
 */
#define FILE_ANSWER(words)                                     \
	{                                                      \
		.name = "", .read = read_answer, .help = words \
	}
#define FILE_SETTINGS(words)                                                                 \
	{                                                                                    \
		.name = "", .read = read_answer, .check = check_spec, .submit = submit_spec, \
		.settle = settle_changes, .help = words                                      \
	}
#define FILE_ERROR                                                                               \
	{                                                                                        \
		.name = "error", .read = read_error, .unborn = true,                             \
		.help = "why the last operation here failed, and what to do; empty when it did " \
			"not"                                                                    \
	}
#define FILE_PLAN                                                                                \
	{                                                                                        \
		.name = "plan", .read = read_plan, .check = check_plan, .submit = submit_plan,   \
		.unborn = true,                                                                  \
		.help = "write a spec or stack lines here and read what they would do; nothing " \
			"is sent"                                                                \
	}
#define FILE_SPEC                                                                                 \
	{                                                                                         \
		.name = "spec", .read = read_spec, .check = check_spec, .submit = submit_spec,    \
		.settle = settle_spec, .unborn = true, .secret = true,                            \
		.help = "what defines it, as `key = value` lines; writing it creates or changes " \
			"it"                                                                      \
	}
#define FILE_COST                                                     \
	{                                                             \
		.name = "cost", .read = read_cost,                    \
		.help = "USD a month and an hour at the API's prices" \
	}
#define FILE_RATE_LIMIT                                                                          \
	{                                                                                        \
		.name = "rate_limit", .read = read_rate_limit,                                   \
		.help = "requests left of the hour's limit, and when the oldest of them counts " \
			"no more"                                                                \
	}
#define FILE_ACTION                                                                     \
	{                                                                               \
		.name = "action", .read = read_action, .check = check_action,           \
		.submit = submit_action, .settle = settle_changes,                      \
		.help = "the actions it knows; write one with its parameters: `resize " \
			"size=s-2vcpu-4gb`"                                             \
	}

/* docloud's own tags are not shown. */
bool tag_hidden(const struct mount *mount, const char *name);
/* Of a key that is the tags of something: the steps that tag and untag it. */
int tags_change(struct mount *mount, const struct subject *subject, const struct spec_key *key,
	const struct json *wanted, struct change_plan *plan, struct error *err);

/* Of the key that is a cluster's version: the step that upgrades it. */
int cluster_upgrade(struct mount *mount, const struct subject *subject, const struct spec_key *key,
	const struct json *wanted, struct change_plan *plan, struct error *err);

/* Text for a read: formatted, its length stored. Returns 0. */
int text_format(char **ret, size_t *ret_length, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The line that was written to a one-line control file, trimmed, freed by the caller; EINVAL for more than a line. */
int text_line(const char *text, size_t length, char **ret, struct error *err);

/* Submit a plan for an existing object, remember the ticket so that settle_changes() finds its end. Takes plan. */
int subject_submit(const struct subject *subject, struct change_plan *plan, struct error *err);
/* The second half of that: a change of the object was submitted, which say describes. */
void subject_began(const struct subject *subject, int64_t ticket, const char *say);
/*
 * -EINPROGRESS while a change of the object is under way: what the next one has to say is told from what it is then. Not of a
 * droplet, whose actions take minutes and come one after the other: its keys have steps of their own.
 */
int subject_settled(const struct subject *subject);
/* EPERM: that file of a draft comes after its spec has been taken. */
int draft_is_gone(const char *file, struct error *err);
/* What was refused of the text last written to that file of it; 0 when none was. */
int subject_refused(const struct subject *subject, const char *file, struct error *err);

#endif
