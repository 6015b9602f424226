#include "ledger.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"

enum { OBJECTS = 512, ENTRIES = 8 };

struct entries {
	unsigned listing;
	char *key, *name, *plan;
	struct ledger_entry entry[ENTRIES]; /* oldest first */
	size_t count;
	uint64_t used; /* when, in touches */
};

struct ledger {
	pthread_mutex_t lock; /* leaf: of all below */
	struct entries *objects[OBJECTS];
	uint64_t touches;
};

struct ledger *ledger_create(void)
{
	struct ledger *ledger = xcalloc(1, sizeof(*ledger));
	pthread_mutex_init(&ledger->lock, NULL);
	return ledger;
}

static void entries_free(struct entries *entries)
{
	if (!entries)
		return;
	free(entries->key);
	free(entries->name);
	free(entries->plan);
	free(entries);
}

void ledger_destroy(struct ledger *ledger)
{
	if (!ledger)
		return;
	for (size_t i = 0; i < OBJECTS; i++)
		entries_free(ledger->objects[i]);
	pthread_mutex_destroy(&ledger->lock);
	free(ledger);
}

static struct entries *entries_find(struct ledger *ledger, unsigned listing, const char *key)
{
	for (size_t i = 0; i < OBJECTS && ledger->objects[i]; i++)
		if (ledger->objects[i]->listing == listing &&
			strcmp(ledger->objects[i]->key, key) == 0)
			return ledger->objects[i];
	return NULL;
}

static struct entries *entries_make(struct ledger *ledger, unsigned listing, const char *key)
{
	struct entries *entries = entries_find(ledger, listing, key);
	size_t at = 0;
	for (size_t i = 0; !entries && i < OBJECTS; i++) {
		if (!ledger->objects[i]) {
			at = i;
			break;
		}
		if (ledger->objects[i]->used < ledger->objects[at]->used)
			at = i;
	}
	if (!entries) {
		entries_free(ledger->objects[at]);
		entries = ledger->objects[at] = xcalloc(1, sizeof(*entries));
		entries->listing = listing;
		entries->key = xstrdup(key);
	}
	entries->used = ++ledger->touches;
	return entries;
}

int64_t ledger_add(struct ledger *ledger, unsigned listing, const char *key, const char *name,
	int64_t ticket, const char *say)
{
	int64_t old = 0;
	LOCKED(&ledger->lock);
	struct entries *entries = entries_make(ledger, listing, key);
	free(entries->name);
	entries->name = xstrdup(name);
	if (entries->count == ENTRIES) {
		old = entries->entry[0].ended ? entries->entry[0].ticket : 0;
		memmove(entries->entry, entries->entry + 1,
			(ENTRIES - 1) * sizeof(*entries->entry));
		entries->count--;
	}
	struct ledger_entry *entry = &entries->entry[entries->count++];
	*entry = (struct ledger_entry){.ticket = ticket, .time = time(NULL)};
	snprintf(entry->say, sizeof(entry->say), "%s", say);
	return old;
}

size_t ledger_get(struct ledger *ledger, unsigned listing, const char *key, struct ledger_entry *to,
	size_t size)
{
	size_t count = 0;
	LOCKED(&ledger->lock);
	const struct entries *entries = entries_find(ledger, listing, key);
	for (size_t i = entries ? entries->count : 0; i > 0 && count < size; i--)
		to[count++] = entries->entry[i - 1];
	return count;
}

struct ledger_open *ledger_open(struct ledger *ledger, size_t *ret_count)
{
	struct ledger_open *open = NULL;
	size_t count = 0;
	LOCKED(&ledger->lock);
	for (size_t i = 0; i < OBJECTS && ledger->objects[i]; i++) {
		const struct entries *entries = ledger->objects[i];
		for (size_t n = 0; n < entries->count; n++) {
			if (entries->entry[n].ended)
				continue;
			open = xrealloc(open, count + 1, sizeof(*open));
			struct ledger_open *one = &open[count++];
			*one = (struct ledger_open){
				.listing = entries->listing, .entry = entries->entry[n]};
			snprintf(one->key, sizeof(one->key), "%s", entries->key);
			snprintf(one->name, sizeof(one->name), "%s", entries->name);
		}
	}
	*ret_count = count;
	return open;
}

void ledger_end(struct ledger *ledger, int64_t ticket)
{
	LOCKED(&ledger->lock);
	for (size_t i = 0; i < OBJECTS && ledger->objects[i]; i++)
		for (size_t n = 0; n < ledger->objects[i]->count; n++)
			if (ledger->objects[i]->entry[n].ticket == ticket)
				ledger->objects[i]->entry[n].ended = true;
}

void ledger_plan_set(struct ledger *ledger, unsigned listing, const char *key, const char *text)
{
	LOCKED(&ledger->lock);
	struct entries *entries = entries_make(ledger, listing, key);
	free(entries->plan);
	entries->plan = xstrdup(text);
}

char *ledger_plan(struct ledger *ledger, unsigned listing, const char *key)
{
	LOCKED(&ledger->lock);
	const struct entries *entries = entries_find(ledger, listing, key);
	return xstrdup(entries && entries->plan ? entries->plan : "");
}
