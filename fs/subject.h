#ifndef DOCLOUD_SUBJECT_H
#define DOCLOUD_SUBJECT_H

#include "mount.h"
#include "node.h"

/*
 * The object that a node belongs to, looked up for the time of one operation: as the API last said it, or, while the
 * API knows nothing of it, what is known here. Freed with subject_finish().
 */
struct subject {
	struct mount *mount;
	struct node node; /* of type NODE_OBJECT */
	unsigned
		listing; /* that it is in: its kind's own number, or beneath another object (cache_nested()) */
	const struct kind *kind;
	const char *name;      /* of its directory; borrowed from the object or mount.names */
	struct object *object; /* NULL: unborn */
	const struct json *
		json; /* the object, parsed; NULL: unborn. Borrowed from the thread's cache: see subject.c */
	bool has_job;
	struct job_view job; /* droplets: when has_job */
};

/* -ENOENT when there is no such object (any more), -EINPROGRESS, or the listing's error. */
int subject_find(struct mount *mount, struct node node, struct subject *ret, struct error *err);
/* The same without its JSON, where that is not asked for: parsing is most of what it costs. */
int subject_find_unparsed(
	struct mount *mount, struct node node, struct subject *ret, struct error *err);
/* The same by the name of its directory. *ret's node is then the object's. */
int subject_named(struct mount *mount, unsigned listing, const char *name, struct subject *ret,
	struct error *err);
/* The same by the last listing, of whatever age: never -EINPROGRESS, and no look at the API. */
int subject_peek(struct mount *mount, unsigned listing, const char *name, struct subject *ret);
/*
 * What to say of an object that snapshot, a listing, does not have: that it (what) does not exist any more, ENOENT; or, of a
 * listing of an earlier mount, which says nothing of what it lacks, why the API cannot be asked.
 */
int subject_missing(struct mount *mount, unsigned listing, const struct snapshot *snapshot,
	const char *what, struct error *err);
/* The object that a draft of that name turned into, which has another name; -ENOENT when there is none. */
int subject_became(struct mount *mount, unsigned listing, const char *name, struct subject *ret,
	struct error *err);
/* The listing that a collection shows, or that the object of any other node is in. */
unsigned subject_listing(struct mount *mount, struct node node);
/* The node of what is only known here, by the name of its directory. */
struct node subject_unborn_node(struct mount *mount, unsigned listing, const char *name);
/* "domains/example.com/records", or with a name what is in there; to be freed. Of a single one: where its file is. */
char *place_text(struct mount *mount, unsigned listing, const char *name);
/*
 * The names of those that only this mount knows of, each once, sorted: NULL-terminated, freed with names_free(). Taken
 * before a listing: one that is born meanwhile is in both then, not in neither.
 */
char **subject_unborn_names(struct mount *mount, unsigned listing);

void subject_finish(struct subject *subject);
#define CLEANUP_SUBJECT __attribute__((cleanup(subject_finish)))

/* Its id, or "" while there is none. */
const char *subject_id(const struct subject *subject);
/* The key of its job in the fleet: the id, or the name. */
const char *subject_key(const struct subject *subject);
/* "/v2/droplets/123" and what comes after; to be freed. */
char *subject_path(const struct subject *subject, const char *after);
char *path_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The droplet is one that docloud made: it carries its tag. */
bool subject_is_own(const struct subject *subject);
/* The action whose lock makes changes impossible now: EBUSY with a sentence, else 0. */
int subject_check_idle(const struct subject *subject, struct error *err);
/* When it last changed, nanoseconds since the epoch. */
int64_t subject_time(const struct subject *subject);
/* A draft or a job took its place less than a few seconds ago: what `cp -r` still copies into it is let pass. */
bool subject_is_newborn(const struct subject *subject);

/* Its JSON where other objects were looked at since it was found, which is what ends `json`. */
const struct json *subject_json(const struct subject *subject);

/* An object parsed; valid until the thread asks for another one. */
const struct json *object_parse(struct mount *mount, struct object *object);
/* For pthread_key_create(). */
void object_parse_drop(void *parsed_or_null);

#endif
