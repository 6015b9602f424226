#include "store.h"

#include "json.h"
#include "kind.h"
#include "shelf.h"

#include <errno.h>
#include <limits.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A way to find an object: its scope and its id, or its scope and its alias. */
struct handle {
	const char *scope;
	const char *id;
	struct object *object;
};

/* The objects of one kind, by sequence; `handles` is a tree of struct handle (tsearch). */
struct collection {
	struct object **objects;
	size_t count;
	size_t room;
	void *handles;
	double last_number;
};

struct store {
	struct collection *collections;
	char *directory; /* NULL: nothing is kept */
	unsigned long last_sequence;
	bool loaded;
};

static void *store_allocate(void *memory)
{
	if (!memory) {
		fputs("docloud-sandbox: out of memory\n", stderr);
		abort();
	}
	return memory;
}

static char *store_copy(const char *text)
{
	return text ? store_allocate(strdup(text)) : NULL;
}

static int handle_compare(const void *left, const void *right)
{
	const struct handle *a = left, *b = right;
	int order = strcmp(a->id, b->id);

	return order ? order : strcmp(a->scope, b->scope);
}

static void handle_add(struct collection *collection, struct object *object, const char *id)
{
	struct handle *handle = store_allocate(malloc(sizeof(*handle)));
	struct handle **found;

	*handle = (struct handle){object->scope, id, object};
	found = store_allocate(tsearch(handle, &collection->handles, handle_compare));
	if (*found != handle) /* an alias that is taken: the first one has it */
		free(handle);
}

static void handle_remove(struct collection *collection, struct object *object, const char *id)
{
	struct handle key = {object->scope, id, NULL}, **found, *handle;

	found = tfind(&key, &collection->handles, handle_compare);
	if (!found || (*found)->object != object)
		return;
	handle = *found;
	tdelete(&key, &collection->handles, handle_compare);
	free(handle);
}

static void object_destroy(struct object *object)
{
	free((char *)object->id);
	free((char *)object->alias);
	free((char *)object->scope);
	free((char *)object->name);
	free((char *)object->tags);
	free((char *)object->trait);
	free((char *)object->text);
	free((char *)object->note);
	free(object);
}

bool object_has_tag(const struct object *object, const char *tag)
{
	size_t length = strlen(tag);
	const char *at = object->tags;

	while (length && (at = strcasestr(at, tag))) {
		if (at[-1] == '\n' && at[length] == '\n')
			return true;
		at++;
	}
	return false;
}

static char *object_join_tags(const cJSON *tree)
{
	const cJSON *tags = cJSON_GetObjectItemCaseSensitive(tree, "tags"), *tag;
	size_t length = 2;
	char *joined, *end;

	cJSON_ArrayForEach(tag, tags)
	{
		if (cJSON_IsString(tag))
			length += strlen(tag->valuestring) + 1;
	}
	joined = end = store_allocate(malloc(length));
	*end++ = '\n';
	cJSON_ArrayForEach(tag, tags)
	{
		if (cJSON_IsString(tag)) {
			end = stpcpy(end, tag->valuestring);
			*end++ = '\n';
		}
	}
	*end = '\0';
	return joined;
}

static struct object *object_create(
	const struct kind *kind, const char *scope, const cJSON *tree, const cJSON *note)
{
	struct object *object = store_allocate(calloc(1, sizeof(*object)));
	char id[256];

	json_scalar(cJSON_GetObjectItemCaseSensitive(tree, kind->id_key), id, sizeof(id));
	object->id = store_copy(id);
	object->alias = store_copy(kind->alias_key ? json_text(tree, kind->alias_key) : NULL);
	object->scope = store_copy(scope ? scope : "");
	object->name = store_copy(json_text(tree, "name"));
	object->tags = object_join_tags(kind->own_tags ? NULL : tree);
	object->trait = store_copy(kind->trait ? kind->trait(tree, note) : NULL);
	object->text = store_allocate(cJSON_PrintUnformatted(tree));
	object->length = strlen(object->text);
	object->lives = cJSON_HasObjectItem(note, "life");
	object->note = note ? store_allocate(cJSON_PrintUnformatted(note)) : NULL;
	return object;
}

static void store_file_name(const struct object *object, char name[32])
{
	snprintf(name, 32, "%010lu.json", object->sequence);
}

static void store_keep(const struct store *store, unsigned kind, const struct object *object)
{
	JSON_AUTO *scope = cJSON_CreateString(object->scope);
	TEXT_AUTO *quoted = NULL;
	TEXT_AUTO *text = NULL;
	char name[32];

	if (!store->directory)
		return;
	quoted = store_allocate(cJSON_PrintUnformatted(scope));
	if (asprintf(&text, "{\"kind\":\"%s\",\"scope\":%s,\"object\":%s,\"note\":%s}\n",
		    kind_at(kind)->path, quoted, object->text,
		    object->note ? object->note : "null") < 0)
		store_allocate(NULL);
	store_file_name(object, name);
	if (!shelf_write(store->directory, name, 0600, text))
		fprintf(stderr, "docloud-sandbox: cannot write %s/%s: %s\n", store->directory, name,
			strerror(errno));
}

