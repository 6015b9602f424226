#include "subject.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/collection.h"
#include "api/memory.h"
#include "draft.h"

/* How long after its spec was taken a droplet still lets `cp -r` copy attribute files into it. */
#define NEWBORN_MS INT64_C(10000)

/*
 * Parsing an object costs some 10 µs, and `ls -l` of a directory asks for forty of its files one after the other: so
 * each thread keeps the last object that it parsed, with a reference to it.
 */
struct parsed {
	struct object *object;
	struct json *json;
};

void object_parse_drop(void *parsed_or_null)
{
	struct parsed *parsed = parsed_or_null;
	if (!parsed)
		return;
	json_free(parsed->json);
	object_unref(parsed->object);
	free(parsed);
}

const struct json *object_parse(struct mount *mount, struct object *object)
{
	struct parsed *parsed = pthread_getspecific(mount->parsed);
	if (!parsed) {
		parsed = xcalloc(1, sizeof(*parsed));
		pthread_setspecific(mount->parsed, parsed);
	}
	if (parsed->object != object) {
		json_free(parsed->json);
		object_unref(parsed->object);
		parsed->object = object_ref(object);
		parsed->json = json_parse(object->text, object->length, NULL);
	}
	return parsed->json;
}

const struct json *subject_json(const struct subject *subject)
{
	return subject->object ? object_parse(subject->mount, subject->object) : NULL;
}

static void subject_add_job(struct subject *subject)
{
	subject->has_job = subject->listing == KIND_droplets &&
			   fleet_view(subject->mount->fleet, subject_key(subject), subject->name,
				   &subject->job);
	/* A name that looks like the id of a droplet is not that droplet. */
	if (subject->has_job && !subject->object && strcmp(subject->job.name, subject->name) != 0) {
		job_view_finish(&subject->job);
		subject->has_job = false;
	}
}

static void subject_put(
	struct mount *mount, unsigned listing, struct object *object, struct subject *ret)
{
	struct cache_place place = cache_place(mount->cache, listing);
	bool single = kinds[place.kind]->resource.single;
	*ret = (struct subject){
		.mount = mount,
		.node = {.kind = (uint8_t)place.kind,
			.type = NODE_OBJECT,
			.slot = single ? place.above : object->slot},
		.listing = listing,
		.kind = kinds[place.kind],
		.name = object->name,
		.object = object_ref(object),
	};
	subject_add_job(ret);
}

static int subject_born(
	struct mount *mount, unsigned listing, struct object *object, struct subject *ret)
{
	subject_put(mount, listing, object, ret);
	ret->json = subject_json(ret);
	return 0;
}

/* In mount.names what is nested has what it is beneath in front of it. */
struct node subject_unborn_node(struct mount *mount, unsigned listing, const char *name)
{
	const char *under = cache_resource(mount->cache, listing)->under;
	CLEANUP_FREE char *whole = under ? xasprintf("%s/%s", under, name) : NULL;
	return (struct node){.kind = (uint8_t)cache_place(mount->cache, listing).kind,
		.unborn = true,
		.type = NODE_OBJECT,
		.slot = intern_put(mount->names, whole ? whole : name)};
}

static const char *last_name(const char *text)
{
	const char *slash = text ? strrchr(text, '/') : NULL;
	return slash ? slash + 1 : text;
}

/* An object that only this mount knows of: a draft, or a droplet whose creation is under way or failed. */
static int subject_unborn(struct mount *mount, unsigned listing, const char *name,
	struct subject *ret, struct error *err)
{
	*ret = (struct subject){
		.mount = mount,
		.listing = listing,
		.kind = kinds[cache_place(mount->cache, listing).kind],
		.name = name,
	};
	subject_add_job(ret);
	if (!ret->has_job && !draft_exists(mount->drafts, listing, name)) {
		CLEANUP_FREE char *place = place_text(mount, listing, name);
		return error_set(err, ENOENT, "%s: there is no such object", place);
	}
	/* Only now: what is looked for and is not there would be remembered for ever. */
	ret->node = subject_unborn_node(mount, listing, name);
	if (ret->node.slot == INTERN_NONE)
		return error_set(err, ENOSPC,
			"too many different names of drafts since the mount; mount again");
	ret->name = last_name(intern_text(mount->names, ret->node.slot));
	return 0;
}

/* What a listing of an earlier mount does not have may be there all the same: why the API does not say. */
static int out_of_reach(struct mount *mount, unsigned listing, struct error *err)
{
	struct cache_stats stats;
	cache_stats_get(mount->cache, listing, &stats);
	return error_set(err, stats.last.code ? stats.last.code : EHOSTUNREACH, "%s",
		stats.last.code ? stats.last.message : "the API has not been reached yet");
}

