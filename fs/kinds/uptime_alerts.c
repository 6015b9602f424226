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
	{.name = "channel", .type = SPEC_TEXT, .required = true},
	{.name = "url", .type = SPEC_TEXT, .required = true},
	{0},
};

#define WHOM(key) \
	.name = key, .body = "notifications/" key, .path = "notifications/" key, .fallback = ""

static const struct spec_key keys[] = {
	{KEY("type"), .type = SPEC_TEXT, .among = "latency down down_global ssl_expiry",
		.required = true, .help = "of what it warns", .example = "latency"},
	{KEY("threshold"), .type = SPEC_NUMBER,
		.help = "of a latency milliseconds, of an expiry days", .example = "300"},
	{KEY("comparison"), .type = SPEC_TEXT, .among = "greater_than less_than",
		.help = "when the value is this, compared with threshold",
		.example = "greater_than"},
	{KEY("period"), .type = SPEC_TEXT, .among = "2m 3m 5m 10m 15m 30m 1h", .required = true,
		.help = "for how long it has to be so", .example = "5m"},
	{WHOM("email"), .type = SPEC_WORDS, .help = "who is told; verified addresses of the team",
		.example = "ops@example.com"},
	{WHOM("slack"), .type = SPEC_ITEMS, .members = slack, .secret = true,
		.help = "which channel is told, by which webhook; a line each",
		.example = "\"#ops\" https://hooks.slack.com/services/T1/A1/Z1"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_uptime_alerts = {
	.resource = {.name = "uptime/alerts",
		.path = "/v2/uptime/checks/%s/alerts",
		.list_key = "alerts",
		.object_key = "alert",
		.id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.help = "who is told when a check fails",
	.fields = fields,
	.keys = keys,
	.files = files,
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
