#include "ledger.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/intern.h"
#include "api/memory.h"

/* Of what is over; what is under way or may be asked about comes on top. */
enum { OBJECTS = 512, ENTRIES = 8, CHAINS = 1024, ASKED_SECONDS = 1200 };

struct entries {
	struct entries *next;
	unsigned listing;
	char *key, *name, *plan;
	struct ledger_entry *entry; /* oldest first */
	size_t count;
	uint64_t used; /* when, in touches */
};

struct ledger {
	pthread_mutex_t lock;		/* leaf: of all below */
	struct entries *chains[CHAINS]; /* by key */
	size_t objects;
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
	free(entries->key);
	free(entries->name);
	free(entries->plan);
	free(entries->entry);
	free(entries);
}

void ledger_destroy(struct ledger *ledger)
{
	if (!ledger)
		return;
	for (size_t i = 0; i < CHAINS; i++)
		for (struct entries *at = ledger->chains[i], *next; at; at = next) {
			next = at->next;
			entries_free(at);
		}
	pthread_mutex_destroy(&ledger->lock);
	free(ledger);
}

static struct entries **chain(struct ledger *ledger, const char *key)
{
	return &ledger->chains[intern_hash(key) % CHAINS];
}

static struct entries *entries_find(struct ledger *ledger, unsigned listing, const char *key)
{
	struct entries *at = *chain(ledger, key);
	while (at && (at->listing != listing || strcmp(at->key, key) != 0))
		at = at->next;
	return at;
}

/* All that was begun with it has ended, and some time ago: nobody waits for that any more. */
static bool is_over(const struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		if (!entries->entry[i].ended)
			return false;
	return entries->count == 0 ||
	       time(NULL) - entries->entry[entries->count - 1].time > ASKED_SECONDS;
}

/* The object that was touched longest ago makes way. */
static void make_room(struct ledger *ledger)
{
	struct entries **oldest = NULL;
	for (size_t i = 0; i < CHAINS && ledger->objects >= OBJECTS; i++)
		for (struct entries **at = &ledger->chains[i]; *at; at = &(*at)->next)
			if (is_over(*at) && (!oldest || (*at)->used < (*oldest)->used))
				oldest = at;
	if (!oldest)
		return;
	struct entries *over = *oldest;
	*oldest = over->next;
	entries_free(over);
	ledger->objects--;
}

static struct entries *entries_make(struct ledger *ledger, unsigned listing, const char *key)
{
	struct entries *entries = entries_find(ledger, listing, key);
	if (!entries) {
		make_room(ledger);
		entries = xcalloc(1, sizeof(*entries));
		entries->listing = listing;
		entries->key = xstrdup(key);
		entries->next = *chain(ledger, key);
		*chain(ledger, key) = entries;
		ledger->objects++;
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
	if (entries->count >= ENTRIES && entries->entry[0].ended) {
		old = entries->entry[0].ticket;
		memmove(entries->entry, entries->entry + 1,
			--entries->count * sizeof(*entries->entry));
	}
	entries->entry = xrealloc(entries->entry, entries->count + 1, sizeof(*entries->entry));
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

static struct ledger_open *add_open(
	struct ledger_open *open, size_t *count, const struct entries *entries)
{
	for (size_t n = 0; n < entries->count; n++) {
		if (entries->entry[n].ended)
			continue;
		open = xrealloc(open, *count + 1, sizeof(*open));
		struct ledger_open *one = &open[(*count)++];
		*one = (struct ledger_open){
			.listing = entries->listing, .entry = entries->entry[n]};
		snprintf(one->key, sizeof(one->key), "%s", entries->key);
		snprintf(one->name, sizeof(one->name), "%s", entries->name);
	}
	return open;
}

struct ledger_open *ledger_open(struct ledger *ledger, size_t *ret_count)
{
	struct ledger_open *open = NULL;
	size_t count = 0;
	LOCKED(&ledger->lock);
	for (size_t i = 0; i < CHAINS; i++)
		for (const struct entries *at = ledger->chains[i]; at; at = at->next)
			open = add_open(open, &count, at);
	*ret_count = count;
	return open;
}

void ledger_end(struct ledger *ledger, unsigned listing, const char *key, int64_t ticket)
{
	LOCKED(&ledger->lock);
	struct entries *entries = entries_find(ledger, listing, key);
	for (size_t i = 0; entries && i < entries->count; i++)
		if (entries->entry[i].ticket == ticket)
			entries->entry[i].ended = true;
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

bool ledger_is_plan(struct ledger *ledger, const char *text, size_t length)
{
	LOCKED(&ledger->lock);
	for (size_t i = 0; i < CHAINS; i++)
		for (const struct entries *at = ledger->chains[i]; at; at = at->next)
			if (at->plan && length > 0 && strlen(at->plan) == length &&
				memcmp(at->plan, text, length) == 0)
				return true;
	return false;
}
