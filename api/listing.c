#include "listing.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "collection.h"
#include "memory.h"

enum {
	NAME_BYTES_MAX = 255,
	PASSES_BY_ID = 3, /* more are needed only by ids too long to tell names apart */
};

/* The first of two keys whose value is a string or a number that is not empty; NULL without one. */
static char *first_text(const struct json *object, const char *const keys[2])
{
	for (size_t i = 0; i < 2 && keys[i] != NULL; i++) {
		const struct json *value = json_get(object, keys[i]);
		enum json_type type = json_type(value);

		if (type != JSON_STRING && type != JSON_NUMBER)
			continue;
		char *text = json_text(value);
		if (text[0] != '\0')
			return text;
		free(text);
	}
	return NULL;
}

static char *joined_text(const struct json *object, const char *const keys[2])
{
	CLEANUP_FREE char *first = json_text(json_get(object, keys[0]));
	CLEANUP_FREE char *second = json_text(json_get(object, keys[1]));
	return xasprintf("%s-%s", first, second);
}

char *resource_id(const struct resource *resource, const struct json *object)
{
	char *id = first_text(object, resource->id_keys);
	return id == NULL && resource->single ? xstrdup(resource->name) : id;
}

char *resource_path(const struct resource *resource, const char *id)
{
	const char *path = resource->items != NULL ? resource->items : resource->path;
	CLEANUP_FREE char *escaped = http_escape(id);
	return resource->single ? xstrdup(path)
				: xasprintf("%.*s/%s", (int)strcspn(path, "?"), path, escaped);
}

const struct json *resource_answer(const struct resource *resource, const struct json *body)
{
	return resource->object_key != NULL ? json_get(body, resource->object_key) : body;
}

/* Ids of a nested kind are only told apart beneath one object. */
static uint32_t give_slot(const struct resource *resource, struct intern *slots, const char *id)
{
	if (resource->under == NULL)
		return intern_put(slots, id);
	CLEANUP_FREE char *escaped = http_escape(id);
	CLEANUP_FREE char *whole = xasprintf("%s/%s", resource->under, escaped);
	return intern_put(slots, whole);
}

/* The object and its strings are one allocation: 10,000 of them are kept. */
static struct object *allocate(
	const char *id, const char *name, const char *base, const char *text, size_t length)
{
	bool plain = strcmp(name, base) == 0;
	size_t id_size = strlen(id) + 1, name_size = strlen(name) + 1;
	size_t base_size = plain ? 0 : strlen(base) + 1;
	struct object *object = xmalloc(
		sizeof *object + id_size + name_size + base_size + length + 1);

	*object = (struct object){.id = (char *)(object + 1), .length = length, .refs = 1};
	object->name = object->id + id_size;
	object->base = plain ? object->name : object->name + name_size;
	object->text = object->name + name_size + base_size;
	memcpy(object->id, id, id_size);
	memcpy(object->name, name, name_size);
	if (!plain)
		memcpy(object->base, base, base_size);
	memcpy(object->text, text, length);
	object->text[length] = '\0';
	return object;
}

/*
 * What the API lists by itself is not in its answers about the object, and what it says once is in none but the first:
 * what was last seen of it stays.
 */
static struct json *with_seen(
	const struct resource *resource, const struct json *json, const struct object *old)
{
	CLEANUP_JSON struct json *before = json_parse(old->text, old->length, NULL);
	struct json *whole = json_copy(json);

	for (const struct resource_part *part = resource->parts; part->name != NULL; part++)
		if (json_get(json, part->name) == NULL && json_get(before, part->name) != NULL)
			json_add(whole, part->name, json_copy(json_get(before, part->name)));
	const struct json *once = resource->once != NULL ? json_get(before, resource->once) : NULL;
	if (once != NULL && json_get(json, resource->once) == NULL)
		json_add(whole, resource->once, json_copy(once));
	return whole;
}

/* For one that came without an id: nothing can be asked of it, but that it is there is not kept secret. */
static char *made_up_id(const char *text)
{
	return xasprintf("unnamed-%08" PRIx32, intern_hash(text));
}

static bool says(const struct object *object, const char *text, const struct json *json)
{
	if (strcmp(object->text, text) == 0)
		return true;
	CLEANUP_JSON struct json *own = json_parse(object->text, object->length, NULL);
	return json_equal(own, json);
}

bool object_equal(const struct object *a, const struct object *b)
{
	CLEANUP_JSON struct json *json = json_parse(b->text, b->length, NULL);
	return says(a, b->text, json);
}

/* As it came, if that is on one line, as they are written to disk, and what is looked for in it stands there as it is. */
static char *text_of(const struct json *json, const char *text, size_t length)
{
	bool plain = text != NULL && memchr(text, '\n', length) == NULL &&
		     memchr(text, '\\', length) == NULL;

	return plain ? xstrndup(text, length) : json_print(json);
}

/* Of any year that the API may write: nanoseconds do not reach beyond 2262, nor times of files before 1970. */
static int64_t file_time(time_t time)
{
	const time_t last = INT64_MAX / CLOCK_NS;

	return (time < 0 ? 0 : time < last ? time : last) * CLOCK_NS;
}

