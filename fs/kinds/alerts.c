#include "fs/file.h"

static const struct field fields[] = {
	{"uuid", "DigitalOcean's name for it"},
	{"entities", "the ids of what is watched; empty: all of the kind"},
	{0},
};

#define WATCHED(kinds)                                                                            \
	{                                                                                         \
		.name = kinds, .kind = kinds, .path = "entities", .help = "those that it watches" \
	}
static const struct relation relations[] = {
	WATCHED("droplets"),
	WATCHED("load_balancers"),
	WATCHED("databases"),
	WATCHED("autoscale_pools"),
	{.name = "tagged", .kind = "tags", .path = "tags", .help = "and what carries these"},
	{0},
};

static const char types[] = "v1/insights/droplet/load_1 v1/insights/droplet/load_5 "
			    "v1/insights/droplet/load_15 "
			    "v1/insights/droplet/memory_utilization_percent "
			    "v1/insights/droplet/disk_utilization_percent v1/insights/droplet/cpu "
			    "v1/insights/droplet/disk_read v1/insights/droplet/disk_write "
			    "v1/insights/droplet/public_outbound_bandwidth "
			    "v1/insights/droplet/public_inbound_bandwidth "
			    "v1/insights/droplet/private_outbound_bandwidth "
			    "v1/insights/droplet/private_inbound_bandwidth "
			    "v1/insights/lbaas/avg_cpu_utilization_percent "
			    "v1/insights/lbaas/connection_utilization_percent "
			    "v1/insights/lbaas/droplet_health "
			    "v1/insights/lbaas/tls_connections_per_second_utilization_percent "
			    "v1/insights/lbaas/increase_in_http_error_rate_percentage_5xx "
			    "v1/insights/lbaas/increase_in_http_error_rate_percentage_4xx "
			    "v1/insights/lbaas/increase_in_http_error_rate_count_5xx "
			    "v1/insights/lbaas/increase_in_http_error_rate_count_4xx "
			    "v1/insights/lbaas/high_http_request_response_time "
			    "v1/insights/lbaas/high_http_request_response_time_50p "
			    "v1/insights/lbaas/high_http_request_response_time_95p "
			    "v1/insights/lbaas/high_http_request_response_time_99p "
			    "v1/dbaas/alerts/load_15_alerts "
			    "v1/dbaas/alerts/memory_utilization_alerts "
			    "v1/dbaas/alerts/disk_utilization_alerts v1/dbaas/alerts/cpu_alerts "
			    "v1/droplet/autoscale_alerts/current_instances "
			    "v1/droplet/autoscale_alerts/target_instances "
			    "v1/droplet/autoscale_alerts/current_cpu_utilization "
			    "v1/droplet/autoscale_alerts/target_cpu_utilization "
			    "v1/droplet/autoscale_alerts/current_memory_utilization "
			    "v1/droplet/autoscale_alerts/target_memory_utilization "
			    "v1/droplet/autoscale_alerts/scale_up "
			    "v1/droplet/autoscale_alerts/scale_down";

static const struct spec_key slack[] = {
	{.name = "channel", .type = SPEC_TEXT, .required = true},
	{.name = "url", .type = SPEC_TEXT, .required = true},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("type"), .type = SPEC_TEXT, .required = true, .among = types,
		.help = "what is measured", .example = "v1/insights/droplet/cpu"},
	{KEY("compare"), .type = SPEC_TEXT, .required = true, .among = "GreaterThan LessThan",
		.help = "when it is", .example = "GreaterThan"},
	{KEY("value"), .type = SPEC_NUMBER, .required = true,
		.help = "than that: % or what is counted", .example = "80"},
	{KEY("window"), .type = SPEC_TEXT, .required = true, .among = "5m 10m 30m 1h",
		.help = "on the average of so long", .example = "5m"},
	{KEY("enabled"), .type = SPEC_BOOL, .fallback = "true", .help = "is it looked at",
		.example = "true"},
	{KEY("entities"), .type = SPEC_WORDS, .fallback = "",
		.help = "of these, by their ids; else of all", .example = "192018292"},
	{KEY("tags"), .type = SPEC_WORDS, .fallback = "", .help = "of what carries these",
		.example = "tenant"},
	{KEY("alerts/email"), .type = SPEC_WORDS, .fallback = "", .help = "who is told, by mail",
		.example = "ops@example.com"},
	{KEY("alerts/slack"), .type = SPEC_ITEMS, .members = slack, .fallback = "",
		.help = "and in Slack: a channel and its hook, a line each",
		.example = "#ops https://hooks.slack.com/services/T/B/X"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_alerts = {
	.resource = {.name = "alerts",
		.scope = "monitoring",
		.path = "/v2/monitoring/alerts",
		.list_key = "policies",
		.object_key = "policy",
		.id_keys = {"uuid"},
		.name_keys = {"description", "uuid"}},
	.help = "who is told when something has too much to do",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = files,
	.aliases = {"uuid", "description"},
	.named_by = "description",
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
