#ifndef DOCLOUD_LEDGER_H
#define DOCLOUD_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/*
 * The latest changes that were made through an object's files, so that fsync finds their end, `action` shows them and
 * `error` and `log` tell how they ended; and the text that `plan` reads as. An object is known by its listing and its key
 * (id, or name while it has none). Bounded: of many objects the one touched longest ago is forgotten, once all that was
 * begun there has ended, and some minutes ago. Safe from all threads; the lock is a leaf.
 */
struct ledger;

struct ledger *ledger_create(void);
void ledger_destroy(struct ledger *ledger);

struct ledger_entry {
	int64_t ticket;
	time_t time;
	char say[200];
	bool ended; /* its end was told */
};

/* Returns the ticket that makes way and is wanted by nobody any more, or 0. name: of the object's directory. */
int64_t ledger_add(struct ledger *ledger, unsigned listing, const char *key, const char *name,
	int64_t ticket, const char *say);
/* The latest, newest first; returns how many. */
size_t ledger_get(struct ledger *ledger, unsigned listing, const char *key, struct ledger_entry *to,
	size_t size);

/* One whose end was not told yet, of any object. */
struct ledger_open {
	unsigned listing;
	char key[256], name[256];
	struct ledger_entry entry;
};
/* Copies of all of those, one block, free(). */
struct ledger_open *ledger_open(struct ledger *ledger, size_t *ret_count);
void ledger_end(struct ledger *ledger, unsigned listing, const char *key, int64_t ticket);

void ledger_plan_set(struct ledger *ledger, unsigned listing, const char *key, const char *text);
/* Freed by the caller; "" when there is none. */
char *ledger_plan(struct ledger *ledger, unsigned listing, const char *key);
/* Is it what the plan of some object reads as? */
bool ledger_is_plan(struct ledger *ledger, const char *text, size_t length);

#endif
