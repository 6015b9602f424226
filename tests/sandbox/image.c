#include "image.h"

#include "action.h"
#include "droplet.h"
#include "identity.h"
#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* distribution, application (public) or private */
const char *image_trait(const cJSON *object, const cJSON *note)
{
	const char *kind = json_text(note, "kind");

	return json_true(object, "public") && kind ? kind : "private";
}

const char *snapshot_trait(const cJSON *object, const cJSON *note)
{
	(void)note;
	return json_text(object, "resource_type");
}

static bool image_is_private(struct request *request, const struct object *image)
{
	return !strcmp(image->trait, "private") ||
	       answer_error(request, 403, "You do not have access for the attempted action.");
}

/* A custom image: nothing is fetched; it is there at once and cannot boot. */
bool image_create(struct request *request, cJSON *object)
{
	JSON_AUTO *region = cJSON_DetachItemFromObject(object, "region");
	cJSON *regions = cJSON_CreateArray();

	json_set(object, "regions", regions);
	if (!cJSON_IsString(region) ||
		!store_find(request->sandbox->store, KIND_REGION, NULL, region->valuestring))
		return answer_error(request, 422, "The region is invalid.");
	json_array_add(regions, region->valuestring);
	cJSON_DeleteItemFromObject(object, "url");
	return true;
}

/* Of an image, only these can be changed. */
static bool image_changeable(const char *key)
{
	static const char *const keys[] = {"name", "distribution", "description"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (!strcmp(keys[i], key))
			return true;
	return false;
}

bool image_update(struct request *request, cJSON *object)
{
	const struct object *image = rest_find(request, KIND_IMAGE);
	JSON_AUTO *old = cJSON_Parse(image->text);
	const cJSON *item;

	cJSON_ArrayForEach(item, old)
	{
		if (!image_changeable(item->string))
			json_set(object, item->string, cJSON_Duplicate(item, true));
	}
	return image_is_private(request, image);
}

/* Takes a snapshot's number from its droplet, where that still is. */
static void image_leave_droplet(struct store *store, const struct object *snapshot)
{
	JSON_AUTO *tree = cJSON_Parse(snapshot->text);
	const char *id = json_text(tree, "resource_id");
	JSON_AUTO *droplet = id ? store_read(store, KIND_DROPLET, id) : NULL;
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(droplet, "snapshot_ids"), *item;
	cJSON *kept = cJSON_CreateArray();

	cJSON_ArrayForEach(item, list)
	{
		if (item->valuedouble != strtod(snapshot->id, NULL))
			cJSON_AddItemToArray(kept, cJSON_CreateNumber(item->valuedouble));
	}
	if (!droplet) {
		cJSON_Delete(kept);
		return;
	}
	json_set(droplet, "snapshot_ids", kept);
	store_put(store, KIND_DROPLET, NULL, droplet, NULL);
}

bool image_remove(struct request *request, const struct object *object)
{
	struct store *store = request->sandbox->store;
	const struct object *snapshot = store_find(store, KIND_SNAPSHOT, NULL, object->id);

	if (!image_is_private(request, object))
		return false;
	if (snapshot) {
		image_leave_droplet(store, snapshot);
		store_remove(store, KIND_SNAPSHOT, snapshot);
	}
	return true;
}

bool snapshot_remove(struct request *request, const struct object *object)
{
	struct store *store = request->sandbox->store;
	const struct object *image = store_find(store, KIND_IMAGE, NULL, object->id);

	image_leave_droplet(store, object);
	if (image)
		store_remove(store, KIND_IMAGE, image);
	return true;
}

void image_forget_snapshot(struct sandbox *sandbox, const char *id)
{
	const struct object *image = store_find(sandbox->store, KIND_IMAGE, NULL, id);
	const struct object *snapshot = store_find(sandbox->store, KIND_SNAPSHOT, NULL, id);

	if (image)
		store_remove(sandbox->store, KIND_IMAGE, image);
	if (snapshot)
		store_remove(sandbox->store, KIND_SNAPSHOT, snapshot);
}

/* The image of a snapshot: that of the droplet, under another name and number. */
static void image_put_snapshot(struct sandbox *sandbox, const cJSON *snapshot, const cJSON *droplet)
{
	const cJSON *base = cJSON_GetObjectItemCaseSensitive(droplet, "image");
	JSON_AUTO *image = cJSON_Duplicate(base, true);

	json_set_number(image, "id", strtod(json_text(snapshot, "id"), NULL));
	json_set_text(image, "name", json_text(snapshot, "name"));
	json_set_text(image, "slug", NULL);
	json_set_text(image, "type", "snapshot");
	json_set_text(image, "description", "");
	json_set_text(image, "status", "available");
	json_set_text(image, "created_at", json_text(snapshot, "created_at"));
	json_set_bool(image, "public", false);
	json_set(image, "tags", cJSON_CreateArray());
	json_set_number(image, "min_disk_size", json_number(snapshot, "min_disk_size", 0));
	json_set_number(image, "size_gigabytes", json_number(snapshot, "size_gigabytes", 0));
	json_set(image, "regions",
		cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(snapshot, "regions"), true));
	store_put(sandbox->store, KIND_IMAGE, NULL, image, NULL);
}

