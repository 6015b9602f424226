#include "relation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "urn.h"

/* One link back: the target names `key` (an id or name of the other side). */
struct entry {
	char *key;
	struct object *target; /* borrowed from the index's snapshot */
};

struct index {
	struct index *next;
	const struct relation *relation;
	struct snapshot *snapshot;
	struct entry *entries; /* sorted by key */
	size_t count;
	unsigned refs; /* under relations.lock */
};

struct relations {
	pthread_mutex_t
		lock; /* leaf: of first, every next and refs; an index is otherwise immutable */
	struct index *first;
};

struct relations *relations_create(void)
{
	struct relations *relations = xcalloc(1, sizeof(*relations));
	pthread_mutex_init(&relations->lock, NULL);
	return relations;
}

static void index_free(struct index *index)
{
	for (size_t i = 0; i < index->count; i++)
		free(index->entries[i].key);
	free(index->entries);
	snapshot_unref(index->snapshot);
	free(index);
}

void relations_destroy(struct relations *relations)
{
	if (!relations)
		return;
	for (struct index *index = relations->first, *next; index; index = next) {
		next = index->next;
		index_free(index);
	}
	pthread_mutex_destroy(&relations->lock);
	free(relations);
}

/* The first of up to two keys that has a value, as text; for a plain value the value itself. */
static char *value_key(const struct json *value, const char *const keys[2])
{
	if (json_type(value) != JSON_OBJECT)
		return json_type(value) == JSON_STRING || json_type(value) == JSON_NUMBER
			       ? json_text(value)
			       : NULL;
	for (int i = 0; i < 2 && keys[i]; i++) {
		const struct json *member = json_get(value, keys[i]);
		if (json_type(member) == JSON_STRING || json_type(member) == JSON_NUMBER)
			return json_text(member);
	}
	return NULL;
}

