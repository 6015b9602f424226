#include "identity.h"
#include "json.h"
#include "kind.h"
#include "network.h"
#include "page.h"
#include "relation.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <string.h>

const char *vpc_default(const struct sandbox *sandbox, const char *region)
{
	for (size_t i = 0; i < store_count(sandbox->store, KIND_VPC); i++) {
		const struct object *object = store_at(sandbox->store, KIND_VPC, i);
		JSON_AUTO *vpc = cJSON_Parse(object->text);

		if (json_true(vpc, "default") && !strcmp(json_text(vpc, "region"), region))
			return object->id;
	}
	return "";
}

bool vpc_choose(struct request *request, cJSON *object, const char *key, const char *region)
{
	const char *id = json_text(object, key);
	JSON_AUTO *vpc = NULL;

	if (!id || !*id) {
		json_set_text(object, key, vpc_default(request->sandbox, region));
		return true;
	}
	vpc = store_read(request->sandbox->store, KIND_VPC, id);
	if (vpc && !strcmp(json_text(vpc, "region"), region))
		return true;
	return answer_error(
		request, 422, "%s is invalid: the VPC is not in region %s", key, region);
}

/* The address of a range's network; false when it is none that a VPC can have. */
static bool vpc_range(const char *range, uint32_t *ret_first, uint32_t *ret_last)
{
	unsigned a, b, c, d, bits;
	char rest;

	/* NOLINTNEXTLINE(cert-err34-c): their widths keep the numbers small */
	if (sscanf(range, "%3u.%3u.%3u.%3u/%2u%c", &a, &b, &c, &d, &bits, &rest) != 5 || a > 255 ||
		b > 255 || c > 255 || d > 255 || bits < 16 || bits > 28)
		return false;
	*ret_first = (a << 24 | b << 16 | c << 8 | d) & ~((1U << (32 - bits)) - 1);
	*ret_last = *ret_first | ((1U << (32 - bits)) - 1);
	return true;
}

static bool vpc_check_range(struct request *request, const char *range)
{
	const struct store *store = request->sandbox->store;
	uint32_t first, last, other_first, other_last;

	if (!vpc_range(range, &first, &last))
		return answer_error(
			request, 422, "ip_range is invalid: it must be a network of /16 to /28");
	for (size_t i = 0; i < store_count(store, KIND_VPC); i++) {
		JSON_AUTO *other = cJSON_Parse(store_at(store, KIND_VPC, i)->text);

		if (vpc_range(json_text(other, "ip_range"), &other_first, &other_last) &&
			first <= other_last && other_first <= last)
			return answer_error(request, 422,
				"This range/size overlaps with another VPC network in your "
				"account");
	}
	return true;
}

/* A range that no other has. */
static void vpc_find_range(struct request *request, cJSON *object)
{
	const struct store *store = request->sandbox->store;
	size_t count = store_count(store, KIND_VPC);
	char range[32];

	snprintf(range, sizeof(range), "10.%zu.%zu.0/20", 150 + count / 16 % 100, count % 16 * 16);
	json_set_text(object, "ip_range", range);
}

static bool vpc_create(struct request *request, cJSON *object)
{
	if (!json_text(object, "ip_range"))
		vpc_find_range(request, object);
	return vpc_check_range(request, json_text(object, "ip_range"));
}

/* There is one default in a region: when another one becomes it, this is it no longer. */
static bool vpc_update(struct request *request, cJSON *object)
{
	struct store *store = request->sandbox->store;
	const char *id = vpc_default(request->sandbox, json_text(object, "region"));
	JSON_AUTO *old = NULL;

	if (!strcmp(id, json_text(object, "id"))) {
		json_set_bool(object, "default", true);
		return true;
	}
	if (!json_true(object, "default"))
		return true;
	old = store_read(store, KIND_VPC, id);
	json_set_bool(old, "default", false);
	store_put(store, KIND_VPC, NULL, old, NULL);
	return true;
}

static bool vpc_remove(struct request *request, const struct object *object)
{
	JSON_AUTO *vpc = cJSON_Parse(object->text);

	return !json_true(vpc, "default") ||
	       answer_error(request, 403, "Can not delete default VPCs");
}