int subject_missing(struct mount *mount, unsigned listing, const struct snapshot *snapshot,
	const char *what, struct error *err)
{
	return snapshot->remembered ? out_of_reach(mount, listing, err)
				    : error_set(err, ENOENT, "%s does not exist any more", what);
}

static int subject_in(struct mount *mount, unsigned listing, const struct snapshot *snapshot,
	const char *name, struct subject *ret, struct error *err)
{
	const struct kind *kind = kinds[cache_place(mount->cache, listing).kind];
	struct object *object = snapshot ? snapshot_by_name(snapshot, name) : NULL;
	if (!object || (kind->hidden && kind->hidden(mount, name)))
		return subject_unborn(mount, listing, name, ret, err);
	/* A kind without jobs of its own: its draft ends where the object begins. */
	if (!kind->create && draft_exists(mount->drafts, listing, name))
		draft_remove(mount->drafts, listing, name, false);
	return subject_born(mount, listing, object, ret);
}

int subject_named(struct mount *mount, unsigned listing, const char *name, struct subject *ret,
	struct error *err)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	int rc = cache_get(mount->cache, listing, &snapshot, err);
	*ret = (struct subject){0};
	if (rc == 0 && snapshot->remembered && !snapshot_by_name(snapshot, name))
		rc = out_of_reach(mount, listing, err);
	/* A draft is there also when the API is not. */
	if (rc != 0 && !draft_exists(mount->drafts, listing, name))
		return rc;
	return subject_in(mount, listing, snapshot, name, ret, err);
}

int subject_peek(struct mount *mount, unsigned listing, const char *name, struct subject *ret)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	cache_peek(mount->cache, listing, &snapshot);
	return subject_in(mount, listing, snapshot, name, ret, NULL);
}

int subject_became(struct mount *mount, unsigned listing, const char *name, struct subject *ret,
	struct error *err)
{
	CLEANUP_FREE char *id = draft_became(mount->drafts, listing, name);
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	int rc = id ? cache_get(mount->cache, listing, &snapshot, err) : -ENOENT;
	struct object *object = rc == 0 ? snapshot_by_id(snapshot, id) : NULL;
	if (object)
		subject_born(mount, listing, object, ret);
	return rc != 0 ? rc : object ? 0 : -ENOENT;
}

static int find_unborn(
	struct mount *mount, struct node node, struct subject *ret, struct error *err)
{
	const char *name = intern_text(mount->names, node.slot);
	unsigned listing = subject_listing(mount, node);
	if (!name)
		return error_set(err, ENOENT, "it does not exist any more");
	int rc = subject_became(mount, listing, last_name(name), ret, err);
	if (rc != -ENOENT)
		return rc;
	rc = subject_named(mount, listing, last_name(name), ret, err);
	/* Between the two it may have become something. */
	return rc == -ENOENT ? subject_became(mount, listing, last_name(name), ret, err) : rc;
}

struct names {
	char **all;
	size_t count;
};

