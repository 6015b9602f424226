#include "droplet.h"

#include "identity.h"
#include "json.h"
#include "kind.h"
#include "page.h"
#include "relation.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool droplet_list(struct request *request)
{
	const char *type = request_query(request, "type");

	if (request_query(request, "name") && (type || request_query(request, "tag_name")))
		return answer_error(
			request, 422, "name cannot be used together with tag_name or type");
	if (type && strcmp(type, "gpus") != 0 && strcmp(type, "droplets") != 0)
		return answer_error(request, 422, "type must be droplets or gpus");
	return true;
}

const char *droplet_trait(const cJSON *object, const cJSON *note)
{
	(void)note;
	return cJSON_HasObjectItem(object, "gpu_info") ? "gpus" : "droplets";
}

void droplet_set_size(cJSON *droplet, const cJSON *size, bool disk)
{
	const cJSON *gpu = cJSON_GetObjectItemCaseSensitive(size, "gpu_info");

	json_set_number(droplet, "memory", json_number(size, "memory", 0));
	json_set_number(droplet, "vcpus", json_number(size, "vcpus", 0));
	if (disk) {
		json_set_number(droplet, "disk", json_number(size, "disk", 0));
		json_set(droplet, "disk_info",
			cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(size, "disk_info"), true));
	}
	json_set(droplet, "size", cJSON_Duplicate(size, true));
	json_set_text(droplet, "size_slug", json_text(size, "slug"));
	if (gpu)
		json_set(droplet, "gpu_info", cJSON_Duplicate(gpu, true));
}

static void droplet_add_v4(cJSON *list, const char *type, const char *address, const char *netmask,
	const char *gateway)
{
	cJSON *network = cJSON_CreateObject();

	json_set_text(network, "ip_address", address);
	json_set_text(network, "netmask", netmask);
	json_set_text(network, "gateway", gateway);
	json_set_text(network, "type", type);
	cJSON_AddItemToArray(list, network);
}

/* The length of an address up to and with its nth dot. */
static int droplet_prefix(const char *address, int dots)
{
	int length = 0;

	while (dots && address[length])
		if (address[length++] == '.')
			dots--;
	return length;
}

/*
 * A droplet without a host has a public address of the loopback network: whoever knocks there never
 * knocks at a stranger's door.
 */
void droplet_set_networks(struct sandbox *sandbox, cJSON *droplet, const char *address)
{
	unsigned id = (unsigned)json_number(droplet, "id", 0);
	const char *vpc_id = json_text(droplet, "vpc_uuid");
	JSON_AUTO *vpc = vpc_id ? store_read(sandbox->store, KIND_VPC, vpc_id) : NULL;
	const char *range = json_text(vpc, "ip_range");
	cJSON *networks = cJSON_CreateObject(), *v4 = cJSON_CreateArray();
	char private[32], public[32], gateway[32];

	if (!range)
		range = "10.100.0.0/20";
	snprintf(private, sizeof(private), "%.*s%u.%u", droplet_prefix(range, 2), range,
		(id >> 8) & 15, 1 + id % 254);
	snprintf(public, sizeof(public), "127.%u.%u.%u", 64 + ((id >> 16) & 63), (id >> 8) & 255,
		id & 255);
	if (address)
		snprintf(public, sizeof(public), "%s", address);
	snprintf(gateway, sizeof(gateway), "%.*s1", droplet_prefix(public, 3), public);
	droplet_add_v4(v4, "private", private, "255.255.240.0", "nil");
	droplet_add_v4(v4, "public", public, "255.255.255.0", gateway);
	json_set(networks, "v4", v4);
	json_set(networks, "v6", cJSON_CreateArray());
	json_set(droplet, "networks", networks);
}

void droplet_set_ipv6(cJSON *droplet)
{
	cJSON *networks = cJSON_GetObjectItemCaseSensitive(droplet, "networks");
	unsigned id = (unsigned)json_number(droplet, "id", 0);
	cJSON *v6 = cJSON_CreateArray(), *network = cJSON_CreateObject();
	char address[48];

	/* 2001:db8::/32 is the documentation's: nothing is there either. */
	snprintf(address, sizeof(address), "2001:db8:0:1010::%x:%x", (id >> 16) | 1, id & 0xffff);
	json_set_text(network, "ip_address", address);
	json_set_number(network, "netmask", 64);
	json_set_text(network, "gateway", "2001:db8:0:1010::1");
	json_set_text(network, "type", "public");
	cJSON_AddItemToArray(v6, network);
	json_set(networks, "v6", v6);
}

cJSON *droplet_backup_window(bool on)
{
	long long midnight = ((long long)time(NULL) / 86400 + 1) * 86400, hour = 3600;
	char start[STAMP_SIZE], end[STAMP_SIZE];
	cJSON *window;

	if (!on)
		return cJSON_CreateNull();
	window = cJSON_CreateObject();
	identity_stamp(midnight, start);
	identity_stamp(midnight + 4 * hour, end);
	json_set_text(window, "start", start);
	json_set_text(window, "end", end);
	return window;
}

void droplet_set_feature(cJSON *droplet, const char *feature, bool on)
{
	cJSON *features = cJSON_GetObjectItemCaseSensitive(droplet, "features");

	if (on)
		json_array_add(features, feature);
	else
		json_array_drop(features, feature);
}