static int entry_compare(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

static void index_add(struct index *index, char *key, struct object *target)
{
	if ((index->count & (index->count - 1)) == 0)
		index->entries = xrealloc(
			index->entries, index->count ? index->count * 2 : 1, sizeof(struct entry));
	index->entries[index->count++] = (struct entry){key, target};
}

/* What names the other side in an item of a list. */
static const struct json *named(const struct relation *relation, const struct json *item)
{
	return relation->item ? json_get(item, relation->item) : item;
}

void relation_named(const struct json *json, const struct relation *relation,
	const struct kind *kind, void (*visit)(void *context, char *key), void *context)
{
	const struct json *value = json_get(json, relation->path ? relation->path : relation->back);
	if (json_type(value) != JSON_ARRAY) {
		char *key = value_key(value, kind->resource.id_keys);
		if (key)
			visit(context, key);
		return;
	}
	for (const struct json *item = json_first(value); item; item = json_next(item)) {
		char *key = value_key(named(relation, item), kind->resource.id_keys);
		if (key)
			visit(context, key);
	}
}

struct adding {
	struct index *index;
	struct object *object;
};

static void add_key(void *context, char *key)
{
	const struct adding *adding = context;
	index_add(adding->index, key, adding->object);
}

/* What `back` says in every object of the snapshot. kind is the side that is pointed to. */
static struct index *index_make(
	const struct relation *relation, const struct kind *kind, struct snapshot *snapshot)
{
	struct index *index = xcalloc(1, sizeof(*index));
	index->relation = relation;
	index->snapshot = snapshot_ref(snapshot);
	for (size_t i = 0; i < snapshot->count; i++) {
		struct object *object = snapshot->by_name[i];
		struct adding adding = {index, object};
		CLEANUP_JSON struct json *json = json_parse(object->text, object->length, NULL);
		relation_named(json, relation, kind, add_key, &adding);
	}
	if (index->count)
		qsort(index->entries, index->count, sizeof(*index->entries), entry_compare);
	return index;
}

static void index_release(struct relations *relations, struct index *index)
{
	pthread_mutex_lock(&relations->lock);
	bool last = --index->refs == 0;
	pthread_mutex_unlock(&relations->lock);
	if (last)
		index_free(index);
}

/* The index of relation over this snapshot: the one at hand, or a new one that takes the old one's place. */
static struct index *index_get(struct relations *relations, const struct relation *relation,
	const struct kind *kind, struct snapshot *snapshot)
{
	struct index *found = NULL, *old = NULL;
	pthread_mutex_lock(&relations->lock);
	for (struct index *index = relations->first; index; index = index->next)
		if (index->relation == relation && index->snapshot == snapshot)
			found = index;
	if (found)
		found->refs++;
	pthread_mutex_unlock(&relations->lock);
	if (found)
		return found;
	found = index_make(relation, kind, snapshot);
	found->refs = 2; /* the list's and the caller's */
	pthread_mutex_lock(&relations->lock);
	for (struct index **at = &relations->first; *at; at = &(*at)->next)
		if ((*at)->relation == relation) {
			old = *at;
			*at = old->next;
			break;
		}
	found->next = relations->first;
	relations->first = found;
	pthread_mutex_unlock(&relations->lock);
	if (old)
		index_release(relations, old);
	return found;
}

/* The first entry of that key; index->count if there is none. */
static size_t index_find(const struct index *index, const char *key)
{
	size_t low = 0, high = index->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (strcmp(index->entries[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < index->count && strcmp(index->entries[low].key, key) == 0 ? low : index->count;
}

struct object *relation_target(const struct snapshot *snapshot, const char *key)
{
	struct object *object = snapshot_by_id(snapshot, key);
	return object ? object : snapshot_by_name(snapshot, key);
}

struct forward {
	const struct snapshot *snapshot;
	void (*visit)(void *context, struct object *target);
	void *context;
};

static void visit_key(void *context, char *key)
{
	const struct forward *forward = context;
	struct object *target = relation_target(forward->snapshot, key);
	if (target)
		forward->visit(forward->context, target);
	free(key);
}

struct visit {
	void (*visit)(void *context, struct object *target);
	void *context;
};

static void visit_urn(void *context, const struct urn_target *target)
{
	const struct visit *visitor = context;
	visitor->visit(visitor->context, target->object);
}

int relation_visit(const struct subject *subject, const struct relation *relation,
	void (*visit)(void *context, struct object *target), void *context, struct error *err)
{
	struct mount *mount = subject->mount;
	int kind = kind_find(relation->kind);
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	struct visit visitor = {visit, context};
	if (!subject->object)
		return 0;
	if (!relation->kind)
		return urn_visit(subject, relation, NULL, visit_urn, &visitor, err);
	int rc = cache_get(mount->cache, (unsigned)kind, &snapshot, err);
	if (rc != 0)
		return rc;
	if (relation->path) {
		struct forward forward = {snapshot, visit, context};
		relation_named(subject->json, relation, kinds[kind], visit_key, &forward);
		return 0;
	}
	struct index *index = index_get(mount->relations, relation, subject->kind, snapshot);
	for (size_t i = index_find(index, subject->object->id);
		i < index->count && strcmp(index->entries[i].key, subject->object->id) == 0; i++)
		visit(context, index->entries[i].target);
	index_release(mount->relations, index);
	return 0;
}

struct search {
	const char *id;
	int found;
};

static void search_visit(void *context, struct object *target)
{
	struct search *search = context;
	if (strcmp(target->id, search->id) == 0)
		search->found = 1;
}

static void search_key(void *context, char *key)
{
	struct search *search = context;
	if (strcmp(key, search->id) == 0)
		search->found = 1;
	free(key);
}

int relation_has(const struct subject *subject, const struct relation *relation,
	const struct object *target, struct error *err)
{
	struct search search = {.id = target->id};
	if (relation->path) {
		int rc = relation_visit(subject, relation, search_visit, &search, err);
		return rc != 0 ? rc : search.found;
	}
	if (!subject->object)
		return 0;
	/* Backward the target itself says it: no need to walk the thousand others of a region. */
	CLEANUP_JSON struct json *json = json_parse(target->text, target->length, NULL);
	search.id = subject->object->id;
	relation_named(json, relation, subject->kind, search_key, &search);
	return search.found;
}

int relation_one(const struct subject *subject, const struct relation *relation, char **ret,
	struct error *err)
{
	const struct json *value = json_get(subject->json, relation->path);
	int kind = kind_find(relation->kind);
	*ret = NULL;
	if (json_type(value) == JSON_ARRAY)
		value = json_first(value);
	if (json_type(value) == JSON_OBJECT) {
		CLEANUP_FREE char *name = value_key(value, kinds[kind]->resource.name_keys);
		*ret = name ? name_encode(name) : NULL;
		return 0;
	}
	CLEANUP_FREE char *id = value_key(value, kinds[kind]->resource.id_keys);
	if (!id)
		return 0;
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	int rc = cache_get(subject->mount->cache, (unsigned)kind, &snapshot, err);
	if (rc != 0)
		return rc;
	struct object *target = relation_target(snapshot, id);
	*ret = target ? xstrdup(target->name) : name_encode(id);
	return 0;
}
