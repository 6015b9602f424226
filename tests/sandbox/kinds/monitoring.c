#include "kind.h"
#include "rest.h"

/* Uptime checks and alert policies. Nothing is measured in a sandbox: all is well. */

#define CHECK "/v2/uptime/checks/{check_id}"
#define REGIONS ":[(us_east|us_west|eu_west|se_asia)]"

static const struct operation check_operations[] = {
	{"GET", "/v2/uptime/checks", "uptime:read", 200, rest_list},
	{"POST", "/v2/uptime/checks", "uptime:create", 201, rest_create,
		.body = "name!:s type!:(ping|http|https) target!:s enabled!:b regions!" REGIONS,
		.sample = "{'name':'sample','type':'https','method':'get','target':'https://"
			  "example.com','enabled':true,'regions':['us_east']}"},
	{"GET", CHECK, "uptime:read", 200, rest_get},
	{"PUT", CHECK, "uptime:update", 200, rest_update,
		.body = "name:s type:(ping|http|https) target:s enabled:b regions" REGIONS,
		.sample = "{'enabled':false}"},
	{"GET", CHECK "/state", "uptime:read", 200, rest_tell,
		.text = "{'state':{'regions':{'us_east':{'status':'UP','status_changed_at':"
			"'2026-11-01T00:00:00Z','thirty_day_uptime_percentage':100},'eu_west':"
			"{'status':'UP','status_changed_at':'2026-11-01T00:00:00Z',"
			"'thirty_day_uptime_percentage':100}},'previous_outage':{'region':"
			"'us_east','started_at':'2026-10-31T23:58:00Z','ended_at':"
			"'2026-11-01T00:00:00Z','duration_seconds':120}}}"},
	{"DELETE", CHECK, "uptime:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(uptime_check) = {
	.path = "/v2/uptime/checks",
	.list_key = "checks",
	.object_key = "check",
	.id_key = "id",
	.template = "{'regions':['us_east','eu_west'],'enabled':true}",
	.operations = check_operations,
};

#define CHECK_ALERT CHECK "/alerts/{alert_id}"
#define CHECK_ALERT_BODY                                    \
	" threshold:i comparison:(greater_than|less_than) " \
	"period!:(2m|3m|5m|10m|15m|30m|1h)"
#define CHECK_ALERT_SAMPLE                                                \
	"{'name':'sample','type':'latency','threshold':300,'comparison':" \
	"'greater_than','period':'2m','notifications':{'email':"          \
	"['sandbox@example.com'],'slack':[]}}"
#define WHOM ":{email!:[s] slack!:[{channel!:s url!:s}]}"

static const struct operation check_alert_operations[] = {
	{"GET", CHECK "/alerts", "uptime:read", 200, rest_list},
	{"POST", CHECK "/alerts", "uptime:create uptime:update", 201, rest_create,
		.body = "name!:s type!:(latency|down|down_global|ssl_expiry) notifications!" WHOM
			CHECK_ALERT_BODY,
		.sample = CHECK_ALERT_SAMPLE},
	{"GET", CHECK_ALERT, "uptime:read", 200, rest_get},
	{"PUT", CHECK_ALERT, "uptime:update", 200, rest_update,
		.body = "name!:s type!:(latency|down|down_global|ssl_expiry) notifications!" WHOM
			CHECK_ALERT_BODY,
		.sample = CHECK_ALERT_SAMPLE},
	{"DELETE", CHECK_ALERT, "uptime:delete uptime:update", 204, rest_remove},
	{0},
};

DEFINE_KIND(uptime_alert) = {
	.path = CHECK "/alerts",
	.list_key = "alerts",
	.object_key = "alert",
	.id_key = "id",
	.owner = KIND_UPTIME_CHECK,
	.operations = check_alert_operations,
};

#define ALERT "/v2/monitoring/alerts/{alert_uuid}"
#define ALERT_BODY                                                                           \
	"alerts!:{email!:[s] slack!:[{channel!:s url!:s}]} compare!:(GreaterThan|LessThan) " \
	"description!:s enabled!:b entities!:[s] tags!:[s] type!:s value!:n "                \
	"window!:(5m|10m|30m|1h)"
#define ALERT_SAMPLE                                                                      \
	"{'alerts':{'email':['sandbox@example.com'],'slack':[]},'compare':'GreaterThan'," \
	"'description':'CPU','enabled':true,'entities':['${=droplet}'],'tags':[],'type':" \
	"'v1/insights/droplet/cpu','value':80,'window':'5m'}"

static const struct operation alert_operations[] = {
	{"GET", "/v2/monitoring/alerts", "monitoring:read", 200, rest_list},
	{"POST", "/v2/monitoring/alerts", "monitoring:create", 200, rest_create, .body = ALERT_BODY,
		.sample = ALERT_SAMPLE},
	{"GET", ALERT, "monitoring:read", 200, rest_get},
	{"PUT", ALERT, "monitoring:update", 200, rest_update, .body = ALERT_BODY,
		.sample = ALERT_SAMPLE},
	{"DELETE", ALERT, "monitoring:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(alert) = {
	.path = "/v2/monitoring/alerts",
	.list_key = "policies",
	.object_key = "policy",
	.id_key = "uuid",
	.references = {{"entities", KIND_DROPLET, RELEASE_DROP},
		{"entities", KIND_LOAD_BALANCER, RELEASE_DROP},
		{"entities", KIND_DATABASE, RELEASE_DROP}},
	.operations = alert_operations,
};