static void names_add(void *context, const char *name)
{
	struct names *names = context;
	names->all = xrealloc(names->all, names->count + 2, sizeof(*names->all));
	names->all[names->count++] = xstrdup(name);
	names->all[names->count] = NULL;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Drafts first: one whose job begins meanwhile is in both, and so is one that a failed job left. */
char **subject_unborn_names(struct mount *mount, unsigned listing)
{
	struct names names = {.all = xcalloc(1, sizeof(*names.all))};
	drafts_visit(mount->drafts, listing, names_add, &names);
	CLEANUP_FREE char **jobs = listing == KIND_droplets ? fleet_unborn(mount->fleet) : NULL;
	for (char **job = jobs; job && *job; job++)
		names_add(&names, *job);
	qsort(names.all, names.count, sizeof(*names.all), compare_names);
	size_t kept = 0;
	for (size_t i = 0; i < names.count; i++) {
		if (kept > 0 && strcmp(names.all[kept - 1], names.all[i]) == 0)
			free(names.all[i]);
		else
			names.all[kept++] = names.all[i];
	}
	names.all[kept] = NULL;
	return names.all;
}

int subject_find_unparsed(
	struct mount *mount, struct node node, struct subject *ret, struct error *err)
{
	struct snapshot *snapshot;
	CLEANUP_FREE char *id = NULL;
	bool single = kinds[node.kind]->resource.single;
	unsigned listing = node.kind;
	*ret = (struct subject){0};
	if (node.unborn)
		return find_unborn(mount, node, ret, err);
	if (single)
		listing = subject_listing(mount, node);
	else
		id = cache_slot_id(mount->cache, node.kind, node.slot, &listing);
	int rc = cache_get(mount->cache, listing, &snapshot, err);
	if (rc != 0)
		return rc;
	struct object *object = NULL;
	if (single)
		object = snapshot->count > 0 ? snapshot->by_name[0] : NULL;
	else if (id)
		object = snapshot_by_id(snapshot, id);
	if (object)
		subject_put(mount, listing, object, ret);
	rc = object ? 0 : subject_missing(mount, listing, snapshot, "it", err);
	snapshot_unref(snapshot);
	return rc;
}

int subject_find(struct mount *mount, struct node node, struct subject *ret, struct error *err)
{
	int rc = subject_find_unparsed(mount, node, ret, err);
	if (rc == 0)
		ret->json = subject_json(ret);
	return rc;
}

static unsigned listing_of_unborn(struct mount *mount, struct node node)
{
	const char *name = intern_text(mount->names, node.slot);
	CLEANUP_FREE char *under = name ? xstrndup(name, (size_t)(last_name(name) - name)) : NULL;
	if (under && *under)
		under[strlen(under) - 1] = '\0';
	int listing = cache_find(mount->cache, kinds[node.kind]->resource.name, under);
	return listing >= 0 ? (unsigned)listing : node.kind;
}

unsigned subject_listing(struct mount *mount, struct node node)
{
	unsigned listing = node.kind;
	if (kind_above(node.kind) < 0)
		return node.kind;
	if (node.unborn && node.type != NODE_KIND)
		return listing_of_unborn(mount, node);
	if (node.type == NODE_KIND || kinds[node.kind]->resource.single)
		return cache_nested(mount->cache, node.kind, node.slot);
	free(cache_slot_id(mount->cache, node.kind, node.slot, &listing));
	return listing;
}

/* The object that a listing is beneath, as the node of its directory. */
static struct node above_of(struct cache_place place)
{
	return (struct node){
		.kind = (uint8_t)kind_above(place.kind), .type = NODE_OBJECT, .slot = place.above};
}

char *place_text(struct mount *mount, unsigned listing, const char *name)
{
	struct cache_place place = cache_place(mount->cache, listing);
	const struct resource *resource = &kinds[place.kind]->resource;
	if (kind_above(place.kind) < 0)
		return name && !resource->single ? xasprintf("%s/%s", resource->name, name)
						 : xstrdup(resource->name);
	CLEANUP_SUBJECT struct subject above = {0};
	struct node node = above_of(place);
	unsigned other = subject_listing(mount, node);
	int rc = subject_find(mount, node, &above, NULL);
	CLEANUP_FREE char *front = place_text(mount, other, rc == 0 ? above.name : "?");
	if (resource->single)
		return xstrdup(front);
	return xasprintf(
		"%s/%s%s%s", front, last_name(resource->name), name ? "/" : "", name ? name : "");
}

void subject_finish(struct subject *subject)
{
	object_unref(subject->object);
	if (subject->has_job)
		job_view_finish(&subject->job);
	*subject = (struct subject){0};
}

const char *subject_id(const struct subject *subject)
{
	return subject->object ? subject->object->id : "";
}

const char *subject_key(const struct subject *subject)
{
	return subject->object ? subject->object->id : subject->name;
}

char *path_format(const char *format, ...)
{
	va_list arguments;
	char *path;
	va_start(arguments, format);
	if (vasprintf(&path, format, arguments) < 0)
		abort();
	va_end(arguments);
	return path;
}

char *subject_path(const struct subject *subject, const char *after)
{
	const struct resource *resource = cache_resource(subject->mount->cache, subject->listing);
	CLEANUP_FREE char *path = resource_path(resource, subject_id(subject));
	return path_format("%s%s", path, after);
}

bool subject_is_own(const struct subject *subject)
{
	const struct json *tags = json_get(subject->json, "tags");
	for (const struct json *tag = json_first(tags); tag; tag = json_next(tag))
		if (json_string(tag) && strcmp(json_string(tag), "docloud") == 0)
			return true;
	return false;
}

int subject_check_idle(const struct subject *subject, struct error *err)
{
	if (!json_is_true(json_get(subject->json, "locked")))
		return 0;
	CLEANUP_FREE char *place = place_text(subject->mount, subject->listing, subject->name);
	return error_set(err, EBUSY,
		"%s is locked by an action under way: wait until `locked` is false", place);
}

int64_t subject_time(const struct subject *subject)
{
	if (subject->object && subject->object->changed)
		return subject->object->changed;
	if (subject->object)
		return subject->mount->started_at * CLOCK_NS;
	if (subject->has_job)
		return subject->job.changed * CLOCK_NS;
	return CLOCK_NS * draft_time(subject->mount->drafts, subject->listing, subject->name);
}

bool subject_is_newborn(const struct subject *subject)
{
	int64_t born = draft_submitted(subject->mount->drafts, subject->listing, subject->name);
	return born && clock_ms() - born < NEWBORN_MS;
}
