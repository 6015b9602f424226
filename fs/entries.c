#include "entries.h"

#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "tree.h"

#define KEPT 8
#define NAMES_MAX (1u << 24) /* a gigabyte of names; what comes after is told by its hash */

struct walks {
	struct intern *names;
	pthread_mutex_t lock; /* leaf: of kept and all refs */
	struct entries *kept[KEPT];
	unsigned next; /* the one that makes way */
};

struct walks *walks_create(void)
{
	struct walks *walks = xcalloc(1, sizeof(*walks));
	walks->names = intern_create(NAMES_MAX);
	pthread_mutex_init(&walks->lock, NULL);
	return walks;
}

static void entries_free(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		free(entries->all[i].name);
	free(entries->all);
	free(entries);
}

/* Under lock; returns what is to be freed without it. */
static struct entries *unref(struct entries *entries)
{
	return entries && --entries->refs == 0 ? entries : NULL;
}

void walks_destroy(struct walks *walks)
{
	if (!walks)
		return;
	for (unsigned i = 0; i < KEPT; i++)
		if (walks->kept[i])
			entries_free(walks->kept[i]);
	intern_destroy(walks->names);
	pthread_mutex_destroy(&walks->lock);
	free(walks);
}

enum { PLACE_SELF = 1, PLACE_PARENT, PLACE_FIRST };

static int64_t place_of(struct walks *walks, const char *name)
{
	uint32_t number = intern_put(walks->names, name);
	return PLACE_FIRST +
	       (number != INTERN_NONE ? (int64_t)number : (int64_t)NAMES_MAX + intern_hash(name));
}

struct making {
	struct walks *walks;
	struct entries *entries;
};

static void add(struct entries *entries, const char *name, struct node node, int64_t place)
{
	if ((entries->count & (entries->count - 1)) == 0)
		entries->all = xrealloc(entries->all, entries->count ? entries->count * 2 : 1,
			sizeof(struct entry));
	entries->all[entries->count++] = (struct entry){xstrdup(name), node, place};
}

static void visit_entry(void *context, const char *name, struct node node)
{
	const struct making *making = context;
	add(making->entries, name, node, place_of(making->walks, name));
}

static int compare_places(const void *a, const void *b)
{
	int64_t left = ((const struct entry *)a)->place, right = ((const struct entry *)b)->place;
	return left < right ? -1 : left > right;
}

static int make(struct mount *mount, struct node dir, struct entries **ret, struct error *err)
{
	struct entries *entries = xcalloc(1, sizeof(*entries));
	struct making making = {mount->walks, entries};
	entries->dir = node_pack(dir);
	entries->refs = 1;
	add(entries, ".", dir, PLACE_SELF);
	add(entries, "..", (struct node){.type = NODE_ROOT}, PLACE_PARENT);
	int rc = tree_list(mount, dir, visit_entry, &making, err);
	if (rc != 0) {
		entries_free(entries);
		return rc;
	}
	qsort(entries->all, entries->count, sizeof(struct entry), compare_places);
	*ret = entries;
	return 0;
}

static struct entries **find(struct walks *walks, uint64_t dir)
{
	for (unsigned i = 0; i < KEPT; i++)
		if (walks->kept[i] && walks->kept[i]->dir == dir)
			return &walks->kept[i];
	return NULL;
}

/* In the place of an older one of that directory, or of the one that was kept first. */
static void keep(struct walks *walks, struct entries *entries)
{
	pthread_mutex_lock(&walks->lock);
	struct entries **at = find(walks, entries->dir);
	if (!at)
		at = &walks->kept[walks->next++ % KEPT];
	struct entries *gone = unref(*at);
	entries->refs++;
	*at = entries;
	pthread_mutex_unlock(&walks->lock);
	if (gone)
		entries_free(gone);
}

int entries_get(struct mount *mount, struct node dir, int64_t after, struct entries **ret,
	struct error *err)
{
	struct walks *walks = mount->walks;
	if (after > 0) {
		LOCKED(&walks->lock);
		struct entries **at = find(walks, node_pack(dir));
		if (at) {
			*ret = *at;
			(*ret)->refs++;
			return 0;
		}
	}
	int rc = make(mount, dir, ret, err);
	if (rc == 0)
		keep(walks, *ret);
	return rc;
}

size_t entries_after(const struct entries *entries, int64_t after)
{
	size_t low = 0, high = entries->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (entries->all[middle].place > after)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

void entries_release(struct walks *walks, struct entries *entries, bool ended)
{
	pthread_mutex_lock(&walks->lock);
	struct entries **at = ended ? find(walks, entries->dir) : NULL;
	if (at && *at == entries) {
		*at = NULL;
		entries->refs--; /* the caller's is another one */
	}
	struct entries *gone = unref(entries);
	pthread_mutex_unlock(&walks->lock);
	if (gone)
		entries_free(gone);
}
