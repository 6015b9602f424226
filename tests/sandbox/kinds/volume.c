#include "volume.h"

#include "action.h"
#include "droplet.h"
#include "json.h"
#include "kind.h"
#include "network.h"
#include "page.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"
#include "template.h"

#include <stdio.h>
#include <string.h>

enum { ATTACHED_MOST = 7 };

static const char *volume_region(const cJSON *tree)
{
	return json_text(cJSON_GetObjectItemCaseSensitive(tree, "region"), "slug");
}

static bool volume_create(struct request *request, cJSON *object)
{
	const char *id = json_text(request->body, "snapshot_id");
	JSON_AUTO *snapshot = id ? store_read(request->sandbox->store, KIND_SNAPSHOT, id) : NULL;
	const cJSON *regions = cJSON_GetObjectItemCaseSensitive(snapshot, "regions");

	if (snapshot && !json_array_has(regions, json_text(object, "region")))
		return answer_error(request, 422, "The snapshot is in another region.");
	if (json_number(snapshot, "size_gigabytes", 0) > json_number(object, "size_gigabytes", 0))
		return answer_error(request, 422, "The snapshot needs a larger volume.");
	return network_expand_region(request, object);
}

static bool volume_is_attached(const cJSON *volume)
{
	return cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(volume, "droplet_ids"));
}

static bool volume_remove(struct request *request, const struct object *object)
{
	JSON_AUTO *volume = cJSON_Parse(object->text);

	return !volume_is_attached(volume) ||
	       answer_error(request, 409, "The volume is attached to a Droplet.");
}

/* The volume that a request names: by its name and region, or by its path. */
static const struct object *volume_named(
	struct request *request, const char *name, const char *region)
{
	const struct store *store = request->sandbox->store;

	for (size_t i = 0; i < store_count(store, KIND_VOLUME); i++) {
		const struct object *object = store_at(store, KIND_VOLUME, i);
		JSON_AUTO *tree = cJSON_Parse(object->text);

		if (name && !strcmp(object->name, name) &&
			(!region || !strcmp(region, volume_region(tree))))
			return object;
	}
	answer_not_found(request);
	return NULL;
}

static void volume_remove_named(struct request *request, unsigned kind)
{
	const struct object *object = volume_named(
		request, request_query(request, "name"), request_query(request, "region"));

	if (!object || !volume_remove(request, object))
		return;
	rest_forget(request, kind, object);
	answer_nothing(request);
}

/* Actions. */

static bool volume_can_attach(
	struct request *request, const cJSON *volume, const cJSON *droplet, const char *region)
{
	if (volume_is_attached(volume))
		return answer_error(request, 422, "The volume is already attached to a Droplet.");
	if (strcmp(region, volume_region(volume)) != 0)
		return answer_error(
			request, 422, "The volume and the Droplet must be in the same region.");
	if (cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(droplet, "volume_ids")) >=
		ATTACHED_MOST)
		return answer_error(
			request, 422, "A Droplet can have at most %d volumes.", ATTACHED_MOST);
	return true;
}

static bool volume_check_droplet(
	struct request *request, const char *id, const cJSON *volume, bool attach)
{
	JSON_AUTO *droplet = NULL;
	const cJSON *ids = cJSON_GetObjectItemCaseSensitive(volume, "droplet_ids");

	if (!cJSON_HasObjectItem(request->body, "droplet_id"))
		return answer_error(request, 422, "droplet_id is required");
	droplet = store_read(request->sandbox->store, KIND_DROPLET, id);
	if (attach)
		return volume_can_attach(request, volume, droplet, volume_region(droplet));
	return (volume_is_attached(volume) &&
		       cJSON_GetArrayItem(ids, 0)->valuedouble == json_number(droplet, "id", 0)) ||
	       answer_error(request, 422, "The volume is not attached to this Droplet.");
}

