#include "action.h"
#include "droplet.h"
#include "json.h"
#include "kind.h"
#include "network.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <string.h>

/* An address is kept with its droplet's id, and shown with the whole droplet. */
static void address_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	const cJSON *droplet = cJSON_GetObjectItemCaseSensitive(tree, "droplet");
	char id[32];

	(void)object;
	json_scalar(cJSON_GetObjectItemCaseSensitive(droplet, "id"), id, sizeof(id));
	if (*id)
		json_set(tree, "droplet", store_read(sandbox->store, KIND_DROPLET, id));
}

static const char *address_region(const cJSON *address)
{
	const char *slug = json_text(address, "region_slug");

	return slug ? slug : json_text(cJSON_GetObjectItem(address, "region"), "slug");
}

static void address_set_droplet(cJSON *address, double id)
{
	cJSON *droplet = id > 0 ? cJSON_CreateObject() : cJSON_CreateNull();

	if (id > 0)
		json_set_number(droplet, "id", id);
	json_set(address, "droplet", droplet);
}

static bool address_acted(struct sandbox *sandbox, unsigned kind, const char *id,
	const char *action, const cJSON *parameters)
{
	JSON_AUTO *address = store_read(sandbox->store, kind, id);

	if (!address || !*action)
		return false;
	address_set_droplet(
		address, strcmp(action, "assign") ? 0 : json_number(parameters, "droplet_id", 0));
	store_put(sandbox->store, kind, NULL, address, NULL);
	return true;
}

static bool reserved_ip_acted(
	struct sandbox *sandbox, const char *id, const char *action, const cJSON *parameters)
{
	return address_acted(sandbox, KIND_RESERVED_IP, id, action, parameters);
}

static bool reserved_ipv6_acted(
	struct sandbox *sandbox, const char *id, const char *action, const cJSON *parameters)
{
	return address_acted(sandbox, KIND_RESERVED_IPV6, id, action, parameters);
}

static double address_start(struct request *request, unsigned kind, const char *id,
	const char *region, const char *type)
{
	return action_start(request->sandbox,
		&(struct action_order){
			.type = type,
			.kind = kind,
			.id = id,
			.region = region,
			.parameters = request->body,
			.milliseconds = droplet_milliseconds(request->sandbox, 0.1),
		});
}

/* Is what is asked for possible? False after an error. */
static bool address_check(struct request *request, const cJSON *address)
{
	bool assign = !strcmp(json_text(request->body, "type"), "assign");
	const cJSON *asked = cJSON_GetObjectItemCaseSensitive(request->body, "droplet_id");
	JSON_AUTO *droplet = NULL;
	char id[32];

	if (!assign)
		return cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(address, "droplet")) ||
		       answer_error(request, 422, "The address is not assigned to a Droplet.");
	if (!asked)
		return answer_error(request, 422, "droplet_id is required");
	json_scalar(asked, id, sizeof(id));
	droplet = store_read(request->sandbox->store, KIND_DROPLET, id);
	return !strcmp(json_text(cJSON_GetObjectItem(droplet, "region"), "slug"),
		       address_region(address)) ||
	       answer_error(
		       request, 422, "The address and the Droplet must be in the same region.");
}

static void address_action(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	JSON_AUTO *address = NULL;
	cJSON *action;

	if (!object || !rest_check_body(request))
		return;
	address = cJSON_Parse(object->text);
	if (!address_check(request, address))
		return;
	action = action_tree(
		request->sandbox, address_start(request, kind, object->id, address_region(address),
					  json_text(request->body, "type")));
	if (json_text(address, "project_id"))
		json_set_text(action, "project_id", json_text(address, "project_id"));
	if (kind == KIND_RESERVED_IPV6)
		json_set_number(action, "resource_id", json_number(action, "id", 0));
	answer_member(request, request->operation->status, "action", action);
}

/* One for a droplet is in that droplet's region, and its from the start. */
static bool reserved_ip_create(struct request *request, cJSON *object)
{
	JSON_AUTO *asked = cJSON_DetachItemFromObject(object, "droplet_id");
	JSON_AUTO *droplet = NULL;
	char id[32];

	if (!asked)
		return json_text(object, "region")
			       ? network_expand_region(request, object)
			       : answer_error(request, 422, "droplet_id or region is required");
	json_scalar(asked, id, sizeof(id));
	droplet = store_read(request->sandbox->store, KIND_DROPLET, id);
	json_set(object, "region", cJSON_Duplicate(cJSON_GetObjectItem(droplet, "region"), true));
	address_set_droplet(object, asked->valuedouble);
	return true;
}