struct object *object_take(const struct resource *resource, struct intern *slots,
	const struct json *json, const char *came, size_t length, struct object *old)
{
	CLEANUP_FREE char *id = resource_id(resource, json);
	CLEANUP_FREE char *name = NULL;
	CLEANUP_FREE char *base = NULL;

	bool seen = old != NULL && (resource->parts[0].name != NULL || resource->once != NULL);
	CLEANUP_JSON struct json *whole = seen ? with_seen(resource, json, old) : NULL;
	CLEANUP_FREE char *text = whole != NULL ? json_print(whole) : text_of(json, came, length);
	id = id != NULL ? id : made_up_id(text);
	if (old != NULL && says(old, text, whole != NULL ? whole : json))
		return object_ref(old);
	name = resource->joined ? joined_text(json, resource->name_keys)
				: first_text(json, resource->name_keys);
	/* Some kinds let the name be empty: such an object still has to be reached. */
	base = name_encode(name != NULL ? name : id);
	struct object *object = allocate(id, base, base, text, strlen(text));
	time_t created = clock_parse(json_get_string(json, "created_at"));
	object->created = created == -1 ? 0 : created;
	object->changed = old != NULL ? clock_real_ns() : file_time(object->created);
	object->slot = give_slot(resource, slots, id);
	return object;
}

struct object *object_create(const struct resource *resource, struct intern *slots,
	const struct json *json, struct object *old)
{
	return object_take(resource, slots, json, NULL, 0, old);
}

/* The same object under another name. Takes the reference and gives one. */
static struct object *renamed(struct object *object, char *name)
{
	struct object *other = object;

	if (strcmp(object->name, name) != 0) {
		other = allocate(object->id, name, object->base, object->text, object->length);
		other->created = object->created;
		other->changed = object->changed;
		other->slot = object->slot;
		object_unref(object);
	}
	free(name);
	return other;
}

/* NAME~ID, with NAME cut where the whole would be too long (never within a character or an escape). */
static char *unique_name(const char *name, const char *id)
{
	CLEANUP_FREE char *suffix = name_encode(id);
	size_t room = NAME_BYTES_MAX - 1, length = strlen(name), taken = strlen(suffix);

	if (taken > room / 2)
		taken = room / 2;
	if (length > room - taken) {
		length = room - taken;
		while (length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80)
			length--;
		for (size_t back = 1; back <= 2 && back <= length; back++)
			if (name[length - back] == '%')
				length -= back;
	}
	return xasprintf("%.*s~%.*s", (int)length, name, (int)taken, suffix);
}

/* Numbers by their value, without leaving text: the shorter one is the smaller. */
static int compare_age(const struct object *a, const struct object *b)
{
	size_t a_length = strlen(a->id), b_length = strlen(b->id);

	if (a->created != b->created)
		return a->created < b->created ? -1 : 1;
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return strcmp(a->id, b->id);
}

static int by_base_and_age(const void *left, const void *right)
{
	const struct object *a = *(struct object *const *)left, *b = *(struct object *const *)right;
	int order = strcmp(a->base, b->base);

	return order != 0 ? order : compare_age(a, b);
}

/* Of one name, those that bear it as their own come first. */
static int by_name(const void *left, const void *right)
{
	const struct object *a = *(struct object *const *)left, *b = *(struct object *const *)right;
	int order = strcmp(a->name, b->name);

	if (order != 0)
		return order;
	if ((a->name == a->base) != (b->name == b->base))
		return a->name == a->base ? -1 : 1;
	return compare_age(a, b);
}

static int by_id(const void *left, const void *right)
{
	const struct object *a = *(struct object *const *)left, *b = *(struct object *const *)right;

	return strcmp(a->id, b->id);
}

static void sort(struct object **objects, size_t count, int (*compare)(const void *, const void *))
{
	if (count > 1)
		qsort(objects, count, sizeof(struct object *), compare);
}

/*
 * The oldest of each base is plain, the others get ~ID. That can hit an object that really is called
 * so (web~7): names that are still the same get another ~ID, until none are. Of ids that begin alike and
 * are cut short it never ends: after some passes a number is taken, another one each time. Ends sorted by name.
 */
static void make_names_unique(struct object **objects, size_t count)
{
	unsigned passes = 0, number = 0;
	bool again = true;

	sort(objects, count, by_base_and_age);
	for (size_t i = 0, first = 0; i < count; i++) {
		if (strcmp(objects[i]->base, objects[first]->base) != 0)
			first = i;
		objects[i] = renamed(
			objects[i], i == first ? xstrdup(objects[i]->base)
					       : unique_name(objects[i]->base, objects[i]->id));
	}
	while (again) {
		again = false;
		sort(objects, count, by_name);
		for (size_t i = 1, first = 0; i < count; i++) {
			if (strcmp(objects[i]->name, objects[first]->name) != 0) {
				first = i;
				continue;
			}
			char counted[16];
			snprintf(counted, sizeof counted, "%u", ++number);
			objects[i] = renamed(objects[i],
				unique_name(objects[i]->name,
					passes < PASSES_BY_ID ? objects[i]->id : counted));
			again = true;
		}
		passes++;
	}
}

