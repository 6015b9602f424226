#include "tree_time.h"

#include <errno.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "content.h"
#include "edit.h"
#include "tree.h"

/* Moves a time by what no sum of others does. */
#define UNLISTED UINT64_C(1000003)

static struct timespec moved(int64_t ns, uint64_t by)
{
	return (struct timespec){
		.tv_sec = (time_t)(ns / CLOCK_NS),
		.tv_nsec = (long)((ns % CLOCK_NS + (int64_t)(by % CLOCK_NS)) % CLOCK_NS),
	};
}

struct timespec tree_time_of_text(struct timespec time, const char *text)
{
	return moved(time.tv_sec * CLOCK_NS + time.tv_nsec, intern_hash(text));
}

/* The hash stands in the low half, the seconds of when it was first seen above it. */
struct timespec tree_time_of_view(struct mount *mount, struct node node, const char *text)
{
	uint64_t *seen = &mount->views_seen[node.entry];
	uint64_t last = __atomic_load_n(seen, __ATOMIC_RELAXED);
	uint32_t hash = intern_hash(text);
	if ((uint32_t)last != hash || last >> 32 == 0) {
		last = (uint64_t)time(NULL) << 32 | hash;
		__atomic_store_n(seen, last, __ATOMIC_RELAXED);
	}
	return moved((int64_t)(last >> 32) * CLOCK_NS, hash);
}

static uint64_t names_state(char *const *names)
{
	uint64_t state = 0;
	for (; *names; names++)
		state += 1 + intern_hash(*names);
	return state;
}

static bool is_beneath(struct node node)
{
	return kind_above(node.kind) >= 0 && !node.unborn &&
	       (node.type == NODE_KIND || kinds[node.kind]->resource.single);
}

/* Drafts and jobs, and the scratch files between them. */
static uint64_t unborn_state(struct mount *mount, struct node node)
{
	if (is_beneath(node) && !cache_has_nested(mount->cache, node.kind, node.slot))
		return 0;
	CLEANUP_NAMES char **names = subject_unborn_names(mount, subject_listing(mount, node));
	return names_state(names) + edits_state(mount->edits, node_pack(node));
}

int64_t tree_fresh_ms(struct mount *mount, struct node node)
{
	if (is_beneath(node) && !cache_has_nested(mount->cache, node.kind, node.slot))
		return 0;
	return cache_fresh_ms(mount->cache, subject_listing(mount, node));
}

/*
 * A collection that is too old shows another time: its list is asked for then, and that is the look that renews it. Which does
 * not move it once more: tar compares the times before and after.
 */
static struct timespec time_of_kind(struct mount *mount, struct node node)
{
	struct cache *cache = mount->cache;
	bool own = !is_beneath(node) || cache_has_nested(cache, node.kind, node.slot);
	/* As long as nobody has looked at it, the one that it will be made from. */
	int listing = own ? (int)subject_listing(mount, node)
			  : cache_source(cache, node.kind, node.slot);
	int64_t changed = listing >= 0 ? cache_changed(cache, (unsigned)listing, own) : 0;
	uint64_t turn = listing >= 0 ? cache_turn(cache, (unsigned)listing) : CACHE_TURN_FIRST;
	return moved(
		changed ? changed : mount->started_at * CLOCK_NS, turn + unborn_state(mount, node));
}

struct timespec tree_time_of_list(struct mount *mount, struct node node)
{
	if (node.type == NODE_KIND)
		return time_of_kind(mount, node);
	uint64_t state = 0;
	if (node.type == NODE_SCRIPTS) {
		CLEANUP_FREE char **names = components_names(mount->components);
		state = names_state(names) + edits_state(mount->edits, node_pack(node));
	}
	return moved(mount->started_at * CLOCK_NS, state);
}

/*
 * What the other side has to do with a directory of links: there is no look at one that nobody has read, and when it has been
 * read for the first time nothing has changed.
 */
static int links_state(const struct subject *subject, const struct relation *relation,
	uint64_t *ret, struct error *err)
{
	struct cache *cache = subject->mount->cache;
	int only = kind_find(relation->kind);
	for (unsigned i = 0; i < KINDS; i++) {
		if (only >= 0 ? i != (unsigned)only : !kinds[i]->urn)
			continue;
		struct cache_stats stats;
		cache_stats_get(cache, i, &stats);
		bool listed = stats.age_ms >= 0;
		*ret += (uint64_t)cache_changed(cache, i, relation->back == NULL);
		/* What could not be listed is left out of those that may be of any kind. */
		if (only < 0 && !listed && stats.last.code != 0)
			*ret += UNLISTED * (i + 1);
		CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
		if (listed && cache_get(cache, i, &snapshot, err) == -EINPROGRESS)
			return -EINPROGRESS;
	}
	return 0;
}

