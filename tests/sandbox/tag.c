#include "tag.h"

#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <string.h>

enum { TAG_MOST = 255 };

/*
 * What a tag counts, and as what a request names it: NULL, where that has its tags changed by itself.
 */
static const struct {
	const char *type;
	const char *counted;
	enum kind_name kind;
} taggable[] = {
	{"droplet", "droplets", KIND_DROPLET},
	/* The document spells this key so. */
	{"image", "imgages", KIND_IMAGE},
	{"volume", "volumes", KIND_VOLUME},
	{"volume_snapshot", "volume_snapshots", KIND_SNAPSHOT},
	{NULL, "databases", KIND_DATABASE},
};

bool tag_valid(const char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-:";

	return *name && strlen(name) <= TAG_MOST && !name[strspn(name, allowed)];
}

static void tag_put(struct sandbox *sandbox, const char *name)
{
	JSON_AUTO *tag = cJSON_CreateObject();

	json_set_text(tag, "name", name);
	store_put(sandbox->store, KIND_TAG, NULL, tag, NULL);
}

void tag_ensure(struct sandbox *sandbox, const cJSON *names)
{
	const cJSON *name;

	cJSON_ArrayForEach(name, names)
	{
		if (!store_find(sandbox->store, KIND_TAG, NULL, name->valuestring))
			tag_put(sandbox, name->valuestring);
	}
}

bool tag_create(struct request *request, cJSON *object)
{
	const char *name = json_text(object, "name");
	const struct object *there;

	if (!name || !tag_valid(name))
		return answer_error(request, 422,
			"Tag names may only contain letters, numbers, colons, dashes, and "
			"underscores.");
	there = store_find(request->sandbox->store, KIND_TAG, NULL, name);
	cJSON_DeleteItemFromObject(object, "resources");
	if (!there)
		return true;
	rest_answer(request, request->operation->status, KIND_TAG, there);
	return false;
}

/* Adds the tag to an object, or takes it away. */
static void tag_set(
	struct store *store, unsigned kind, const struct object *object, const char *name, bool on)
{
	JSON_AUTO *tree = cJSON_Parse(object->text);
	cJSON *tags = cJSON_GetObjectItemCaseSensitive(tree, "tags");

	if (!cJSON_IsArray(tags)) {
		tags = cJSON_CreateArray();
		json_set(tree, "tags", tags);
	}
	if (on)
		json_array_add(tags, name);
	else
		json_array_drop(tags, name);
	store_put(store, kind, object->scope, tree, NULL);
}

/* It is off whatever carried it. */
bool tag_remove(struct request *request, const struct object *object)
{
	struct store *store = request->sandbox->store;

	for (unsigned kind = KIND_NONE + 1; kind < KIND_COUNT; kind++)
		for (size_t i = 0; i < store_count(store, kind); i++)
			if (object_has_tag(store_at(store, kind, i), object->id))
				tag_set(store, kind, store_at(store, kind, i), object->id, false);
	return true;
}

static cJSON *tag_count(double count, const char *path, const char *last)
{
	cJSON *tree = cJSON_CreateObject();
	char uri[256];

	json_set_number(tree, "count", count);
	snprintf(uri, sizeof(uri), "https://api.digitalocean.com%s/%s", path, last);
	if (count > 0)
		json_set_text(tree, "last_tagged_uri", uri);
	return tree;
}

void tag_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	cJSON *resources = cJSON_CreateObject();
	const char *last_path = "", *last = "";
	double total = 0;

	for (size_t row = 0; row < sizeof(taggable) / sizeof(*taggable); row++) {
		enum kind_name kind = taggable[row].kind;
		const char *id = "";
		double count = 0;

		for (size_t i = 0; i < store_count(sandbox->store, kind); i++) {
			const struct object *tagged = store_at(sandbox->store, kind, i);

			if (!object_has_tag(tagged, object->id))
				continue;
			count++;
			id = tagged->id;
		}
		json_set(resources, taggable[row].counted,
			tag_count(count, kind_at(kind)->path, id));
		if (count > 0 && total <= 0) {
			last_path = kind_at(kind)->path;
			last = id;
		}
		total += count;
	}
	cJSON_AddItemToObject(tree, "resources", tag_count(total, last_path, last));
	while (resources->child) {
		cJSON *item = cJSON_DetachItemFromArray(resources, 0);

		cJSON_AddItemToObject(cJSON_GetObjectItem(tree, "resources"), item->string, item);
	}
	cJSON_Delete(resources);
}

/* The object that an entry of "resources" names; NULL after an error. */
static const struct object *tag_resource(
	struct request *request, const cJSON *entry, unsigned *ret_kind)
{
	const char *type = json_text(entry, "resource_type");
	const struct object *object;
	char id[64];

	json_scalar(cJSON_GetObjectItemCaseSensitive(entry, "resource_id"), id, sizeof(id));
	for (size_t row = 0; row < sizeof(taggable) / sizeof(*taggable); row++) {
		if (!taggable[row].type || strcmp(type, taggable[row].type) != 0)
			continue;
		*ret_kind = taggable[row].kind;
		object = store_find(request->sandbox->store, *ret_kind, NULL, id);
		if (!object)
			answer_not_found(request);
		return object;
	}
	return NULL;
}

static void tag_change(struct request *request, bool on)
{
	struct store *store = request->sandbox->store;
	const struct object *tag = store_find(store, KIND_TAG, NULL, request->argument[0]);
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(request->body, "resources"), *entry;
	unsigned kind = 0;

	if (!tag) {
		answer_not_found(request);
		return;
	}
	if (!rest_check_body(request))
		return;
	cJSON_ArrayForEach(entry, list)
	{
		if (!tag_resource(request, entry, &kind))
			return;
	}
	cJSON_ArrayForEach(entry, list)
	{
		tag_set(store, kind, tag_resource(request, entry, &kind), tag->id, on);
	}
	answer_nothing(request);
}

void tag_assign(struct request *request, unsigned kind)
{
	(void)kind;
	tag_change(request, true);
}

void tag_unassign(struct request *request, unsigned kind)
{
	(void)kind;
	tag_change(request, false);
}
