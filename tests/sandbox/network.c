#include "network.h"

#include "identity.h"
#include "json.h"
#include "kind.h"
#include "page.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <string.h>

static void vpc_set_urn(cJSON *vpc)
{
	char urn[64];

	snprintf(urn, sizeof(urn), "do:vpc:%s", json_text(vpc, "id"));
	json_set_text(vpc, "urn", urn);
}

bool vpc_create(struct request *request, cJSON *object)
{
	const char *region = json_text(object, "region");

	if (!region || !store_find(request->sandbox->store, KIND_REGION, NULL, region))
		return answer_error(request, 422, "region is invalid");
	if (!json_text(object, "ip_range"))
		return answer_error(request, 422, "ip_range is invalid");
	vpc_set_urn(object);
	return true;
}

/* Where a VPC is stays as it was made. */
bool vpc_update(struct request *request, cJSON *object)
{
	static const char *const fixed[] = {"region", "ip_range", "urn"};
	JSON_AUTO *old = cJSON_Parse(rest_find(request, KIND_VPC)->text);

	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		json_set_text(object, fixed[i], json_text(old, fixed[i]));
	return true;
}

static bool vpc_has_members(const struct store *store, const char *id)
{
	for (size_t i = 0; i < store_count(store, KIND_DROPLET); i++)
		if (strstr(store_at(store, KIND_DROPLET, i)->text, id))
			return true;
	return false;
}

bool vpc_remove(struct request *request, const struct object *object)
{
	JSON_AUTO *vpc = cJSON_Parse(object->text);

	if (json_true(vpc, "default"))
		return answer_error(request, 403, "Can not delete default VPCs");
	if (vpc_has_members(request->sandbox->store, object->id))
		return answer_error(request, 403, "Can not delete VPC with members");
	return true;
}

bool network_expand_region(struct request *request, cJSON *object)
{
	const char *slug = json_text(object, "region");
	cJSON *region = slug ? store_read(request->sandbox->store, KIND_REGION, slug) : NULL;

	if (!slug)
		return true;
	if (!region)
		return answer_error(request, 422, "region is invalid");
	json_set(object, "region", region);
	return true;
}

bool reserved_ip_create(struct request *request, cJSON *object)
{
	unsigned number = (unsigned)identity_random();
	JSON_AUTO *droplet_id = cJSON_DetachItemFromObject(object, "droplet_id");
	char address[32], id[32];
	cJSON *droplet;

	snprintf(address, sizeof(address), "127.127.%u.%u", (number >> 8) & 255, number & 255);
	json_set_text(object, "ip", address);
	if (!droplet_id)
		return json_text(object, "region")
			       ? network_expand_region(request, object)
			       : answer_error(request, 422, "droplet_id or region is required");
	json_scalar(droplet_id, id, sizeof(id));
	droplet = store_read(request->sandbox->store, KIND_DROPLET, id);
	if (!droplet)
		return answer_error(request, 422, "The Droplet was not found.");
	json_set(object, "region",
		cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(droplet, "region"), true));
	json_set(object, "droplet", droplet);
	return true;
}

bool reserved_ipv6_create(struct request *request, cJSON *object)
{
	unsigned number = (unsigned)identity_random();
	const char *region = json_text(object, "region_slug");
	char address[48];

	if (!region || !store_find(request->sandbox->store, KIND_REGION, NULL, region))
		return answer_error(request, 422, "region_slug is invalid");
	snprintf(address, sizeof(address), "2001:db8:0:2020::%x:%x", number >> 16 | 1,
		number & 0xffff);
	json_set_text(object, "ip", address);
	return true;
}

void vpc_load(struct sandbox *sandbox, uint64_t *seed)
{
	for (size_t i = 0; i < store_count(sandbox->store, KIND_REGION); i++) {
		const char *slug = store_at(sandbox->store, KIND_REGION, i)->id;
		JSON_AUTO *vpc = cJSON_CreateObject();
		char id[UUID_SIZE], name[64], range[32];
		uint64_t high = identity_next(seed);

		identity_uuid(high, identity_next(seed), id);
		snprintf(name, sizeof(name), "default-%s", slug);
		snprintf(range, sizeof(range), "10.%zu.0.0/20", 100 + i);
		json_set_text(vpc, "id", id);
		vpc_set_urn(vpc);
		json_set_text(vpc, "name", name);
		json_set_text(vpc, "description", "");
		json_set_text(vpc, "region", slug);
		json_set_text(vpc, "ip_range", range);
		json_set_text(vpc, "created_at", "2019-11-19T22:19:35Z");
		json_set_bool(vpc, "default", true);
		store_put(sandbox->store, KIND_VPC, NULL, vpc, NULL);
	}
}

static void vpc_show_member(struct page *page, const struct object *droplet)
{
	JSON_AUTO *tree = cJSON_Parse(droplet->text);
	JSON_AUTO *member = cJSON_CreateObject();
	TEXT_AUTO *text = NULL;
	char urn[64];

	snprintf(urn, sizeof(urn), "do:droplet:%s", droplet->id);
	json_set_text(member, "name", droplet->name);
	json_set_text(member, "urn", urn);
	json_set_text(member, "created_at", json_text(tree, "created_at"));
	text = cJSON_PrintUnformatted(member);
	page_show(page, text, strlen(text));
}

void vpc_members(struct request *request, unsigned kind)
{
	const struct store *store = request->sandbox->store;
	const struct object *vpc = rest_find(request, KIND_VPC);
	struct page page;

	(void)kind;
	if (!vpc)
		return;
	page_begin(&page, request, "members");
	for (size_t i = 0; i < store_count(store, KIND_DROPLET); i++) {
		const struct object *droplet = store_at(store, KIND_DROPLET, i);

		if (strstr(droplet->text, vpc->id) && page_next(&page))
			vpc_show_member(&page, droplet);
	}
	page_end(&page);
}
