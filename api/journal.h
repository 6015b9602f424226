#ifndef DOCLOUD_JOURNAL_H
#define DOCLOUD_JOURNAL_H

#include "error.h"
#include "json.h"

/*
 * Records that survive kill -9 and a power cut: a directory with one JSON file a record, written
 * to a temporary name, synced, renamed, and the directory synced. A record is there whole, old or
 * new, or not there. One process owns a state directory at a time (journal_lock).
 */

/* Make the directory (0700) with its parents. */
int journal_make(const char *dir, struct error *err);

/* Lock dir for this process, after a wait of up to 3 s; the descriptor to keep open, or -EBUSY with who holds it. */
int journal_lock(const char *dir, struct error *err);

/* The name is encoded into a file name (name_encode + ".json"). */
int journal_write(const char *dir, const char *name, const struct json *record, struct error *err);
int journal_remove(const char *dir, const char *name, struct error *err);

/*
 * Call visit for every record, in no order. -EBADMSG: some did not parse; they were set aside as NAME.broken, of which err names
 * the first, and all others were visited. Any other error: something could not be read, and is as it was.
 */
int journal_load(const char *dir,
	void (*visit)(void *context, const char *name, const struct json *record), void *context,
	struct error *err);

/* The id that names this state directory, made once (“docloud-” and 12 hex digits); freed by the caller. */
char *journal_id(const char *dir, struct error *err);

#endif
