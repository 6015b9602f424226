#include "relation.h"

#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <string.h>

static bool relation_is(const cJSON *item, const char *id)
{
	char text[256];

	json_scalar(item, text, sizeof(text));
	return !strcmp(text, id);
}

/* What is looked for, and whether it is to be taken out. */
struct search {
	const char *id;
	bool drop;
	bool found;
};

/* Does the path lead from here to the id? Then this goes with it; what is in a list goes at once. */
static bool relation_leads(cJSON *node, const char *path, struct search *search)
{
	size_t length = strcspn(path, ".");
	cJSON *item, *next;
	char key[64];

	if (cJSON_IsArray(node)) {
		for (item = node->child; item; item = next) {
			next = item->next;
			if (!relation_leads(item, path, search))
				continue;
			search->found = true;
			if (search->drop)
				cJSON_Delete(cJSON_DetachItemViaPointer(node, item));
		}
		return false;
	}
	if (!*path)
		return relation_is(node, search->id);
	snprintf(key, sizeof(key), "%.*s", (int)length, path);
	node = cJSON_GetObjectItemCaseSensitive(node, key);
	return node && relation_leads(node, path + length + (path[length] == '.'), search);
}

/* Does the object name the id at this path? With `drop`, no longer: null is left of a member. */
static bool relation_names(cJSON *tree, const char *path, const char *id, bool drop)
{
	size_t length = strcspn(path, ".");
	struct search search = {.id = id, .drop = drop};
	cJSON *member;
	char key[64];

	snprintf(key, sizeof(key), "%.*s", (int)length, path);
	member = cJSON_GetObjectItemCaseSensitive(tree, key);
	if (!member)
		return false;
	if (relation_leads(member, path + length + (path[length] == '.'), &search)) {
		search.found = true;
		if (drop)
			json_set(tree, key, cJSON_CreateNull());
	}
	return search.found;
}

/* What goes. Its strings are our own: the object may change meanwhile. */
struct target {
	unsigned kind;
	char id[256];
	char scope[512];
};

typedef bool relation_call(struct request *request, unsigned kind, const struct object *object,
	const struct reference *reference, const char *id);

static void target_init(struct target *target, unsigned kind, const struct object *object)
{
	target->kind = kind;
	snprintf(target->id, sizeof(target->id), "%s", object->id);
	snprintf(target->scope, sizeof(target->scope), "%s", object->scope);
}

/* Names within an owner are known there only. */
static bool target_is_near(const struct target *target, const struct object *object)
{
	return !kind_at(target->kind)->owner || !strcmp(target->scope, object->scope);
}

/* Calls for each object of a kind whose text has the id, the newest first; until one says no. */
static bool relation_each_of(struct request *request, unsigned kind,
	const struct reference *reference, const struct target *target, relation_call *call)
{
	const struct store *store = request->sandbox->store;

	for (size_t i = store_count(store, kind); i-- > 0;) {
		/* What was called may have removed more than one. */
		const struct object *object = i < store_count(store, kind)
						      ? store_at(store, kind, i)
						      : NULL;

		if (object && target_is_near(target, object) && strstr(object->text, target->id) &&
			!call(request, kind, object, reference, target->id))
			return false;
	}
	return true;
}

static bool relation_each(struct request *request, const struct target *target, relation_call *call)
{
	for (unsigned kind = KIND_NONE + 1; kind < KIND_COUNT; kind++) {
		const struct reference *reference = kind_at(kind)->references;

		for (; reference < kind_at(kind)->references + KIND_REFERENCES && reference->path;
			reference++)
			if (reference->target == target->kind &&
				!relation_each_of(request, kind, reference, target, call))
				return false;
	}
	return true;
}

static bool relation_refuse(struct request *request, unsigned kind, const struct object *object,
	const struct reference *reference, const char *id)
{
	JSON_AUTO *tree = cJSON_Parse(object->text);

	(void)kind;
	if (reference->release != RELEASE_REFUSE ||
		!relation_names(tree, reference->path, id, false))
		return true;
	return answer_error(request, reference->status, "%s", reference->message);
}

static bool relation_let_go(struct request *request, unsigned kind, const struct object *object,
	const struct reference *reference, const char *id)
{
	JSON_AUTO *tree = cJSON_Parse(object->text);

	if (reference->release == RELEASE_REFUSE ||
		!relation_names(tree, reference->path, id, reference->release == RELEASE_DROP))
		return true;
	if (reference->release == RELEASE_REMOVE)
		rest_forget(request, kind, object);
	else
		store_put(request->sandbox->store, kind, object->scope, tree, NULL);
	return true;
}

bool relation_check(struct request *request, unsigned kind, const struct object *object)
{
	struct target target;

	target_init(&target, kind, object);
	return relation_each(request, &target, relation_refuse);
}

void relation_release(struct request *request, unsigned kind, const struct object *object)
{
	struct target target;

	target_init(&target, kind, object);
	relation_each(request, &target, relation_let_go);
}

bool relation_has(unsigned kind, const struct object *object, unsigned target, const char *id)
{
	const struct reference *reference = kind_at(kind)->references;
	JSON_AUTO *tree = NULL;

	if (!strstr(object->text, id))
		return false;
	tree = cJSON_Parse(object->text);
	for (; reference < kind_at(kind)->references + KIND_REFERENCES && reference->path;
		reference++)
		if (reference->target == target && relation_names(tree, reference->path, id, false))
			return true;
	return false;
}
