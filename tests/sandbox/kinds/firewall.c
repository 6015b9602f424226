#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"

#include <stdlib.h>
#include <string.h>

/* "all", a port, or a range of them. */
static bool ports_valid(const char *ports)
{
	char *end;
	unsigned long first, last;

	if (!strcmp(ports, "all") || !strcmp(ports, "0"))
		return true;
	first = last = strtoul(ports, &end, 10);
	if (*end == '-')
		last = strtoul(end + 1, &end, 10);
	return *ports >= '1' && *ports <= '9' && !*end && first <= last && last <= 65535;
}

static bool rules_check(struct request *request, cJSON *object, const char *key)
{
	cJSON *rule;

	cJSON_ArrayForEach(rule, cJSON_GetObjectItemCaseSensitive(object, key))
	{
		const char *ports = json_text(rule, "ports");
		bool none = !strcmp(json_text(rule, "protocol"), "icmp");

		if (!none && (!ports || !ports_valid(ports)))
			return answer_error(request, 422, "%s: ports is invalid: “%s”", key,
				ports ? ports : "");
		if (none || !strcmp(ports, "all"))
			json_set_text(rule, "ports", "0");
	}
	return true;
}

static bool firewall_check(struct request *request, cJSON *object)
{
	return rules_check(request, object, "inbound_rules") &&
	       rules_check(request, object, "outbound_rules");
}

static bool firewall_create(struct request *request, cJSON *object)
{
	if (!cJSON_GetArraySize(cJSON_GetObjectItem(object, "inbound_rules")) &&
		!cJSON_GetArraySize(cJSON_GetObjectItem(object, "outbound_rules")))
		return answer_error(request, 422, "inbound_rules or outbound_rules is required");
	return firewall_check(request, object);
}

#define ENDS                                                                         \
	"{addresses:[s] droplet_ids:[=droplet] load_balancer_uids:[=load_balancer] " \
	"kubernetes_ids:[=kubernetes_cluster] tags:[s]}"
#define RULES                                                                   \
	"inbound_rules:[{protocol!:(tcp|udp|icmp) ports:s sources!:" ENDS "}] " \
	"outbound_rules:[{protocol!:(tcp|udp|icmp) ports:s destinations!:" ENDS "}]"
#define ONE_RULE \
	"'inbound_rules':[{'protocol':'tcp','ports':'80','sources':{'addresses':['0.0.0.0/0']}}]"
#define FIREWALL "/v2/firewalls/{firewall_id}"
#define BODY "name!:h(1,255) droplet_ids:[=droplet] tags:[s] " RULES
#define DROPLETS .body = "droplet_ids!:[=droplet]", .sample = "{'droplet_ids':['$=droplet']}"
#define TAGS .body = "tags!:[s]", .sample = "{'tags':['sampled']}"

static const struct operation operations[] = {
	{"GET", "/v2/firewalls", "firewall:read", 200, rest_list},
	{"POST", "/v2/firewalls", "firewall:create", 202, rest_create, .body = BODY,
		.sample = "{'name':'sample'," ONE_RULE "}"},
	{"GET", FIREWALL, "firewall:read", 200, rest_get},
	{"PUT", FIREWALL, "firewall:update", 200, rest_replace, .body = BODY,
		.sample = "{'name':'renamed'," ONE_RULE "}"},
	{"DELETE", FIREWALL, "firewall:delete", 204, rest_remove},
	{"POST", FIREWALL "/droplets", "firewall:update", 204, rest_join, DROPLETS},
	{"DELETE", FIREWALL "/droplets", "firewall:update", 204, rest_leave, DROPLETS},
	{"POST", FIREWALL "/tags", "firewall:update", 204, rest_join, TAGS},
	{"DELETE", FIREWALL "/tags", "firewall:update", 204, rest_leave, TAGS},
	{"POST", FIREWALL "/rules", "firewall:update", 204, rest_join, .body = RULES,
		.sample = "{" ONE_RULE "}"},
	{"DELETE", FIREWALL "/rules", "firewall:update", 204, rest_leave, .body = RULES,
		.sample = "{" ONE_RULE "}"},
	{0},
};

DEFINE_KIND(firewall) = {
	.path = "/v2/firewalls",
	.list_key = "firewalls",
	.object_key = "firewall",
	.id_key = "id",
	.unique_name = true,
	.template = "{'created_at':'${now}','pending_changes':[],'droplet_ids':[],'tags':[],"
		    "'inbound_rules':[],'outbound_rules':[]}",
	.life = {"status", "waiting", "succeeded", 0.1},
	.references = {{"droplet_ids", KIND_DROPLET, RELEASE_DROP},
		{"inbound_rules.sources.droplet_ids", KIND_DROPLET, RELEASE_DROP},
		{"outbound_rules.destinations.droplet_ids", KIND_DROPLET, RELEASE_DROP},
		{"inbound_rules.sources.load_balancer_uids", KIND_LOAD_BALANCER, RELEASE_DROP},
		{"outbound_rules.destinations.load_balancer_uids", KIND_LOAD_BALANCER,
			RELEASE_DROP},
		{"inbound_rules.sources.tags", KIND_TAG, RELEASE_DROP},
		{"outbound_rules.destinations.tags", KIND_TAG, RELEASE_DROP}},
	.operations = operations,
	.create = firewall_create,
	.update = firewall_check,
};