void vpc_load(struct sandbox *sandbox, uint64_t *seed)
{
	for (size_t i = 0; i < store_count(sandbox->store, KIND_REGION); i++) {
		const char *slug = store_at(sandbox->store, KIND_REGION, i)->id;
		JSON_AUTO *vpc = cJSON_CreateObject();
		char id[UUID_SIZE], name[64], range[32], urn[64];
		uint64_t high = identity_next(seed);

		identity_uuid(high, identity_next(seed), id);
		snprintf(name, sizeof(name), "default-%s", slug);
		snprintf(range, sizeof(range), "10.%zu.0.0/20", 100 + i);
		json_set_text(vpc, "id", id);
		snprintf(urn, sizeof(urn), "do:vpc:%s", id);
		json_set_text(vpc, "urn", urn);
		json_set_text(vpc, "name", name);
		json_set_text(vpc, "description", "");
		json_set_text(vpc, "region", slug);
		json_set_text(vpc, "ip_range", range);
		json_set_text(vpc, "created_at", "2019-11-19T22:19:35Z");
		json_set_bool(vpc, "default", true);
		store_put(sandbox->store, KIND_VPC, NULL, vpc, NULL);
	}
}

static cJSON *vpc_member(unsigned kind, const struct object *object)
{
	JSON_AUTO *tree = cJSON_Parse(object->text);
	cJSON *member = cJSON_CreateObject();
	char urn[128];

	snprintf(urn, sizeof(urn), "do:%s:%s", kind_at(kind)->urn, object->id);
	json_set_text(member, "name", object->name);
	json_set_text(member, "urn", urn);
	json_set_text(member, "created_at", json_text(tree, "created_at"));
	return member;
}

static void vpc_members(struct request *request, unsigned ignored)
{
	const struct store *store = request->sandbox->store;
	const struct object *vpc = rest_find(request, KIND_VPC);
	const char *type = request_query(request, "resource_type");
	struct page page;

	(void)ignored;
	if (!vpc)
		return;
	page_begin(&page, request, "members");
	for (unsigned kind = KIND_NONE + 1; kind < KIND_COUNT; kind++) {
		if (!kind_at(kind)->urn || (type && strcmp(type, kind_at(kind)->urn) != 0))
			continue;
		for (size_t i = 0; i < store_count(store, kind); i++) {
			const struct object *object = store_at(store, kind, i);

			if (relation_has(kind, object, KIND_VPC, vpc->id) && page_next(&page))
				page_show_tree(&page, vpc_member(kind, object));
		}
	}
	page_end(&page);
}

static bool peering_is_of(const struct object *object, const void *vpc)
{
	return relation_has(KIND_VPC_PEERING, object, KIND_VPC, vpc);
}

static void vpc_peerings(struct request *request, unsigned ignored)
{
	const struct object *vpc = rest_find(request, KIND_VPC);

	(void)ignored;
	if (vpc)
		page_answer(request, KIND_VPC_PEERING, NULL, peering_is_of, vpc->id);
}

static bool peering_create(struct request *request, cJSON *object)
{
	const struct store *store = request->sandbox->store;
	cJSON *ids = cJSON_GetObjectItemCaseSensitive(object, "vpc_ids");
	const cJSON *first = cJSON_GetArrayItem(ids, 0), *second = cJSON_GetArrayItem(ids, 1);

	if (cJSON_GetArraySize(ids) != 2 || !strcmp(first->valuestring, second->valuestring))
		return answer_error(request, 422, "vpc_ids is invalid: it must be two VPCs");
	for (size_t i = 0; i < store_count(store, KIND_VPC_PEERING); i++) {
		const struct object *other = store_at(store, KIND_VPC_PEERING, i);

		if (peering_is_of(other, first->valuestring) &&
			peering_is_of(other, second->valuestring))
			return answer_error(request, 409, "The VPCs are already peered.");
	}
	return true;
}

