#include "droplet.h"

#include "hosts.h"
#include "identity.h"
#include "image.h"
#include "json.h"
#include "kind.h"
#include "pool.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the API calls a droplet's associated resources. */
static const char *const associated_keys[] = {
	"reserved_ips", "floating_ips", "snapshots", "volumes", "volume_snapshots"};

bool droplet_remove(struct request *request, const struct object *object)
{
	if (request->sandbox->hosts)
		hosts_remove(request->sandbox->hosts, strtoull(object->id, NULL, 10));
	pools_wake(request->sandbox);
	return true;
}

void droplet_remove_tagged(struct request *request, unsigned kind)
{
	struct store *store = request->sandbox->store;
	const char *tag = request_query(request, "tag_name");

	(void)kind;
	if (!tag || !*tag) {
		answer_error(request, 422, "tag_name is required");
		return;
	}
	for (size_t i = store_count(store, KIND_DROPLET); i-- > 0;) {
		const struct object *object = store_at(store, KIND_DROPLET, i);

		if (object_has_tag(object, tag)) {
			droplet_remove(request, object);
			store_remove(store, KIND_DROPLET, object);
		}
	}
	answer_nothing(request);
}

static cJSON *associated_empty(void)
{
	cJSON *tree = cJSON_CreateObject();

	for (size_t i = 0; i < sizeof(associated_keys) / sizeof(*associated_keys); i++)
		json_set(tree, associated_keys[i], cJSON_CreateArray());
	return tree;
}

void droplet_associated(struct request *request, unsigned kind)
{
	const struct object *droplet = rest_find(request, KIND_DROPLET);
	cJSON *answer = associated_empty(), *entry;

	(void)kind;
	for (size_t i = 0; droplet && i < store_count(request->sandbox->store, KIND_SNAPSHOT);
		i++) {
		const struct object *object = store_at(request->sandbox->store, KIND_SNAPSHOT, i);
		JSON_AUTO *snapshot = cJSON_Parse(object->text);

		if (strcmp(json_text(snapshot, "resource_id"), droplet->id) != 0)
			continue;
		entry = cJSON_CreateObject();
		json_set_text(entry, "id", object->id);
		json_set_text(entry, "name", object->name);
		json_set_text(entry, "cost", "0.14");
		cJSON_AddItemToArray(cJSON_GetObjectItem(answer, "snapshots"), entry);
	}
	if (droplet)
		answer_tree(request, 200, answer);
	else
		cJSON_Delete(answer);
}

static cJSON *destroyed_entry(const struct object *object)
{
	cJSON *entry = cJSON_CreateObject();
	char now[STAMP_SIZE];

	identity_now(now);
	json_set_text(entry, "id", object->id);
	json_set_text(entry, "name", object->name);
	json_set_text(entry, "destroyed_at", now);
	json_set_text(entry, "error_message", "");
	return entry;
}

/*
 * Destroys the droplet and those of its snapshots that are in `wanted` (NULL: all), and leaves the
 * report that …/status answers with where the droplet was: in the kind of such reports.
 */
static void droplet_destroy_with(struct request *request, const cJSON *wanted)
{
	struct store *store = request->sandbox->store;
	const struct object *droplet = rest_find(request, KIND_DROPLET);
	cJSON *snapshots, *report, *resources;
	char now[STAMP_SIZE];

	if (!droplet)
		return;
	identity_now(now);
	report = cJSON_CreateObject();
	resources = associated_empty();
	snapshots = cJSON_GetObjectItem(resources, "snapshots");
	for (size_t i = store_count(store, KIND_SNAPSHOT); i-- > 0;) {
		const struct object *object = store_at(store, KIND_SNAPSHOT, i);
		JSON_AUTO *snapshot = cJSON_Parse(object->text);

		if (strcmp(json_text(snapshot, "resource_id"), droplet->id) != 0 ||
			(wanted && !json_array_has(wanted, object->id)))
			continue;
		cJSON_AddItemToArray(snapshots, destroyed_entry(object));
		image_forget_snapshot(request->sandbox, object->id);
	}
	json_set(report, "droplet", destroyed_entry(droplet));
	json_set(report, "resources", resources);
	json_set_text(report, "completed_at", now);
	json_set_number(report, "failures", 0);
	json_set_text(report, "id", droplet->id);
	store_put(store, KIND_DESTRUCTION, NULL, report, NULL);
	cJSON_Delete(report);
	droplet_remove(request, droplet);
	store_remove(store, KIND_DROPLET, droplet);
	answer_text(request, 202, NULL, 0);
}

void droplet_destroy_selective(struct request *request, unsigned kind)
{
	JSON_AUTO *none = cJSON_CreateArray();
	const cJSON *wanted = cJSON_GetObjectItemCaseSensitive(request->body, "snapshots");

	(void)kind;
	droplet_destroy_with(request, wanted ? wanted : none);
}

void droplet_destroy_dangerous(struct request *request, unsigned kind)
{
	(void)kind;
	if (request->dangerous)
		droplet_destroy_with(request, NULL);
	else
		answer_error(request, 422, "The header X-Dangerous must be set to true.");
}

void droplet_destroy_status(struct request *request, unsigned kind)
{
	cJSON *report = store_read(request->sandbox->store, KIND_DESTRUCTION, request->argument[0]);

	(void)kind;
	if (!report) {
		answer_not_found(request);
		return;
	}
	cJSON_DeleteItemFromObject(report, "id");
	answer_tree(request, 200, report);
}

void droplet_destroy_retry(struct request *request, unsigned kind)
{
	(void)kind;
	if (store_find(request->sandbox->store, KIND_DESTRUCTION, NULL, request->argument[0]))
		answer_text(request, 202, NULL, 0);
	else
		answer_not_found(request);
}