void listing_add(struct listing *listing, struct object *object)
{
	if (listing->count == listing->room) {
		listing->room = listing->room == 0 ? 64 : listing->room * 2;
		listing->objects = xrealloc(
			listing->objects, listing->room, sizeof(struct object *));
	}
	listing->objects[listing->count++] = object;
}

void listing_finish(struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		object_unref(listing->objects[i]);
	free(listing->objects);
	*listing = (struct listing){0};
}

void listing_unique(struct listing *listing)
{
	struct object **objects = listing->objects;
	size_t kept = 0;

	sort(objects, listing->count, by_id);
	for (size_t i = 0; i < listing->count; i++) {
		if (kept > 0 && strcmp(objects[kept - 1]->id, objects[i]->id) == 0)
			object_unref(objects[i]);
		else
			objects[kept++] = objects[i];
	}
	listing->count = kept;
}

static struct snapshot *snapshot_create(
	struct object **names, struct object **ids, size_t count, int64_t taken, time_t taken_at)
{
	struct snapshot *snapshot = xmalloc(sizeof *snapshot);

	*snapshot = (struct snapshot){.count = count,
		.by_name = names,
		.by_id = ids,
		.taken = taken,
		.taken_at = taken_at,
		.refs = 1};
	return snapshot;
}

/* Before anything is called by its id. */
static bool has_doubles(struct listing *listing)
{
	sort(listing->objects, listing->count, by_id);
	for (size_t i = 1; i < listing->count; i++)
		if (strcmp(listing->objects[i - 1]->id, listing->objects[i]->id) == 0)
			return true;
	return false;
}

struct snapshot *listing_snapshot(struct listing *listing, int64_t taken, time_t taken_at)
{
	size_t count = listing->count;

	if (has_doubles(listing))
		return NULL;
	make_names_unique(listing->objects, count);
	struct object **ids = xcalloc(count, sizeof(struct object *));
	if (count > 0)
		memcpy(ids, listing->objects, count * sizeof(struct object *));
	sort(ids, count, by_id);
	struct object **names = xrealloc(listing->objects, count, sizeof(struct object *));
	*listing = (struct listing){0};
	return snapshot_create(names, ids, count, taken, taken_at);
}

/* Does another object than id's bear this base, plain or with a suffix, or a name that looks so? */
static bool is_shared(const struct snapshot *snapshot, const char *base, const char *id)
{
	CLEANUP_FREE char *prefix = xasprintf("%s~", base);
	const struct object *plain = snapshot_by_name(snapshot, base);
	size_t next = snapshot_after(snapshot, prefix), length = strlen(prefix);

	if (plain != NULL && strcmp(plain->id, id) != 0)
		return true;
	return snapshot_by_name(snapshot, prefix) != NULL ||
	       (next < snapshot->count &&
		       strncmp(snapshot->by_name[next]->name, prefix, length) == 0) ||
	       strchr(base, '~') != NULL;
}

/* A sorted array with one entry left out and one put in at its place, each a reference of its own. */
static struct object **spliced(struct object **from, size_t count, const struct object *leave,
	struct object *put, int (*compare)(const void *, const void *))
{
	struct object **to = xcalloc(count + 1, sizeof(struct object *));
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		if (from[i] == leave)
			continue;
		if (put != NULL && compare(&put, &from[i]) < 0) {
			to[used++] = put;
			put = NULL;
		}
		to[used++] = from[i];
	}
	if (put != NULL)
		to[used] = put;
	return to;
}

/* As snapshot_with() where no name of another object depends on this one: nothing to be sorted anew. */
static struct snapshot *with_plain(struct snapshot *old, struct object *leave, struct object *put)
{
	size_t count = old->count + (put != NULL) - (leave != NULL);
	struct object **names = spliced(old->by_name, old->count, leave, put, by_name);
	struct object **ids = spliced(old->by_id, old->count, leave, put, by_id);

	for (size_t i = 0; i < count; i++)
		object_ref(names[i]);
	return snapshot_create(names, ids, count, old->taken, old->taken_at);
}

struct snapshot *snapshot_with(struct snapshot *old, const char *id, struct object *object)
{
	struct object *before = snapshot_by_id(old, id);
	struct listing listing = {0};

	if (before == object)
		return snapshot_ref(old);
	if ((object == NULL ||
		    (object->name == object->base && !is_shared(old, object->base, id))) &&
		(before == NULL ||
			(before->name == before->base && !is_shared(old, before->base, id))))
		return with_plain(old, before, object);
	for (size_t i = 0; i < old->count; i++)
		if (old->by_name[i] != before)
			listing_add(&listing, object_ref(old->by_name[i]));
	if (object != NULL)
		listing_add(&listing, object_ref(object));
	return listing_snapshot(&listing, old->taken, old->taken_at);
}
