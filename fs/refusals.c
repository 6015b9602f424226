#include "refusals.h"

#include <pthread.h>
#include <stdlib.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/memory.h"
#include "subject.h"

enum { HOLD_MS = 10000, CHAINS = 256 };

struct refusal {
	struct refusal *next;
	uint64_t ino;
	int64_t until;
};

struct refusals {
	pthread_mutex_t lock; /* leaf: of all below */
	struct refusal *chains[CHAINS];
};

struct refusals *refusals_create(void)
{
	struct refusals *refusals = xcalloc(1, sizeof(*refusals));
	pthread_mutex_init(&refusals->lock, NULL);
	return refusals;
}

void refusals_destroy(struct refusals *refusals)
{
	if (!refusals)
		return;
	for (size_t i = 0; i < CHAINS; i++)
		for (struct refusal *at = refusals->chains[i], *next; at; at = next) {
			next = at->next;
			free(at);
		}
	pthread_mutex_destroy(&refusals->lock);
	free(refusals);
}

/* Those that are over make way. Under lock. */
static struct refusal *find(struct refusals *refusals, uint64_t ino, struct refusal ***ret_end)
{
	int64_t now = clock_ms();
	struct refusal **at = &refusals->chains[ino * 0x9e3779b97f4a7c15 >> 56];
	while (*at && (*at)->ino != ino) {
		struct refusal *over = (*at)->until <= now ? *at : NULL;
		if (over)
			*at = over->next;
		else
			at = &(*at)->next;
		free(over);
	}
	*ret_end = at;
	return *at;
}

static void note(struct refusals *refusals, struct node node)
{
	struct refusal **end;
	LOCKED(&refusals->lock);
	struct refusal *refusal = find(refusals, node_pack(node), &end);
	if (!refusal) {
		refusal = *end = xcalloc(1, sizeof(*refusal));
		refusal->ino = node_pack(node);
	}
	refusal->until = clock_ms() + HOLD_MS;
}

static bool is_noted(struct refusals *refusals, struct node node)
{
	struct refusal **end;
	LOCKED(&refusals->lock);
	const struct refusal *refusal = find(refusals, node_pack(node), &end);
	return refusal && refusal->until > clock_ms();
}

/* The collection that an object is in. */
static struct node collection_of(struct mount *mount, struct node object)
{
	struct cache_place place = cache_place(mount->cache, subject_listing(mount, object));
	return (struct node){.kind = (uint8_t)place.kind, .type = NODE_KIND, .slot = place.above};
}

/* To the object that a collection is beneath; false where there is none. */
static bool go_above(struct node *collection)
{
	int above = kind_above(collection->kind);
	if (above >= 0)
		*collection = (struct node){
			.kind = (uint8_t)above, .type = NODE_OBJECT, .slot = collection->slot};
	return above >= 0;
}

/* All objects that a collection is beneath. */
static void note_above(struct mount *mount, struct node collection)
{
	while (go_above(&collection)) {
		note(mount->refusals, collection);
		collection = collection_of(mount, collection);
	}
}

void refusals_note(struct mount *mount, struct node node)
{
	if (node.type < NODE_KIND || node.unborn)
		return;
	struct node noted = node.type == NODE_KIND ? node : node_beside(node, NODE_OBJECT, 0, 0);
	note(mount->refusals, noted);
	note_above(mount, node.type == NODE_KIND ? node : collection_of(mount, noted));
}

bool refusals_hold(struct mount *mount, struct node object)
{
	struct node at = collection_of(mount, object), first = at;
	bool held = is_noted(mount->refusals, object) || is_noted(mount->refusals, at);
	while (!held && go_above(&at)) {
		at = collection_of(mount, at);
		held = is_noted(mount->refusals, at);
	}
	if (held)
		note_above(mount, first);
	return held;
}
