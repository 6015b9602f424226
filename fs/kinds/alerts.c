#include "fs/file.h"

static const struct field fields[] = {
	{"uuid", "DigitalOcean's name for it"},
	{"entities", "the ids of what is watched; empty: all of the kind"},
	{"alerts/slack", "which channel is told, by which hook: as good as a password", .secret = true},
	{0},
};

static const struct relation relations[] = {
	{"droplets", "droplets", "those that it watches", .path = "entities"},
	{"load_balancers", "load_balancers", "those that it watches", .path = "entities"},
	{"databases", "databases", "those that it watches", .path = "entities"},
	{"autoscale_pools", "autoscale_pools", "those that it watches", .path = "entities"},
	{"tagged", "tags", "and what carries these", .path = "tags"},
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
	{"channel", SPEC_TEXT, .required = true},
	{"url", SPEC_TEXT, .required = true},
	{0},
};

static const struct spec_key keys[] = {
	{"type", SPEC_TEXT, "what is measured", "v1/insights/droplet/cpu", .required = true, .among = types},
	{"compare", SPEC_TEXT, "when it is", "GreaterThan", .required = true, .among = "GreaterThan LessThan"},
	{"value", SPEC_FRACTION, "than that: % or what is counted", "80", .required = true},
	{"window", SPEC_TEXT, "on the average of so long", "5m", .required = true, .among = "5m 10m 30m 1h"},
	{"enabled", SPEC_BOOL, "is it looked at", "true", .fallback = "true"},
	{"entities", SPEC_WORDS, "of these, by their ids; else of all", "192018292", .fallback = ""},
	{"tags", SPEC_WORDS, "of what carries these", "tenant", .fallback = ""},
	{"alerts/email", SPEC_WORDS, "who is told, by mail", "ops@example.com", .fallback = ""},
	{"alerts/slack", SPEC_ITEMS, "and in Slack: a channel and its hook, a line each",
		"\"#ops\" https://hooks.slack.com/services/T/B/X", .members = slack, .fallback = "", .secret = true},
	{0},
};

const struct kind kind_alerts = {
	.resource = {"alerts", "/v2/monitoring/alerts", .scope = "monitoring", .list_key = "policies",
		.object_key = "policy", .id_keys = {"uuid"}, .name_keys = {"description", "uuid"}},
	.help = "who is told when something has too much to do",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.named_by = "description",
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