/* A peering made at one of its VPCs. */
static void vpc_peer(struct request *request, unsigned ignored)
{
	const struct object *vpc = rest_find(request, KIND_VPC), *made;
	JSON_AUTO *peering = NULL;
	cJSON *ids;

	(void)ignored;
	if (!vpc || !rest_check_body(request))
		return;
	peering = cJSON_CreateObject();
	ids = cJSON_AddArrayToObject(peering, "vpc_ids");
	json_array_add(ids, vpc->id);
	cJSON_AddItemToArray(ids, cJSON_CreateString(json_text(request->body, "vpc_id")));
	json_set_text(peering, "name", json_text(request->body, "name"));
	made = rest_make(request, KIND_VPC_PEERING, "", NULL, peering);
	if (made)
		rest_answer(request, request->operation->status, KIND_VPC_PEERING, made);
}

static void vpc_peering_update(struct request *request, unsigned ignored)
{
	(void)ignored;
	if (!rest_find(request, KIND_VPC))
		return;
	request->argument[0] = request->argument[1];
	rest_update(request, KIND_VPC_PEERING);
}

static const struct operation operations[] = {
	{"GET", "/v2/vpcs", "vpc:read", 200, rest_list},
	{"POST", "/v2/vpcs", "vpc:create", 201, rest_create,
		.body = "name!:h region!:=region description:s(0,255) ip_range:s",
		.sample = "{'name':'net-${random}','region':'nyc1'}"},
	{"GET", "/v2/vpcs/{vpc_id}", "vpc:read", 200, rest_get},
	{"PUT", "/v2/vpcs/{vpc_id}", "vpc:update", 200, rest_update,
		.body = "name!:h description:s(0,255) default:b"},
	{"PATCH", "/v2/vpcs/{vpc_id}", "vpc:update", 200, rest_update,
		.body = "name:h description:s(0,255) default:b"},
	{"DELETE", "/v2/vpcs/{vpc_id}", "vpc:delete", 204, rest_remove},
	{"GET", "/v2/vpcs/{vpc_id}/members", "vpc:read", 200, vpc_members},
	{"GET", "/v2/vpcs/{vpc_id}/peerings", "vpc_peering:read", 200, vpc_peerings,
		.key = "peerings"},
	{"POST", "/v2/vpcs/{vpc_id}/peerings", "vpc_peering:create", 202, vpc_peer,
		.key = "peering", .body = "name!:h vpc_id!:=vpc",
		.sample = "{'name':'peers-${random}','vpc_id':'${^vpc}'}"},
	{0},
};

DEFINE_KIND(vpc) = {
	.path = "/v2/vpcs",
	.list_key = "vpcs",
	.object_key = "vpc",
	.id_key = "id",
	.unique_name = true,
	.template = "{'description':'','default':false,'created_at':'${now}',"
		    "'urn':'do:vpc:${id}'}",
	.filters = {{"name"}},
	.operations = operations,
	.create = vpc_create,
	.update = vpc_update,
	.remove = vpc_remove,
};

static const struct operation peering_operations[] = {
	{"GET", "/v2/vpc_peerings", "vpc_peering:read", 200, rest_list},
	{"POST", "/v2/vpc_peerings", "vpc_peering:create", 202, rest_create,
		.body = "name!:h vpc_ids!:[=vpc]",
		.sample = "{'name':'peers-${random}','vpc_ids':['${=vpc}','${^vpc}']}"},
	{"GET", "/v2/vpc_peerings/{vpc_peering_id}", "vpc_peering:read", 200, rest_get},
	{"PATCH", "/v2/vpc_peerings/{vpc_peering_id}", "vpc_peering:update", 200, rest_update,
		.body = "name!:h"},
	{"PATCH", "/v2/vpcs/{vpc_id}/peerings/{vpc_peering_id}", "vpc_peering:update", 200,
		vpc_peering_update, .key = "peering", .body = "name!:h"},
	{"DELETE", "/v2/vpc_peerings/{vpc_peering_id}", "vpc_peering:delete", 202, rest_remove},
	{0},
};

DEFINE_KIND(vpc_peering) = {
	.path = "/v2/vpc_peerings",
	.list_key = "vpc_peerings",
	.object_key = "vpc_peering",
	.id_key = "id",
	.unique_name = true,
	.template = "{'created_at':'${now}'}",
	.life = {"status", "PROVISIONING", "ACTIVE", 1},
	.references = {{"vpc_ids", KIND_VPC, RELEASE_REFUSE, 403,
		"Can not delete VPC with peerings"}},
	.operations = peering_operations,
	.create = peering_create,
};
