#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <string.h>

/* Each of its VPCs sees it at an address of its own; they must be where it is. */
static bool gateway_update(struct request *request, cJSON *object)
{
	cJSON *vpc;

	cJSON_ArrayForEach(vpc, cJSON_GetObjectItemCaseSensitive(object, "vpcs"))
	{
		JSON_AUTO *tree = store_read(
			request->sandbox->store, KIND_VPC, json_text(vpc, "vpc_uuid"));

		if (strcmp(json_text(tree, "region"), json_text(object, "region")) != 0)
			return answer_error(request, 422,
				"vpcs is invalid: the VPC is in region %s",
				json_text(tree, "region"));
		json_set_defaults(vpc, "{\"gateway_ip\":\"10.0.0.2\"}");
	}
	return true;
}

#define TIMEOUTS                                                         \
	" udp_timeout_seconds:i(1,3600) icmp_timeout_seconds:i(1,3600) " \
	"tcp_timeout_seconds:i(1,3600)"
#define VPCS ":[{vpc_uuid!:=vpc default_gateway:b}]"

static const struct operation operations[] = {
	{"GET", "/v2/vpc_nat_gateways", "nat_gateway:read", 200, rest_list},
	{"POST", "/v2/vpc_nat_gateways", "nat_gateway:create", 202, rest_create,
		.body = "name!:h type!:(PUBLIC) region!:=region size!:i(1,100) vpcs!" VPCS TIMEOUTS,
		.sample = "{'name':'sample','type':'PUBLIC','region':'nyc1','size':1,"
			  "'vpcs':[{'vpc_uuid':'${^vpc}'}]}"},
	{"GET", "/v2/vpc_nat_gateways/{id}", "nat_gateway:read", 200, rest_get},
	{"PUT", "/v2/vpc_nat_gateways/{id}", "nat_gateway:update", 200, rest_update,
		.body = "name!:h size!:i(1,100) vpcs" VPCS TIMEOUTS},
	{"DELETE", "/v2/vpc_nat_gateways/{id}", "nat_gateway:delete", 202, rest_remove, .key = ""},
	{0},
};

DEFINE_KIND(nat_gateway) = {
	.path = "/v2/vpc_nat_gateways",
	.list_key = "vpc_nat_gateways",
	.object_key = "vpc_nat_gateway",
	.id_key = "id",
	.unique_name = true,
	.template = "{'egresses':{'public_gateways':[{'ipv4':'${ipv4}'}]},"
		    "'udp_timeout_seconds':30,'icmp_timeout_seconds':30,'tcp_timeout_seconds':30,"
		    "'created_at':'${now}','updated_at':'${now}'}",
	.life = {"state", "PROVISIONING", "ACTIVE", 1},
	.filters = {{"name"}, {"region"}, {"state"}, {"type"}},
	.references = {{"vpcs.vpc_uuid", KIND_VPC, RELEASE_REFUSE, 403,
		"Can not delete VPC with members"}},
	.operations = operations,
	.create = gateway_update,
	.update = gateway_update,
};
