#ifndef DOCLOUD_FILE_H
#define DOCLOUD_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "api/error.h"

/* Small local files, whole. */

/* The file's content, NUL-terminated, freed by the caller; NULL with err (EFBIG beyond limit). */
char *file_read(const char *path, size_t limit, size_t *ret_length, struct error *err);

/* Written beside, synced, renamed, and the directory synced: there whole, or not there. */
int file_write(const char *path, mode_t mode, const char *data, size_t length, struct error *err);

/* Remove it, if it is there, and sync the directory. */
int file_remove(const char *path, struct error *err);

/* Remove a directory and the files in it (no directories below). */
void file_remove_directory(const char *path);

/*
 * Run a program without a shell and take what it prints, at most limit bytes; its stderr is put
 * into err. Returns its exit status or a negative errno.
 */
int file_run(const char *const *arguments, size_t limit, char **ret_output, struct error *err);

#endif