static void reserve(struct request *request, unsigned kind)
{
	cJSON *answer, *links, *link;
	char href[96];
	double action;

	rest_create(request, kind);
	if (request->status != request->operation->status ||
		!cJSON_HasObjectItem(request->body, "droplet_id"))
		return;
	answer = cJSON_ParseWithLength(request->text, request->length);
	link = cJSON_GetObjectItem(answer, "reserved_ip");
	action = address_start(
		request, kind, json_text(link, "ip"), address_region(link), "assign");
	snprintf(href, sizeof(href), "%s/v2/actions/%.0f", request->base, action);
	links = cJSON_AddArrayToObject(cJSON_AddObjectToObject(answer, "links"), "actions");
	link = cJSON_CreateObject();
	json_set_number(link, "id", action);
	json_set_text(link, "rel", "assign_ip");
	json_set_text(link, "href", href);
	cJSON_AddItemToArray(links, link);
	answer_tree(request, request->operation->status, answer);
}

#define ADDRESS "/v2/reserved_ips/{reserved_ip}"
#define ACTION                                                 \
	.body = "type!:(assign|unassign) droplet_id:=droplet", \
	.sample = "{'type':'assign','droplet_id':'$=droplet'}"

static const struct operation operations[] = {
	{"GET", "/v2/reserved_ips", "reserved_ip:read", 200, rest_list},
	{"POST", "/v2/reserved_ips", "reserved_ip:create", 202, reserve,
		.body = "droplet_id:=droplet region:=region project_id:=project",
		.sample = "{'region':'nyc1'}"},
	{"GET", ADDRESS, "reserved_ip:read", 200, rest_get},
	{"DELETE", ADDRESS, "reserved_ip:delete", 204, rest_remove},
	{"GET", ADDRESS "/actions", "reserved_ip:read", 200, action_list_of, .key = "actions"},
	{"POST", ADDRESS "/actions", "reserved_ip:update", 201, address_action, ACTION},
	{"GET", ADDRESS "/actions/{action_id}", "reserved_ip:read", 200, action_get_of,
		.key = "action"},
	{0},
};

DEFINE_KIND(reserved_ip) = {
	.path = "/v2/reserved_ips",
	.list_key = "reserved_ips",
	.object_key = "reserved_ip",
	.id_key = "ip",
	.identity = IDENTITY_GIVEN,
	.urn = "floatingip",
	.template = "{'ip':'${ipv4}','droplet':null,'locked':false,'project_id':''}",
	.references = {{"droplet.id", KIND_DROPLET, RELEASE_DROP}},
	.operations = operations,
	.create = reserved_ip_create,
	.render = address_render,
	.acted = reserved_ip_acted,
};

#define ADDRESS6 "/v2/reserved_ipv6/{reserved_ipv6}"

static const struct operation v6_operations[] = {
	{"GET", "/v2/reserved_ipv6", "reserved_ip:read", 200, rest_list},
	{"POST", "/v2/reserved_ipv6", "reserved_ip:create", 201, rest_create,
		.body = "region_slug!:=region", .sample = "{'region_slug':'nyc1'}"},
	{"GET", ADDRESS6, "reserved_ip:read", 200, rest_get},
	{"DELETE", ADDRESS6, "reserved_ip:delete", 204, rest_remove},
	{"POST", ADDRESS6 "/actions", "reserved_ip:update", 201, address_action, ACTION},
	{0},
};

DEFINE_KIND(reserved_ipv6) = {
	.path = "/v2/reserved_ipv6",
	.list_key = "reserved_ipv6s",
	.object_key = "reserved_ipv6",
	.id_key = "ip",
	.identity = IDENTITY_GIVEN,
	.template = "{'ip':'${ipv6}','reserved_at':'${now}','droplet':null}",
	.references = {{"droplet.id", KIND_DROPLET, RELEASE_DROP}},
	.operations = v6_operations,
	.render = address_render,
	.acted = reserved_ipv6_acted,
};
