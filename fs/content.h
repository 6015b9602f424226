#ifndef DOCLOUD_CONTENT_H
#define DOCLOUD_CONTENT_H

#include "subject.h"

/* What files read as. */

/*
 * The whole text of a file's node, freed by the caller: attributes and their like. -EISDIR for directories,
 * -EINPROGRESS while an inventory is being read.
 */
int content_read(
	struct mount *mount, struct node node, char **ret, size_t *ret_length, struct error *err);

/*
 * True for files that may change at any moment (status, log, views …): not kept by the kernel, but with `ro`, where that goes
 * by their mtime and size.
 */
bool content_is_live(struct node node);

/* Somebody reads it, or goes into the directory: what is only on the droplet is fetched behind the reader. */
void content_look(struct mount *mount, struct node node);

/* Files that grow and are read in place instead: the log of a droplet or a component. */
bool content_is_log(struct node node);
/* Bytes read at offset; 0 at the end. */
ssize_t content_read_log(struct mount *mount, struct node node, char *to, size_t size, off_t offset,
	struct error *err);
/* Its length now. */
int content_log_size(struct mount *mount, struct node node, off_t *ret, struct error *err);

/* An attribute as a file shows it: a line, or a line an item; "" for null. Freed by the caller. */
char *content_attribute(struct mount *mount, const struct kind *kind, const char *path,
	const struct json *value, size_t *ret_length);

/* The files of droplets/X/components/NAME/, ends with a NULL name. */
struct part_file {
	const char *name, *help;
	char *(*text)(const struct job_component *component); /* NULL: the log */
	bool secret;
};
extern const struct part_file part_files[];

#endif