/* A stack that was closed a moment ago counts. */
static int parts_state(const struct subject *subject, struct node node, uint64_t *ret)
{
	for (size_t i = 0; subject->has_job && i < subject->job.count; i++)
		*ret += 1 + intern_hash(subject->job.components[i].name);
	struct node object = node_beside(node, NODE_OBJECT, 0, 0);
	return edits_pending(subject->mount->edits, node_pack(object)) ? -EINPROGRESS : 0;
}

int tree_time(
	const struct subject *subject, struct node node, struct timespec *ret, struct error *err)
{
	int64_t ns = subject_time(subject);
	uint64_t state = 0;
	int rc = 0;
	if (content_is_live(node) && subject->has_job && subject->job.changed * CLOCK_NS > ns)
		ns = subject->job.changed * CLOCK_NS;
	if (node.type == NODE_OBJECT)
		state = subject->has_job + edits_state(subject->mount->edits, node_pack(node));
	else if (node.type == NODE_PARTS)
		rc = parts_state(subject, node, &state);
	else if (node.type == NODE_LINKS)
		rc = links_state(subject, tree_relation(node), &state, err);
	*ret = moved(ns, state);
	return rc;
}

/* As long as both sides are believed; where links lead to several kinds, all of those. */
static int64_t links_fresh_ms(struct mount *mount, struct node node)
{
	int only = kind_find(tree_relation(node)->kind);
	if (kind_above(node.kind) >= 0)
		return 0;
	int64_t fresh = tree_fresh_ms(mount, node);
	for (unsigned kind = 0; kind < KINDS; kind++) {
		if (only >= 0 ? kind != (unsigned)only : !kinds[kind]->urn)
			continue;
		int64_t theirs = cache_fresh_ms(mount->cache, kind);
		fresh = theirs < fresh ? theirs : fresh;
	}
	return fresh;
}

/* Is nothing done to a droplet by which its components, or what is said of it, could become others? */
static bool is_at_rest(struct mount *mount, struct node node)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	return subject_find_unparsed(mount, node, &subject, NULL) == 0 &&
	       (!subject.has_job || subject.job.phase == JOB_IDLE);
}

/*
 * What follows the API is believed until its listing is too old, so that the next look asks here, which starts the
 * refresh; a change in between is told by events.c. What may change in other ways is never believed.
 */
int64_t tree_attr_ms(struct mount *mount, struct node node)
{
	struct node dir = node_beside(node, NODE_OBJECT, 0, 0);
	switch (node.type) {
	case NODE_ROOT:
	case NODE_HELP:
	case NODE_TOPIC:
		return 60000;
	case NODE_SCRIPTS:
		return 0;
	case NODE_LINKED:
	case NODE_LINKS:
		return links_fresh_ms(mount, node);
	case NODE_PARTS:
	case NODE_PART:
		if (edits_state(mount->edits, node_pack(dir)))
			return 0;
		return is_at_rest(mount, node) ? tree_fresh_ms(mount, node) : 0;
	case NODE_KIND:
		return unborn_state(mount, node) ? 0 : tree_fresh_ms(mount, node);
	case NODE_OBJECT:
		if (edits_state(mount->edits, node_pack(node)))
			return 0;
		break;
	case NODE_LINK:
		if (kind_above(node.kind) >= 0)
			return 0; /* events_links.c does not know of those */
		break;
	default:
		break;
	}
	/* Where nothing is written, what is not being worked on changes with its object; what is fetched for itself does not. */
	bool own = kind_above(node.kind) < 0 && !kinds[node.kind]->resource.single;
	bool still = mount->read_only && !node.unborn && own &&
		     (node.type == NODE_FILE || node.type == NODE_PART_FILE) &&
		     (node.kind != KIND_droplets || is_at_rest(mount, node));
	return (node.unborn || content_is_live(node)) && !still ? 0 : tree_fresh_ms(mount, node);
}

/* A file of docloud's own changes at any moment, but not which one it is. (What an editor renames is told by leaving.h.) */
int64_t tree_entry_ms(struct mount *mount, struct node node, int64_t attr_ms)
{
	if (node.type == NODE_VIEW)
		return 60000;
	if (tree_file(node) && !node.unborn && kind_above(node.kind) < 0)
		return tree_fresh_ms(mount, node);
	return attr_ms;
}
