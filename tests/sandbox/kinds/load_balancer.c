#include "json.h"
#include "kind.h"
#include "network.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Its droplets are in its region; by their ids, or by a tag. */
static bool balancer_update(struct request *request, cJSON *object)
{
	const cJSON *ids = cJSON_GetObjectItemCaseSensitive(object, "droplet_ids"), *item;
	const char *tag = json_text(object, "tag");
	const char *region = json_text(cJSON_GetObjectItemCaseSensitive(object, "region"), "slug");
	char id[32];

	if (tag && *tag && cJSON_GetArraySize(ids))
		return answer_error(
			request, 422, "droplet_ids and tag cannot be given at the same time");
	if (!cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(object, "forwarding_rules")))
		return answer_error(request, 422, "forwarding_rules is required");
	cJSON_ArrayForEach(item, ids)
	{
		JSON_AUTO *droplet = NULL;

		json_scalar(item, id, sizeof(id));
		droplet = store_read(request->sandbox->store, KIND_DROPLET, id);
		if (!droplet ||
			(region && strcmp(region, json_text(cJSON_GetObjectItem(droplet, "region"),
							  "slug")) != 0))
			return answer_error(request, 422, "Droplet %s is not in region %s", id,
				region ? region : "");
	}
	return true;
}

static bool balancer_create(struct request *request, cJSON *object)
{
	const char *region = json_text(object, "region");

	if (!cJSON_HasObjectItem(request->body, "droplet_ids") &&
		!cJSON_HasObjectItem(request->body, "tag"))
		return answer_error(request, 422, "either droplet_ids or tag is required");
	if (!strcmp(json_text(object, "type"), "GLOBAL"))
		return balancer_update(request, object);
	if (!region)
		return answer_error(request, 422, "region is required");
	return vpc_choose(request, object, "vpc_uuid", region) &&
	       network_expand_region(request, object) && balancer_update(request, object);
}

/* With a tag, whatever carries it now. */
static void balancer_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	const char *tag = json_text(tree, "tag");
	cJSON *ids;

	(void)object;
	if (!tag || !*tag)
		return;
	ids = cJSON_CreateArray();
	for (size_t i = 0; i < store_count(sandbox->store, KIND_DROPLET); i++) {
		const struct object *droplet = store_at(sandbox->store, KIND_DROPLET, i);

		if (object_has_tag(droplet, tag))
			cJSON_AddItemToArray(ids, cJSON_CreateNumber(strtod(droplet->id, NULL)));
	}
	json_set(tree, "droplet_ids", ids);
}

#define RULES                                                                   \
	"forwarding_rules!:[{entry_protocol!:(http|https|http2|http3|tcp|udp) " \
	"entry_port!:i(1,65535) target_protocol!:(http|https|http2|tcp|udp) "   \
	"target_port!:i(1,65535) certificate_id:=certificate tls_passthrough:b}]"
#define RULE                                                                                  \
	"{'entry_protocol':'http','entry_port':80,'target_protocol':'http','target_port':80," \
	"'certificate_id':'','tls_passthrough':false}"
#define BODY                                                                                  \
	RULES " name:h(1,255) region:=region project_id:=project size_unit:i(1,200) "         \
	      "size:(lb-small|lb-medium|lb-large) algorithm:(round_robin|least_connections) " \
	      "health_check:{protocol:(http|https|tcp) port:i(1,65535) path:s "               \
	      "check_interval_seconds:i(3,300) response_timeout_seconds:i(3,300) "            \
	      "unhealthy_threshold:i(2,10) healthy_threshold:i(2,10)} "                       \
	      "sticky_sessions:{type:(cookies|none) cookie_name:s cookie_ttl_seconds:i} "     \
	      "redirect_http_to_https:b enable_proxy_protocol:b enable_backend_keepalive:b "  \
	      "http_idle_timeout_seconds:i(30,600) vpc_uuid:=vpc "                            \
	      "disable_lets_encrypt_dns_records:b firewall:{deny:[s] allow:[s]} "             \
	      "network:(EXTERNAL|INTERNAL) network_stack:(IPV4|DUALSTACK) "                   \
	      "type:(REGIONAL|REGIONAL_NETWORK|GLOBAL) domains:[o] glb_settings:o "           \
	      "target_load_balancer_ids:[=load_balancer] tls_cipher_policy:(DEFAULT|STRONG) " \
	      "droplet_ids:[=droplet] tag:s"
