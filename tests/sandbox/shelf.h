#ifndef SANDBOX_SHELF_H
#define SANDBOX_SHELF_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Files that are replaced whole: the objects of a store, a file each, and the few words that the
 * sandbox leaves for its users (token, url).
 */

/* Writes DIRECTORY/NAME with the mode given, or leaves what was there. */
bool shelf_write(const char *directory, const char *name, unsigned mode, const char *text);

void shelf_remove(const char *directory, const char *name);

/* The whole file, for the caller to free; NULL when it cannot be read. */
char *shelf_read(const char *directory, const char *name);

/* Calls `take` for every file NAME.json, in the order of the names. */
bool shelf_walk(const char *directory, void (*take)(void *context, const char *name, char *text),
	void *context);

#endif
