#include "intern.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "memory.h"

/* Open addressing with linear probing over a table of numbers, kept at most half full. */
struct intern {
	pthread_mutex_t lock;
	uint32_t limit;	 /* const */
	uint32_t count;	 /* lock */
	uint32_t room;	 /* lock: of texts */
	char **texts;	 /* lock: by number; the strings themselves never move nor change */
	uint32_t *table; /* lock: numbers by hash, INTERN_NONE where free */
	uint32_t mask;	 /* lock: table's size - 1, a power of two - 1 */
};

struct intern *intern_create(uint32_t limit)
{
	struct intern *intern = xcalloc(1, sizeof *intern);

	pthread_mutex_init(&intern->lock, NULL);
	intern->limit = limit < INTERN_NONE ? limit : INTERN_NONE - 1;
	intern->mask = 15;
	intern->table = xmalloc((intern->mask + 1) * sizeof *intern->table);
	memset(intern->table, 0xff, (intern->mask + 1) * sizeof *intern->table);
	return intern;
}

void intern_destroy(struct intern *intern)
{
	if (intern == NULL)
		return;
	for (uint32_t i = 0; i < intern->count; i++)
		free(intern->texts[i]);
	free(intern->texts);
	free(intern->table);
	pthread_mutex_destroy(&intern->lock);
	free(intern);
}

/* FNV-1a */
uint32_t intern_hash(const char *text)
{
	uint32_t value = 2166136261u;

	for (; *text != '\0'; text++)
		value = (value ^ (unsigned char)*text) * 16777619u;
	return value;
}

/* Where text stands in the table, or the free place where it would. Under lock. */
static uint32_t *place(const struct intern *intern, const char *text)
{
	uint32_t at = intern_hash(text) & intern->mask;

	while (intern->table[at] != INTERN_NONE &&
		strcmp(intern->texts[intern->table[at]], text) != 0)
		at = (at + 1) & intern->mask;
	return &intern->table[at];
}

/* Under lock. */
static void grow_table(struct intern *intern)
{
	size_t size = ((size_t)intern->mask + 1) * 2;

	intern->table = xrealloc(intern->table, size, sizeof *intern->table);
	memset(intern->table, 0xff, size * sizeof *intern->table);
	intern->mask = (uint32_t)(size - 1);
	for (uint32_t i = 0; i < intern->count; i++)
		*place(intern, intern->texts[i]) = i;
}

uint32_t intern_put(struct intern *intern, const char *text)
{
	LOCKED(&intern->lock);
	uint32_t *at = place(intern, text);
	if (*at != INTERN_NONE)
		return *at;
	if (intern->count >= intern->limit)
		return INTERN_NONE;
	if (intern->count == intern->room) {
		intern->room = intern->room == 0 ? 16 : intern->room * 2;
		intern->texts = xrealloc(intern->texts, intern->room, sizeof *intern->texts);
	}
	uint32_t number = intern->count++;
	intern->texts[number] = xstrdup(text);
	*at = number;
	if (intern->count > intern->mask / 2)
		grow_table(intern);
	return number;
}

const char *intern_text(struct intern *intern, uint32_t number)
{
	LOCKED(&intern->lock);
	return number < intern->count ? intern->texts[number] : NULL;
}