uint64_t droplet_milliseconds(const struct sandbox *sandbox, double effort)
{
	double milliseconds = sandbox->options->boot_seconds * 1000 * effort;

	return milliseconds > 60 ? (uint64_t)milliseconds : 60;
}

static bool droplet_owns_snapshot(const struct object *snapshot, const void *context)
{
	JSON_AUTO *tree = cJSON_Parse(snapshot->text);

	return !strcmp(json_text(tree, "resource_id"), context) &&
	       !strcmp(json_text(tree, "resource_type"), "droplet");
}

/* The droplet's view of a snapshot: its number as a number, and its type. */
static void droplet_show_snapshot(struct page *page, const struct object *object)
{
	JSON_AUTO *tree = cJSON_Parse(object->text);
	TEXT_AUTO *text = NULL;

	json_set_number(tree, "id", strtod(object->id, NULL));
	json_set_text(tree, "type", "snapshot");
	cJSON_DeleteItemFromObject(tree, "resource_id");
	cJSON_DeleteItemFromObject(tree, "resource_type");
	cJSON_DeleteItemFromObject(tree, "tags");
	text = cJSON_PrintUnformatted(tree);
	page_show(page, text, strlen(text));
}

void droplet_snapshots(struct request *request, unsigned kind)
{
	const struct object *droplet = rest_find(request, KIND_DROPLET), *snapshot;
	const struct store *store = request->sandbox->store;
	struct page page;

	(void)kind;
	if (!droplet)
		return;
	page_begin(&page, request, "snapshots");
	for (size_t i = 0; i < store_count(store, KIND_SNAPSHOT); i++) {
		snapshot = store_at(store, KIND_SNAPSHOT, i);
		if (droplet_owns_snapshot(snapshot, droplet->id) && page_next(&page))
			droplet_show_snapshot(&page, snapshot);
	}
	page_end(&page);
}

static bool droplet_has_firewall(const struct object *firewall, const void *context)
{
	const struct object *droplet = context;
	JSON_AUTO *tree = NULL;
	const cJSON *tag;

	if (relation_has(KIND_FIREWALL, firewall, KIND_DROPLET, droplet->id))
		return true;
	tree = cJSON_Parse(firewall->text);
	cJSON_ArrayForEach(tag, cJSON_GetObjectItemCaseSensitive(tree, "tags"))
	{
		if (object_has_tag(droplet, tag->valuestring))
			return true;
	}
	return false;
}

void droplet_firewalls(struct request *request, unsigned kind)
{
	const struct object *droplet = rest_find(request, kind);

	if (droplet)
		page_answer(request, KIND_FIREWALL, NULL, droplet_has_firewall, droplet);
}

void droplet_neighbors_ids(struct request *request, unsigned kind)
{
	(void)kind;
	answer_member(request, 200, "neighbor_ids", cJSON_CreateArray());
}

static cJSON *droplet_policy(const struct object *object)
{
	JSON_AUTO *tree = cJSON_Parse(object->text);
	JSON_AUTO *note = store_note(object);
	bool on = json_array_has(cJSON_GetObjectItemCaseSensitive(tree, "features"), "backups");
	cJSON *policy = cJSON_CreateObject(), *plan;

	plan = cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(note, "backup_policy"), true);
	if (!plan)
		plan = cJSON_CreateObject();
	json_set_defaults(plan, "{\"plan\":\"daily\",\"hour\":0,\"window_length_hours\":4,"
				"\"retention_period_days\":7}");
	json_set_number(policy, "droplet_id", json_number(tree, "id", 0));
	json_set_bool(policy, "backup_enabled", on);
	if (on)
		json_set(policy, "backup_policy", plan);
	else
		cJSON_Delete(plan);
	json_set(policy, "next_backup_window", droplet_backup_window(on));
	return policy;
}

void droplet_backup_policy(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, KIND_DROPLET);

	(void)kind;
	if (object)
		answer_member(request, 200, "policy", droplet_policy(object));
}

void droplet_backup_policies(struct request *request, unsigned kind)
{
	const struct store *store = request->sandbox->store;
	cJSON *policies = cJSON_CreateObject(), *answer = cJSON_CreateObject();

	(void)kind;
	for (size_t i = 0; i < store_count(store, KIND_DROPLET); i++) {
		const struct object *object = store_at(store, KIND_DROPLET, i);

		if (strstr(object->text, "\"backups\""))
			json_set(policies, object->id, droplet_policy(object));
	}
	json_set(answer, "policies", policies);
	json_set(answer, "links", cJSON_CreateObject());
	json_set(answer, "meta", cJSON_Parse("{\"total\":0}"));
	json_set_number(cJSON_GetObjectItem(answer, "meta"), "total", cJSON_GetArraySize(policies));
	answer_tree(request, 200, answer);
}

void droplet_supported_policies(struct request *request, unsigned kind)
{
	static const char policies[] =
		"[{\"name\":\"weekly\",\"possible_window_starts\":[0,4,8,12,16,20],"
		"\"window_length_hours\":4,\"retention_period_days\":28,"
		"\"possible_days\":[\"SUN\",\"MON\",\"TUE\",\"WED\",\"THU\",\"FRI\",\"SAT\"]},"
		"{\"name\":\"daily\",\"possible_window_starts\":[0,4,8,12,16,20],"
		"\"window_length_hours\":4,\"retention_period_days\":7,\"possible_days\":[]}]";

	(void)kind;
	answer_member(request, 200, "supported_policies", cJSON_Parse(policies));
}
