#include "image.h"

#include "action.h"
#include "document.h"
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

/* A custom image: nothing is fetched, and it cannot boot. */
bool image_create(struct request *request, cJSON *object)
{
	cJSON *regions = cJSON_CreateArray();

	(void)request;
	json_array_add(regions, json_text(object, "region"));
	cJSON_DeleteItemFromObject(object, "region");
	cJSON_DeleteItemFromObject(object, "url");
	json_set(object, "regions", regions);
	return true;
}

bool image_update(struct request *request, cJSON *object)
{
	(void)object;
	return image_is_private(request, rest_find(request, KIND_IMAGE));
}

bool image_remove(struct request *request, const struct object *object)
{
	return image_is_private(request, object);
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

/* The other half of a droplet's snapshot. */
static void image_forget_twin(struct sandbox *sandbox, unsigned kind, const char *id)
{
	const struct object *twin = store_find(sandbox->store, kind, NULL, id);

	if (twin)
		store_remove(sandbox->store, kind, twin);
}

void image_gone(struct sandbox *sandbox, const struct object *object)
{
	const struct object *snapshot = store_find(sandbox->store, KIND_SNAPSHOT, NULL, object->id);

	if (snapshot)
		image_leave_droplet(sandbox->store, snapshot);
	image_forget_twin(sandbox, KIND_SNAPSHOT, object->id);
}

void snapshot_gone(struct sandbox *sandbox, const struct object *object)
{
	image_leave_droplet(sandbox->store, object);
	image_forget_twin(sandbox, KIND_IMAGE, object->id);
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
/* A transfer to another account: it is open until one of them ends it. Its number is the image's note. */
void image_transfer(struct request *request, unsigned kind)
{
	const struct object *image = rest_find(request, kind);
	cJSON *answer;

	if (!image || !rest_check_body(request) || !image_is_private(request, image))
		return;
	if (!json_text(request->body, "recipient_email") &&
		!json_text(request->body, "recipient_uuid")) {
		answer_error(request, 400, "recipient_email or recipient_uuid is required");
		return;
	}
	document_write(request->sandbox, kind, image, "transfer", cJSON_CreateNumber(1));
	answer = cJSON_CreateObject();
	json_set_number(answer, "transfer_id", 1);
	answer_tree(request, request->operation->status, answer);
}

void image_transfer_end(struct request *request, unsigned kind)
{
	const struct object *image = rest_find(request, kind);
	JSON_AUTO *transfer = image ? document_read(image, "transfer") : NULL;

	if (!image || !rest_check_body(request))
		return;
	if (!transfer || json_number(request->body, "transfer_id", 0) != transfer->valuedouble) {
		answer_error(request, 404, "The transfer was not found.");
		return;
	}
	document_write(request->sandbox, kind, image, "transfer", NULL);
	rest_answer_empty(request);
}

void image_action(struct request *request, unsigned kind)
{
	const struct object *image = rest_find(request, kind);
	const char *region = json_text(request->body, "region");

	if (!image || !rest_check_body(request) || !image_is_private(request, image))
		return;
	if (!strcmp(json_text(request->body, "type"), "transfer") && !region) {
		answer_error(request, 422, "region is required");
		return;
	}
	action_answer(
		request, action_start(request->sandbox,
				 &(struct action_order){
					 .type = json_text(request->body, "type"),
					 .kind = kind,
					 .id = image->id,
					 .region = region,
					 .parameters = request->body,
					 .milliseconds = droplet_milliseconds(request->sandbox, 1),
				 }));
}

/* Transferred, it is in one more region; a backup that was converted is a snapshot. */
bool image_action_finish(
	struct sandbox *sandbox, const char *id, const char *action, const cJSON *parameters)
{
	JSON_AUTO *image = store_read(sandbox->store, KIND_IMAGE, id);
	const char *region = json_text(parameters, "region");

	if (!image || !*action)
		return false;
	if (!strcmp(action, "transfer"))
		json_array_add(cJSON_GetObjectItemCaseSensitive(image, "regions"), region);
	else
		json_set_text(image, "type", "snapshot");
	store_put(sandbox->store, KIND_IMAGE, NULL, image, NULL);
	return true;
}
