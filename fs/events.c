#include "events.h"

#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "control.h"
#include "node.h"

struct events {
	struct mount *mount;
	struct events_target target;
	pthread_t thread;
	bool stopping, joined; /* the first atomic, the second of who stops it */
	uint64_t number;       /* atomic: of the last telling */
	uint64_t seen;	       /* atomic: of the bell's count, what was told of */
	pthread_mutex_t lock;  /* leaf: of again */
	uint64_t *again;
	size_t again_count;
	/* The thread's own: of each listing what the kernel knows. */
	struct snapshot **told;
	unsigned count;
};

bool events_told_all(const struct events *events)
{
	return __atomic_load_n(&events->seen, __ATOMIC_SEQ_CST) == bell_count(events->mount->bell);
}

uint64_t events_told(const struct events *events)
{
	return __atomic_load_n(&events->number, __ATOMIC_SEQ_CST);
}

void events_again(struct events *events, uint64_t ino)
{
	pthread_mutex_lock(&events->lock);
	events->again = xrealloc(events->again, events->again_count + 1, sizeof(uint64_t));
	events->again[events->again_count++] = ino;
	pthread_mutex_unlock(&events->lock);
	bell_ring(events->mount->bell);
}

static bool is_stopping(const struct events *events)
{
	return __atomic_load_n(&events->stopping, __ATOMIC_SEQ_CST);
}

static void tell(struct events *events, uint64_t ino)
{
	if (!is_stopping(events))
		events->target.inode(events->target.context, ino);
}

static void tell_again(struct events *events)
{
	pthread_mutex_lock(&events->lock);
	CLEANUP_FREE uint64_t *again = events->again;
	size_t count = events->again_count;
	events->again = NULL;
	events->again_count = 0;
	pthread_mutex_unlock(&events->lock);
	for (size_t i = 0; i < count; i++)
		tell(events, again[i]);
}

static void tell_inode(struct events *events, struct node node)
{
	__atomic_fetch_add(&events->number, 1, __ATOMIC_SEQ_CST);
	tell(events, node_pack(node));
}

/* The object's directory and all of its files: the kernel ignores what it does not know. */
static void tell_object(struct events *events, unsigned kind, const struct object *object)
{
	struct node node = {.kind = (uint8_t)kind, .type = NODE_OBJECT, .slot = object->slot};
	tell_inode(events, node);
	for (uint32_t i = 0; intern_text(events->mount->paths[kind], i); i++)
		tell_inode(events, node_beside(node, NODE_ATTRIBUTE, i, 0));
	for (unsigned i = 0; kinds[kind]->files && kinds[kind]->files[i].name; i++)
		if (kinds[kind]->files[i].steady)
			tell_inode(events, node_beside(node, NODE_FILE, i, 0));
}

/* A listing's directory. */
static struct node dir_of(const struct events *events, unsigned listing)
{
	struct cache_place place = cache_place(events->mount->cache, listing);
	return (struct node){.kind = (uint8_t)place.kind, .type = NODE_KIND, .slot = place.above};
}

/* Both lists are sorted by name: one walk along both. */
static void tell_changes(struct events *events, struct node dir, const struct snapshot *old,
	const struct snapshot *now)
{
	size_t i = 0, j = 0;
	bool listed = false;
	for (;;) {
		const struct object *a = i < old->count ? old->by_name[i] : NULL;
		const struct object *b = j < now->count ? now->by_name[j] : NULL;
		if (!a && !b)
			break;
		int order = !a ? 1 : !b ? -1 : strcmp(a->name, b->name);
		i += order <= 0;
		j += order >= 0;
		if (order == 0 && a == b)
			continue;
		if (is_stopping(events))
			return;
		if (order != 0 || a->slot != b->slot) {
			events->target.entry(events->target.context, node_pack(dir),
				order <= 0 ? a->name : b->name);
			listed = true;
		}
		if (order <= 0)
			tell_object(events, dir.kind, a);
	}
	if (listed)
		tell_inode(events, dir);
}

/* A listing that was not seen to come: one before it may have been read all the same. */
static void tell_changed(struct events *events, struct node dir, const struct snapshot *now)
{
	for (size_t i = 0; i < now->count; i++)
		if (now->by_id[i]->changed >= events->mount->started_at)
			tell_object(events, dir.kind, now->by_id[i]);
}

static void tell_listing(struct events *events, unsigned listing)
{
	struct snapshot *now, *old = events->told[listing];
	if (cache_peek(events->mount->cache, listing, &now) != 0)
		return;
	if (old && old != now)
		tell_changes(events, dir_of(events, listing), old, now);
	else if (!old)
		tell_changed(events, dir_of(events, listing), now);
	events->told[listing] = now;
	snapshot_unref(old);
}

static void grow(struct events *events)
{
	unsigned count = cache_listings(events->mount->cache);
	if (count == events->count)
		return;
	events->told = xrealloc(events->told, count, sizeof(struct snapshot *));
	memset(events->told + events->count, 0,
		(count - events->count) * sizeof(struct snapshot *));
	events->count = count;
}

static void *events_run(void *pointer)
{
	struct events *events = pointer;
	uint64_t seen = 0;
	while (bell_wait(events->mount->bell, &seen, 0)) {
		grow(events);
		for (unsigned listing = 0; listing < events->count; listing++)
			tell_listing(events, listing);
		tell_again(events);
		__atomic_store_n(&events->seen, seen, __ATOMIC_SEQ_CST);
		control_follow(events->mount);
	}
	return NULL;
}

struct events *events_create(struct mount *mount, const struct events_target *target)
{
	struct events *events = xcalloc(1, sizeof(*events));
	events->mount = mount;
	events->target = *target;
	pthread_mutex_init(&events->lock, NULL);
	if (pthread_create(&events->thread, NULL, events_run, events) != 0) {
		pthread_mutex_destroy(&events->lock);
		free(events);
		return NULL;
	}
	return events;
}

void events_stop(struct events *events)
{
	if (!events || events->joined)
		return;
	struct timespec until;
	__atomic_store_n(&events->stopping, true, __ATOMIC_SEQ_CST);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 1;
	events->joined = pthread_timedjoin_np(events->thread, NULL, &until) == 0;
}

void events_destroy(struct events *events)
{
	if (!events)
		return;
	if (!events->joined)
		pthread_join(events->thread, NULL);
	for (unsigned listing = 0; listing < events->count; listing++)
		snapshot_unref(events->told[listing]);
	free(events->told);
	free(events->again);
	pthread_mutex_destroy(&events->lock);
	free(events);
}
