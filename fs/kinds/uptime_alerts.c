#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"type", "latency, down, down_global or ssl_expiry"},
	{"threshold", "of a latency milliseconds, of an expiry days"},
	{"period", "for how long it has to be so"},
	{"notifications", "who is told; a webhook is as good as a password", .secret = true},
	{0},
};

static const struct spec_key slack[] = {
	{"channel", SPEC_TEXT, .required = true},
	{"url", SPEC_TEXT, .required = true},
	{0},
};

static const struct spec_key keys[] = {
	{"type", SPEC_TEXT, "of what it warns", "latency", .required = true,
		.among = "latency down down_global ssl_expiry"},
	{"threshold", SPEC_NUMBER, "of a latency milliseconds, of an expiry days", "300"},
	{"comparison", SPEC_TEXT, "when the value is this, compared with threshold", "greater_than",
		.among = "greater_than less_than"},
	{"period", SPEC_TEXT, "for how long it has to be so", "5m", .required = true,
		.among = "2m 3m 5m 10m 15m 30m 1h"},
	{"email", SPEC_WORDS, "who is told; verified addresses of the team", "ops@example.com",
		.body = "notifications/email", .fallback = ""},
	{"slack", SPEC_ITEMS, "which channel is told, by which webhook; a line each",
		"\"#ops\" https://hooks.slack.com/services/T1/A1/Z1", .body = "notifications/slack", .members = slack,
		.fallback = "", .secret = true},
	{0},
};

const struct kind kind_uptime_alerts = {
	.resource = {"uptime/alerts", "/v2/uptime/checks/%s/alerts", .list_key = "alerts", .object_key = "alert",
		.id_keys = {"id"}, .name_keys = {"name", "id"}},
	.help = "who is told when a check fails",
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
