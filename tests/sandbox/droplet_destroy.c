#include "droplet.h"

#include "hosts.h"
#include "identity.h"
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

void droplet_gone(struct sandbox *sandbox, const struct object *object)
{
	if (sandbox->hosts)
		hosts_remove(sandbox->hosts, strtoull(object->id, NULL, 10));
	pools_wake(sandbox);
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

		if (object_has_tag(object, tag))
			rest_forget(request, KIND_DROPLET, object);
	}
	answer_nothing(request);
}

/* Is it of the droplet, or of one of its volumes? */
static bool associated_snapshot(
	const cJSON *snapshot, const struct object *droplet, const cJSON *volumes)
{
	(void)volumes;
	return !strcmp(json_text(snapshot, "resource_id"), droplet->id);
}

static bool associated_volume_snapshot(
	const cJSON *snapshot, const struct object *droplet, const cJSON *volumes)
{
	(void)droplet;
	return json_array_has(volumes, json_text(snapshot, "resource_id"));
}

static bool associated_volume(
	const cJSON *volume, const struct object *droplet, const cJSON *volumes)
{
	(void)droplet;
	return json_array_has(volumes, json_text(volume, "id"));
}

static bool associated_address(
	const cJSON *address, const struct object *droplet, const cJSON *volumes)
{
	(void)volumes;
	return json_number(cJSON_GetObjectItemCaseSensitive(address, "droplet"), "id", 0) ==
	       strtod(droplet->id, NULL);
}

/* A droplet's associated resources. Floating IPs are what reserved ones were called. */
static const struct {
	const char *key;
	enum kind_name kind;
	bool (*is_of)(const cJSON *object, const struct object *droplet, const cJSON *volumes);
	const char *cost;
} associated[] = {
	{"floating_ips", KIND_NONE, NULL, NULL},
	{"reserved_ips", KIND_RESERVED_IP, associated_address, "5.00"},
	{"snapshots", KIND_SNAPSHOT, associated_snapshot, "0.14"},
	{"volume_snapshots", KIND_SNAPSHOT, associated_volume_snapshot, "0.05"},
	{"volumes", KIND_VOLUME, associated_volume, "10.00"},
};

enum { ASSOCIATED = sizeof(associated) / sizeof(*associated) };

/* Lists what is associated with the droplet and `wanted` (NULL: all), each by such an entry. */
static cJSON *associated_list(const struct store *store, const struct object *droplet,
	const cJSON *wanted, cJSON *(*entry)(const struct object *object, const char *cost))
{
	cJSON *answer = cJSON_CreateObject();
	JSON_AUTO *tree = cJSON_Parse(droplet->text);
	const cJSON *volumes = cJSON_GetObjectItemCaseSensitive(tree, "volume_ids");

	for (size_t row = 0; row < ASSOCIATED; row++) {
		cJSON *list = cJSON_AddArrayToObject(answer, associated[row].key);
		const cJSON *named = cJSON_GetObjectItem(wanted, associated[row].key);

		for (size_t i = 0; i < store_count(store, associated[row].kind); i++) {
			const struct object *object = store_at(store, associated[row].kind, i);
			JSON_AUTO *candidate = cJSON_Parse(object->text);

			if (associated[row].is_of(candidate, droplet, volumes) &&
				(!wanted || json_array_has(named, object->id)))
				cJSON_AddItemToArray(list, entry(object, associated[row].cost));
		}
	}
	return answer;
}

static cJSON *associated_entry(const struct object *object, const char *cost)
{
	cJSON *entry = cJSON_CreateObject();

	json_set_text(entry, "id", object->id);
	json_set_text(entry, "name", object->name ? object->name : object->id);
	json_set_text(entry, "cost", cost);
	return entry;
}

void droplet_associated(struct request *request, unsigned kind)
{
	const struct object *droplet = rest_find(request, kind);

	if (droplet)
		answer_tree(request, 200,
			associated_list(request->sandbox->store, droplet, NULL, associated_entry));
}

static cJSON *destroyed_entry(const struct object *object, const char *cost)
{
	cJSON *entry = cJSON_CreateObject();
	char now[STAMP_SIZE];

	(void)cost;
	identity_now(now);
	json_set_text(entry, "id", object->id);
	json_set_text(entry, "name", object->name ? object->name : object->id);
	json_set_text(entry, "destroyed_at", now);
	json_set_text(entry, "error_message", "");
	return entry;
}

/* Removes what a report lists: volumes last, when nothing holds them any longer. */
static void destroy_listed(struct request *request, const cJSON *resources)
{
	struct store *store = request->sandbox->store;
	const cJSON *entry;

	for (size_t row = 0; row < ASSOCIATED; row++)
		cJSON_ArrayForEach(entry, cJSON_GetObjectItem(resources, associated[row].key))
		{
			const struct object *object = store_find(
				store, associated[row].kind, NULL, json_text(entry, "id"));

			if (object)
				rest_forget(request, associated[row].kind, object);
		}
}

/*
 * Destroys the droplet and those of its resources that are in `wanted` (NULL: all), and leaves the
 * report that …/status answers with where the droplet was: in the kind of such reports.
 */
static void droplet_destroy_with(struct request *request, const cJSON *wanted)
{
	struct store *store = request->sandbox->store;
	const struct object *droplet = rest_find(request, KIND_DROPLET);
	JSON_AUTO *report = NULL;
	cJSON *resources;
	char now[STAMP_SIZE];

	if (!droplet)
		return;
	identity_now(now);
	report = cJSON_CreateObject();
	resources = associated_list(store, droplet, wanted, destroyed_entry);
	json_set(report, "droplet", destroyed_entry(droplet, NULL));
	json_set(report, "resources", resources);
	json_set_text(report, "completed_at", now);
	json_set_number(report, "failures", 0);
	json_set_text(report, "id", droplet->id);
	store_put(store, KIND_DESTRUCTION, NULL, report, NULL);
	rest_forget(request, KIND_DROPLET, droplet);
	destroy_listed(request, resources);
	rest_answer_empty(request);
}

void droplet_destroy_selective(struct request *request, unsigned kind)
{
	JSON_AUTO *none = cJSON_CreateObject();

	(void)kind;
	if (rest_check_body(request))
		droplet_destroy_with(request, request->body ? request->body : none);
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