void image_snapshot(struct sandbox *sandbox, cJSON *droplet, const char *name)
{
	double number = store_next_number(sandbox->store, KIND_IMAGE);
	JSON_AUTO *snapshot = cJSON_CreateObject();
	cJSON *regions = cJSON_CreateArray();
	char now[STAMP_SIZE], id[32];

	identity_now(now);
	snprintf(id, sizeof(id), "%.0f", number);
	json_set_text(snapshot, "id", id);
	json_set_text(snapshot, "name", name);
	json_set_text(snapshot, "created_at", now);
	json_array_add(
		regions, json_text(cJSON_GetObjectItemCaseSensitive(droplet, "region"), "slug"));
	json_set(snapshot, "regions", regions);
	json_set_number(snapshot, "min_disk_size", json_number(droplet, "disk", 0));
	json_set_number(snapshot, "size_gigabytes", 2.36);
	snprintf(id, sizeof(id), "%.0f", json_number(droplet, "id", 0));
	json_set_text(snapshot, "resource_id", id);
	json_set_text(snapshot, "resource_type", "droplet");
	json_set(snapshot, "tags", cJSON_CreateArray());
	store_put(sandbox->store, KIND_SNAPSHOT, NULL, snapshot, NULL);
	image_put_snapshot(sandbox, snapshot, droplet);
	cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(droplet, "snapshot_ids"),
		cJSON_CreateNumber(number));
}

/* What can be done to an image. */
static const char *const image_actions[] = {"transfer", "convert"};

void image_action(struct request *request, unsigned kind)
{
	const struct object *image = rest_find(request, KIND_IMAGE);
	const char *type = json_text(request->body, "type");
	const char *region = json_text(request->body, "region");
	bool known = false;

	(void)kind;
	if (!image || !image_is_private(request, image))
		return;
	for (size_t i = 0; i < sizeof(image_actions) / sizeof(*image_actions); i++)
		known = known || (type && !strcmp(type, image_actions[i]));
	if (!known) {
		answer_error(request, 422, "\"%s\" is not an action of images", type ? type : "");
		return;
	}
	if (!strcmp(type, "transfer") &&
		(!region || !store_find(request->sandbox->store, KIND_REGION, NULL, region))) {
		answer_error(request, 422, "The region is invalid.");
		return;
	}
	action_answer(request, 201,
		action_start(request->sandbox,
			&(struct action_order){
				.type = type,
				.resource_type = "image",
				.resource_id = strtod(image->id, NULL),
				.region = region,
				.parameters = request->body,
				.milliseconds = droplet_milliseconds(request->sandbox, 1),
			}));
}

bool image_action_finish(
	struct sandbox *sandbox, const char *id, const char *action, const cJSON *parameters)
{
	JSON_AUTO *image = store_read(sandbox->store, KIND_IMAGE, id);
	const char *region = json_text(parameters, "region");

	(void)action;
	if (!image)
		return false;
	if (region)
		json_array_add(cJSON_GetObjectItemCaseSensitive(image, "regions"), region);
	store_put(sandbox->store, KIND_IMAGE, NULL, image, NULL);
	return true;
}