static bool volume_check_action(struct request *request, const cJSON *volume)
{
	const char *type = json_text(request->body, "type");
	char id[32];

	json_scalar(cJSON_GetObjectItemCaseSensitive(request->body, "droplet_id"), id, sizeof(id));
	if (strcmp(type, "resize") != 0)
		return volume_check_droplet(request, id, volume, !strcmp(type, "attach"));
	return json_number(request->body, "size_gigabytes", 0) >
		       json_number(volume, "size_gigabytes", 0) ||
	       answer_error(request, 422, "size_gigabytes must be greater than it is");
}

static void volume_start(struct request *request, const struct object *object)
{
	JSON_AUTO *volume = cJSON_Parse(object->text);

	if (!volume_check_action(request, volume))
		return;
	action_answer(request,
		action_start(request->sandbox,
			&(struct action_order){
				.type = json_text(request->body, "type"),
				.kind = KIND_VOLUME,
				.id = object->id,
				.region = volume_region(volume),
				.parameters = request->body,
				.milliseconds = droplet_milliseconds(request->sandbox, 0.1),
			}));
}

static void volume_action(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);

	if (object && rest_check_body(request))
		volume_start(request, object);
}

static void volume_action_named(struct request *request, unsigned kind)
{
	const struct object *object;

	(void)kind;
	if (!rest_check_body(request))
		return;
	object = volume_named(request, json_text(request->body, "volume_name"),
		json_text(request->body, "region"));
	if (object)
		volume_start(request, object);
}

/* Both sides of the attachment. */
static void volume_set_droplet(struct sandbox *sandbox, cJSON *volume, double number, bool attached)
{
	cJSON *ids = cJSON_CreateArray();
	JSON_AUTO *droplet = NULL;
	char id[32];

	if (attached)
		cJSON_AddItemToArray(ids, cJSON_CreateNumber(number));
	json_set(volume, "droplet_ids", ids);
	snprintf(id, sizeof(id), "%.0f", number);
	droplet = store_read(sandbox->store, KIND_DROPLET, id);
	if (!droplet)
		return;
	ids = cJSON_GetObjectItemCaseSensitive(droplet, "volume_ids");
	if (attached)
		json_array_add(ids, json_text(volume, "id"));
	else
		json_array_drop(ids, json_text(volume, "id"));
	store_put(sandbox->store, KIND_DROPLET, NULL, droplet, NULL);
}

static bool volume_acted(
	struct sandbox *sandbox, const char *id, const char *action, const cJSON *parameters)
{
	JSON_AUTO *volume = store_read(sandbox->store, KIND_VOLUME, id);
	double droplet = json_number(parameters, "droplet_id", 0);

	if (!volume || !*action)
		return false;
	if (!strcmp(action, "resize"))
		json_set_number(
			volume, "size_gigabytes", json_number(parameters, "size_gigabytes", 0));
	else
		volume_set_droplet(sandbox, volume, droplet, !strcmp(action, "attach"));
	store_put(sandbox->store, KIND_VOLUME, NULL, volume, NULL);
	return true;
}

bool volumes_check(struct request *request, const cJSON *ids, const char *region)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, ids)
	{
		JSON_AUTO *volume = cJSON_IsString(item) ? store_read(request->sandbox->store,
								   KIND_VOLUME, item->valuestring)
							 : NULL;

		if (!volume)
			return answer_error(request, 422, "A volume was not found.");
		if (!volume_can_attach(request, volume, NULL, region))
			return false;
	}
	return true;
}

void volumes_attach(struct sandbox *sandbox, const cJSON *ids, double droplet)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, ids)
	{
		JSON_AUTO *volume = store_read(sandbox->store, KIND_VOLUME, item->valuestring);

		if (!volume)
			continue;
		volume_set_droplet(sandbox, volume, droplet, true);
		store_put(sandbox->store, KIND_VOLUME, NULL, volume, NULL);
	}
}

/* Snapshots. */

static bool snapshot_is_of(const struct object *object, const void *volume)
{
	return strstr(object->text, volume) && strcmp(object->trait, "volume") == 0;
}