/* Where in the collection the object stands; it does. */
static size_t store_index(const struct collection *collection, const struct object *object)
{
	size_t low = 0, high = collection->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (collection->objects[middle]->sequence < object->sequence)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void store_link(struct collection *collection, struct object *object, size_t index)
{
	double number = strtod(object->id, NULL);

	collection->objects[index] = object;
	handle_add(collection, object, object->id);
	if (object->alias)
		handle_add(collection, object, object->alias);
	if (number > collection->last_number)
		collection->last_number = number;
}

static void store_unlink(struct collection *collection, struct object *object)
{
	handle_remove(collection, object, object->id);
	if (object->alias)
		handle_remove(collection, object, object->alias);
}

static void store_append(struct collection *collection, struct object *object)
{
	if (collection->count == collection->room) {
		collection->room = collection->room ? collection->room * 2 : 64;
		collection->objects = store_allocate(reallocarray(
			collection->objects, collection->room, sizeof(struct object *)));
	}
	store_link(collection, object, collection->count++);
}

const struct object *store_put(
	struct store *store, unsigned kind, const char *scope, const cJSON *tree, const cJSON *note)
{
	struct collection *collection = &store->collections[kind];
	JSON_AUTO *old_note = NULL;
	struct object *object, *old;
	char id[256];

	json_scalar(cJSON_GetObjectItemCaseSensitive(tree, kind_at(kind)->id_key), id, sizeof(id));
	old = (struct object *)store_find(store, kind, scope, id);
	if (old && !note) {
		old_note = store_note(old);
		note = old_note;
	}
	object = object_create(kind_at(kind), scope, tree, note);
	if (old) {
		object->sequence = old->sequence;
		store_unlink(collection, old);
		store_link(collection, object, store_index(collection, old));
		object_destroy(old);
	} else {
		object->sequence = ++store->last_sequence;
		store_append(collection, object);
	}
	store_keep(store, kind, object);
	return object;
}

const struct object *store_put_note(
	struct store *store, unsigned kind, const struct object *object, const cJSON *note)
{
	JSON_AUTO *tree = store_allocate(cJSON_Parse(object->text));
	TEXT_AUTO *scope = store_copy(object->scope);

	return store_put(store, kind, scope, tree, note);
}

void store_remove(struct store *store, unsigned kind, const struct object *object)
{
	struct collection *collection = &store->collections[kind];
	size_t index = store_index(collection, object);
	struct object *removed = collection->objects[index];
	char name[32];

	store_unlink(collection, removed);
	collection->count--;
	memmove(&collection->objects[index], &collection->objects[index + 1],
		(collection->count - index) * sizeof(struct object *));
	store_file_name(removed, name);
	if (store->directory)
		shelf_remove(store->directory, name);
	object_destroy(removed);
}

const struct object *store_find(
	const struct store *store, unsigned kind, const char *scope, const char *id)
{
	struct handle key = {scope ? scope : "", id, NULL}, **found;

	found = tfind(&key, &store->collections[kind].handles, handle_compare);
	return found ? (*found)->object : NULL;
}

cJSON *store_read(const struct store *store, unsigned kind, const char *id)
{
	const struct object *object = store_find(store, kind, NULL, id);

	return object ? store_allocate(cJSON_Parse(object->text)) : NULL;
}

cJSON *store_note(const struct object *object)
{
	return object->note ? store_allocate(cJSON_Parse(object->note)) : NULL;
}

size_t store_count(const struct store *store, unsigned kind)
{
	return store->collections[kind].count;
}

const struct object *store_at(const struct store *store, unsigned kind, size_t index)
{
	return store->collections[kind].objects[index];
}

double store_next_number(struct store *store, unsigned kind)
{
	double *last = &store->collections[kind].last_number;

	if (*last < kind_at(kind)->first_number)
		*last = kind_at(kind)->first_number;
	/* Not one after the other: a client that guesses the next id should be found out. */
	*last += 1 + (double)((unsigned long)*last % 7);
	return *last;
}

static void store_load(void *context, const char *name, char *text)
{
	struct store *store = context;
	JSON_AUTO *file = cJSON_Parse(text);
	const char *path = json_text(file, "kind");
	const cJSON *tree = cJSON_GetObjectItemCaseSensitive(file, "object");
	const cJSON *note = cJSON_GetObjectItemCaseSensitive(file, "note");
	struct object *object;
	unsigned kind = KIND_NONE + 1;

	while (kind < KIND_COUNT && path && strcmp(kind_at(kind)->path, path) != 0)
		kind++;
	if (!path || kind == KIND_COUNT || !cJSON_IsObject(tree)) {
		fprintf(stderr,
			"docloud-sandbox: passing over %s/%s, which is no object of this sandbox\n",
			store->directory, name);
		return;
	}
	object = object_create(
		kind_at(kind), json_text(file, "scope"), tree, cJSON_IsObject(note) ? note : NULL);
	object->sequence = strtoul(name, NULL, 10);
	store->last_sequence = object->sequence;
	store_append(&store->collections[kind], object);
	store->loaded = true;
}

struct store *store_create(const char *directory)
{
	struct store *store = store_allocate(calloc(1, sizeof(*store)));

	store->collections = store_allocate(calloc(KIND_COUNT, sizeof(*store->collections)));
	if (!directory)
		return store;
	store->directory = store_copy(directory);
	if ((mkdir(directory, 0700) && errno != EEXIST) ||
		!shelf_walk(directory, store_load, store)) {
		fprintf(stderr, "docloud-sandbox: cannot use %s: %s\n", directory, strerror(errno));
		store_destroy(store);
		return NULL;
	}
	return store;
}

void store_destroy(struct store *store)
{
	if (!store)
		return;
	for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
		struct collection *collection = &store->collections[kind];

		tdestroy(collection->handles, free);
		for (size_t i = 0; i < collection->count; i++)
			object_destroy(collection->objects[i]);
		free(collection->objects);
	}
	free(store->collections);
	free(store->directory);
	free(store);
}

bool store_loaded(const struct store *store)
{
	return store->loaded;
}
