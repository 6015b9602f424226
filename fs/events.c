#include "events.h"

#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/memory.h"
#include "control.h"
#include "events_links.h"
#include "node.h"

struct events {
	struct mount *mount;
	struct events_target target;
	pthread_t thread;
	bool stopping, joined; /* the first atomic, the second of who stops it */
	struct bell *bell;     /* see events_bell() */
	struct forget *forget;
	/* The thread's own: of each listing what the kernel knows; and of each kind that, or what it may know by now. */
	struct snapshot **told;
	unsigned count;
	struct snapshot *known[KINDS];
};

struct bell *events_bell(struct events *events)
{
	return events->bell;
}

static bool is_stopping(const struct events *events)
{
	return __atomic_load_n(&events->stopping, __ATOMIC_SEQ_CST);
}

static void tell_inode(struct events *events, struct node node)
{
	if (!is_stopping(events))
		events->target.inode(events->target.context, node_pack(node));
}

/* Is it also shown, as a directory, inside of another kind's objects? (other is 1 there: tree.c) */
static bool is_shown_inside(unsigned kind)
{
	for (unsigned i = 0; i < KINDS; i++)
		for (const struct relation *at = kinds[i]->relations; at && at->name; at++)
			if (at->directories && kind_find(at->kind) == (int)kind)
				return true;
	return false;
}

/* The object's directory and all of its files: the kernel ignores what it does not know. */
static void tell_files(struct events *events, unsigned kind, const struct object *object)
{
	struct node node = {.kind = (uint8_t)kind, .type = NODE_OBJECT, .slot = object->slot};
	unsigned views = is_shown_inside(kind) ? 2 : 1;
	for (unsigned other = 0; other < views; other++) {
		tell_inode(events, node_beside(node, NODE_OBJECT, 0, other));
		for (uint32_t i = 0; intern_text(events->mount->paths[kind], i); i++)
			tell_inode(events, node_beside(node, NODE_ATTRIBUTE, i, other));
		for (unsigned i = 0; kinds[kind]->files && kinds[kind]->files[i].name; i++)
			if (kinds[kind]->files[i].steady)
				tell_inode(events, node_beside(node, NODE_FILE, i, other));
	}
	for (unsigned i = 0; i < KINDS; i++)
		if (kind_above(i) == (int)kind)
			tell_inode(events, (struct node){.kind = (uint8_t)i,
						   .type = NODE_KIND,
						   .slot = object->slot});
}

/* Of an object as it was or is: itself (own), and what shows it elsewhere. */
static void tell_object(
	struct events *events, unsigned kind, struct object *object, bool listed, bool own)
{
	struct links_events links = {events->mount, &events->target, events->forget, events->known};
	if (own)
		tell_files(events, kind, object);
	if (kind_above(kind) < 0)
		links_tell(&links, kind, object, listed, own);
}

/* A listing's directory. */
static struct node dir_of(const struct events *events, unsigned listing)
{
	struct cache_place place = cache_place(events->mount->cache, listing);
	return (struct node){.kind = (uint8_t)place.kind, .type = NODE_KIND, .slot = place.above};
}

/*
 * What was a file and is a directory now, or the other way, has the same inode number, and the kernel takes no inode for
 * another kind of file: it has to look the name up again.
 */
static void tell_types(
	struct events *events, unsigned kind, struct object *was, const struct object *is)
{
	struct intern *paths = events->mount->paths[kind];
	CLEANUP_JSON struct json *now = json_parse(is->text, is->length, NULL);
	const struct json *before = object_parse(events->mount, was);
	const char *path;
	for (uint32_t i = 0; (path = intern_text(paths, i)) != NULL; i++) {
		const struct json *left = json_get(before, path), *right = json_get(now, path);
		bool same = (json_type(left) == JSON_OBJECT) == (json_type(right) == JSON_OBJECT);
		const char *slash = strrchr(path, '/');
		struct node dir = {.kind = (uint8_t)kind, .type = NODE_OBJECT, .slot = is->slot};
		if (same || !left || !right)
			continue;
		CLEANUP_FREE char *above = slash ? xstrndup(path, (size_t)(slash - path)) : NULL;
		CLEANUP_FREE char *name = name_encode(slash ? slash + 1 : path);
		if (above)
			dir = node_beside(dir, NODE_ATTRIBUTE, intern_put(paths, above), 0);
		for (dir.other = 0; dir.other < 2; dir.other++)
			forget_name(events->forget, node_pack(dir), name);
	}
}