static void volume_snapshots(struct request *request, unsigned kind)
{
	const struct object *volume = rest_find(request, kind);

	if (volume)
		page_answer(request, KIND_SNAPSHOT, NULL, snapshot_is_of, volume->id);
}

static void volume_snapshot(struct request *request, unsigned kind)
{
	const struct object *volume = rest_find(request, kind), *made;
	JSON_AUTO *tree = NULL;
	JSON_AUTO *snapshot = NULL;
	struct blanks blanks;

	if (!volume || !rest_check_body(request))
		return;
	tree = cJSON_Parse(volume->text);
	blanks_init(&blanks, request->sandbox, request->body, tree);
	snapshot = template_fill(&blanks,
		"{'id':'${uuid}','name':'${name}','created_at':'${now}','resource_id':'${owner.id}'"
		","
		"'resource_type':'volume','min_disk_size':'$owner.size_gigabytes',"
		"'regions':['${owner.region.slug}'],'size_gigabytes':0.2,'tags':'$tags'}");
	if (cJSON_IsNull(cJSON_GetObjectItem(snapshot, "tags")))
		json_set(snapshot, "tags", cJSON_CreateArray());
	made = rest_make(request, KIND_SNAPSHOT, "", NULL, snapshot);
	if (made)
		rest_answer(request, request->operation->status, KIND_SNAPSHOT, made);
}

#define VOLUME "/v2/volumes/{volume_id}"
#define ACTION                                                                        \
	"type!:(attach|detach|resize) droplet_id:=droplet size_gigabytes:i(1,16384) " \
	"region:=region tags:[s]"

static const struct operation operations[] = {
	{"GET", "/v2/volumes", "block_storage:read", 200, rest_list},
	{"POST", "/v2/volumes", "block_storage:create", 201, rest_create,
		.body = "name!:h(1,64) size_gigabytes!:i(1,16384) region!:=region description:s "
			"-snapshot_id:=snapshot filesystem_type:(ext4|xfs) "
			"filesystem_label:s(1,16) "
			"tags:[s]",
		.sample = "{'name':'sample-${random}','size_gigabytes':10,'region':'nyc1'}"},
	{"DELETE", "/v2/volumes", "block_storage:delete", 204, volume_remove_named},
	{"POST", "/v2/volumes/actions", "block_storage_action:create", 202, volume_action_named,
		.body = "-volume_name!:s type!:(attach|detach) droplet_id!:=droplet region:=region "
			"tags:[s]",
		.sample = "{'type':'attach','volume_name':'sample','droplet_id':'$=droplet'}"},
	{"GET", VOLUME, "block_storage:read", 200, rest_get},
	{"DELETE", VOLUME, "block_storage:delete", 204, rest_remove},
	{"GET", VOLUME "/actions", "block_storage_action:read", 200, action_list_of,
		.key = "actions"},
	{"POST", VOLUME "/actions", "block_storage_action:create", 202, volume_action,
		.body = ACTION, .sample = "{'type':'resize','size_gigabytes':40}"},
	{"GET", VOLUME "/actions/{action_id}", "block_storage_action:read", 200, action_get_of,
		.key = "action"},
	{"GET", VOLUME "/snapshots", "block_storage_snapshot:read", 200, volume_snapshots,
		.key = "snapshots"},
	{"POST", VOLUME "/snapshots", "block_storage_snapshot:create", 201, volume_snapshot,
		.key = "snapshot", .body = "name!:s tags:[s]"},
	{0},
};

DEFINE_KIND(volume) = {
	.path = "/v2/volumes",
	.list_key = "volumes",
	.object_key = "volume",
	.id_key = "id",
	.urn = "volume",
	.unique_name = true,
	.template = "{'description':'','droplet_ids':[],'filesystem_type':'','filesystem_label':'',"
		    "'tags':[],'created_at':'${now}'}",
	.filters = {{"name"}, {"region"}},
	.references = {{"droplet_ids", KIND_DROPLET, RELEASE_DROP}},
	.operations = operations,
	.create = volume_create,
	.remove = volume_remove,
	.acted = volume_acted,
};