#define SAMPLE                                                                                   \
	"{'name':'sample','region':'nyc1','droplet_ids':['$=droplet'],'forwarding_rules':[" RULE \
	"]}"
#define BALANCER "/v2/load_balancers/{lb_id}"
#define DROPLETS .body = "droplet_ids!:[=droplet]", .sample = "{'droplet_ids':['$=droplet']}"

static const struct operation operations[] = {
	{"POST", "/v2/load_balancers", "load_balancer:create", 202, rest_create, .body = BODY,
		.sample = SAMPLE},
	{"GET", "/v2/load_balancers", "load_balancer:read", 200, rest_list},
	{"GET", BALANCER, "load_balancer:read", 200, rest_get},
	{"PUT", BALANCER, "load_balancer:update", 200, rest_replace, .body = BODY,
		.sample = SAMPLE},
	{"DELETE", BALANCER, "load_balancer:delete", 204, rest_remove},
	{"DELETE", BALANCER "/cache", "load_balancer:delete", 204, rest_tell},
	{"POST", BALANCER "/droplets", "load_balancer:update", 204, rest_join, DROPLETS},
	{"DELETE", BALANCER "/droplets", "load_balancer:update", 204, rest_leave, DROPLETS},
	{"POST", BALANCER "/forwarding_rules", "load_balancer:update", 204, rest_join,
		.body = RULES,
		.sample = "{'forwarding_rules':[{'entry_protocol':'tcp','entry_port':3306,"
			  "'target_protocol':'tcp','target_port':3306}]}"},
	{"DELETE", BALANCER "/forwarding_rules", "load_balancer:update", 204, rest_leave,
		.body = RULES,
		.sample = "{'forwarding_rules':[{'entry_protocol':'tcp','entry_port':3306,"
			  "'target_protocol':'tcp','target_port':3306}]}"},
	{0},
};

DEFINE_KIND(load_balancer) = {
	.path = "/v2/load_balancers",
	.list_key = "load_balancers",
	.object_key = "load_balancer",
	.id_key = "id",
	.urn = "loadbalancer",
	.unique_name = true,
	.fixed = "region vpc_uuid project_id type network",
	.template = "{'name':'lb-${random}','project_id':'','ip':'${ipv4}','ipv6':'','size_unit':1,"
		    "'size':'lb-small','algorithm':'round_robin','created_at':'${now}',"
		    "'health_check':{'protocol':'http','port':80,'path':'/"
		    "','check_interval_seconds':10,"
		    "'response_timeout_seconds':5,'unhealthy_threshold':3,'healthy_threshold':5},"
		    "'sticky_sessions':{'type':'none'},'redirect_http_to_https':false,"
		    "'enable_proxy_protocol':false,'enable_backend_keepalive':false,"
		    "'http_idle_timeout_seconds':60,'disable_lets_encrypt_dns_records':false,"
		    "'firewall':{'deny':[],'allow':[]},'network':'EXTERNAL','network_stack':'IPV4',"
		    "'type':'REGIONAL','tls_cipher_policy':'DEFAULT','droplet_ids':[],'tag':''}",
	.life = {"status", "new", "active", 1},
	.references = {{"droplet_ids", KIND_DROPLET, RELEASE_DROP},
		{"target_load_balancer_ids", KIND_LOAD_BALANCER, RELEASE_DROP},
		{"forwarding_rules.certificate_id", KIND_CERTIFICATE, RELEASE_REFUSE, 409,
			"The certificate is in use by a load balancer."},
		{"vpc_uuid", KIND_VPC, RELEASE_REFUSE, 403, "Can not delete VPC with members"}},
	.operations = operations,
	.create = balancer_create,
	.update = balancer_update,
	.render = balancer_render,
};