/* Both lists are sorted by name: one walk along both. */
static void tell_changes(struct events *events, struct node dir, const struct snapshot *old,
	const struct snapshot *now)
{
	size_t i = 0, j = 0;
	bool listed = false;
	for (;;) {
		struct object *a = i < old->count ? old->by_name[i] : NULL;
		struct object *b = j < now->count ? now->by_name[j] : NULL;
		if (!a && !b)
			break;
		int order = !a ? 1 : !b ? -1 : strcmp(a->name, b->name);
		i += order <= 0;
		j += order >= 0;
		if (order == 0 && a == b)
			continue;
		if (is_stopping(events))
			return;
		bool other = order != 0 || a->slot != b->slot;
		if (!other)
			tell_types(events, dir.kind, a, b);
		if (other)
			forget_name(events->forget, node_pack(dir), order <= 0 ? a->name : b->name);
		listed |= other;
		/* What has changed in place has its files and links where they were. */
		if (order <= 0)
			tell_object(events, dir.kind, a, other, true);
		if (order >= 0)
			tell_object(events, dir.kind, b, other, other);
	}
	if (listed)
		tell_inode(events, dir);
}

/* A listing that was not seen to come: one before it may have been read all the same. */
static void tell_changed(struct events *events, struct node dir, const struct snapshot *now)
{
	for (size_t i = 0; i < now->count; i++)
		if (now->by_id[i]->changed >= events->mount->started_at * CLOCK_NS)
			tell_object(events, dir.kind, now->by_id[i], true, true);
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

/* The files and the components of droplets whose job is not what it was; of the words in there some are theirs. */
static void tell_jobs(struct events *events)
{
	CLEANUP_NAMES char **news = fleet_news(events->mount->fleet);
	const struct snapshot *told = events->told[KIND_droplets];
	for (char **id = news; told && id && *id; id++) {
		const struct object *droplet = snapshot_by_id(told, *id);
		struct node dir = {.kind = KIND_droplets, .type = NODE_PARTS};
		const char *word;
		if (!droplet)
			continue;
		dir.slot = droplet->slot;
		tell_inode(events, dir);
		for (unsigned i = 0; kinds[KIND_droplets]->files[i].name; i++)
			tell_inode(events, node_beside(dir, NODE_FILE, i, 0));
		for (uint32_t i = 0; (word = intern_text(events->mount->words, i)) != NULL; i++)
			if (!strchr(word, ':')) /* a URN */
				forget_name(events->forget, node_pack(dir), word);
	}
}

/* A listing that nothing was told of yet may have been read all the same. */
static void know(struct events *events)
{
	for (unsigned i = 0; i < KINDS; i++) {
		snapshot_unref(events->known[i]);
		events->known[i] = events->told[i] ? snapshot_ref(events->told[i]) : NULL;
		if (!events->known[i])
			cache_peek(events->mount->cache, i, &events->known[i]);
	}
}

static void *events_run(void *pointer)
{
	struct events *events = pointer;
	uint64_t seen = 0;
	while (bell_wait(events->mount->bell, &seen, 0)) {
		grow(events);
		know(events);
		for (unsigned listing = 0; listing < events->count; listing++)
			tell_listing(events, listing);
		tell_jobs(events);
		bell_ring(events->bell);
		control_follow(events->mount);
	}
	bell_close(events->bell);
	return NULL;
}

struct events *events_create(struct mount *mount, const struct events_target *target)
{
	struct events *events = xcalloc(1, sizeof(*events));
	events->mount = mount;
	events->target = *target;
	events->bell = bell_create();
	events->forget = forget_create(&target->forget);
	events->joined = !events->forget ||
			 pthread_create(&events->thread, NULL, events_run, events) != 0;
	if (!events->joined)
		return events;
	events_destroy(events);
	return NULL;
}

void events_stop(struct events *events)
{
	if (!events)
		return;
	__atomic_store_n(&events->stopping, true, __ATOMIC_SEQ_CST);
	if (!events->joined)
		pthread_join(events->thread, NULL);
	events->joined = true;
	forget_stop(events->forget);
}

void events_destroy(struct events *events)
{
	if (!events)
		return;
	events_stop(events);
	forget_destroy(events->forget);
	for (unsigned listing = 0; listing < events->count; listing++)
		snapshot_unref(events->told[listing]);
	for (unsigned i = 0; i < KINDS; i++)
		snapshot_unref(events->known[i]);
	free(events->told);
	bell_destroy(events->bell);
	free(events);
}
