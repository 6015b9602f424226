#ifndef DOCLOUD_SNAPSHOT_H
#define DOCLOUD_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "error.h"
#include "json.h"
#include "resource.h"

/*
 * One object as the API sent it, and a complete listing of them. Both are immutable and reference
 * counted: a reader holds what it got without a lock, a refresh makes a new snapshot that shares every
 * object that did not change, so that "changed" is "another pointer".
 */
struct object {
	char *id;	/* the API's, as text */
	char *name;	/* the directory's: a legal file name, unique in its snapshot */
	char *base;	/* its name before ~ID made it unique; name itself where nothing had to */
	char *text;	/* the object as compact JSON */
	size_t length;	/* of text */
	time_t created; /* created_at, or 0 */
	int64_t changed; /* when it was first seen to differ, clock_real_ns(); created when it never was */
	uint32_t slot; /* stays the object's own for the life of the mount, never used again */
	uint32_t refs; /* atomic */
};

struct snapshot {
	size_t count;
	struct object **by_name; /* sorted by strcmp on name */
	struct object **by_id;	 /* sorted by strcmp on id */
	int64_t taken;		 /* clock_ms() when its first request was sent */
	time_t taken_at;	 /* the same, seconds since the epoch */
	/*
	 * clock_real_ns() when it first differed from the one before: in any object, and in which there are and their
	 * names. 0 as long as it has not.
	 */
	int64_t changed, listed;
	bool remembered; /* from disk, of an earlier mount: what is not in it may be there all the same */
	uint32_t refs; /* atomic */
};

/* A file name for any name: '/', '%', control characters, bytes that are not UTF-8 and a leading '.'
 * become %XX, names over 255 bytes are cut. Freed by the caller. The inverse returns NULL for a bad escape. */
char *name_encode(const char *name);
char *name_decode(const char *file_name);

struct object *object_ref(struct object *object);
void object_unref(struct object *object);

struct snapshot *snapshot_ref(struct snapshot *snapshot);
void snapshot_unref(struct snapshot *snapshot);

/*
 * Have both as many objects, and does each of them match the other's in its place, in the order of their ids? Their
 * pointers are the same where nothing changed.
 */
bool snapshot_match(const struct snapshot *a, const struct snapshot *b,
	bool (*match)(const struct object *a, const struct object *b));
bool object_is(const struct object *a, const struct object *b);
bool object_has_id_of(const struct object *a, const struct object *b);

/* Sets when fresh changed against old, whose place it takes. NULL: it is the first, and has not changed. */
void snapshot_follow(struct snapshot *fresh, const struct snapshot *old);

/* Borrowed from the snapshot; NULL if there is none. */
struct object *snapshot_by_name(const struct snapshot *snapshot, const char *name);
struct object *snapshot_by_id(const struct snapshot *snapshot, const char *id);
/* The first entry whose name sorts after the given one ("" for the start): index into by_name. */
size_t snapshot_after(const struct snapshot *snapshot, const char *name);

#endif
