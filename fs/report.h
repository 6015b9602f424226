#ifndef DOCLOUD_REPORT_H
#define DOCLOUD_REPORT_H

#include "mount.h"

/*
 * What failed: the last error of each object, for its `error` file, what was refused of each of its files, for their
 * fsync, and the latest of all, for `errors`. A path is the one in the mount: "droplets/tenant42", or "droplets" for a
 * collection. Safe from all threads; the lock is a leaf.
 */
struct reports;

/* Room for the longest path: names of four floors, each of which may be of 255 bytes. */
#define REPORT_PATH 1280

struct reports *reports_create(void);
void reports_destroy(struct reports *reports);

/* Note that an operation on path failed; file: the name of the file in there whose text was refused, or NULL. */
void report_set(
	struct reports *reports, const char *path, const char *file, const struct error *err);
/*
 * An operation on it succeeded: its `error` is empty again. file: what was refused of that one is made good; NULL: of all.
 * `errors` keeps its lines.
 */
void report_clear(struct reports *reports, const char *path, const char *file);
/* A draft gets another name: what was refused of its files stands there, too, in the place of what stood there. */
void report_move(struct reports *reports, const char *path, const char *new_path);
/* A copy of the last error of path, code 0 if there is none; returns when it was. */
time_t report_get(struct reports *reports, const char *path, struct error *ret);
/* The same of what was refused of one of its files. */
void report_refused(struct reports *reports, const char *path, const char *file, struct error *ret);
/* The latest, newest last: "TIME PATH MESSAGE" lines; freed by the caller. */
char *reports_text(struct reports *reports);

#endif
