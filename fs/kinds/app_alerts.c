#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"spec", "of what it warns; `alerts` in the app's spec says it"},
	{"component_name", "of which component; empty: of the app"},
	{"phase", "PENDING, CONFIGURING, ACTIVE or ERROR"},
	{"slack_webhooks", "which channel is told, by which webhook", .secret = true},
	{0},
};

static const struct spec_key slack[] = {
	{"channel", SPEC_TEXT, .required = true},
	{"url", SPEC_TEXT, .required = true},
	{0},
};

static const struct spec_key keys[] = {
	{"emails", SPEC_WORDS, "who is told; verified addresses of the team", "ops@example.com",
		.action = "destinations"},
	{"slack_webhooks", SPEC_ITEMS, "which channel is told, by which webhook; a line each",
		"\"#ops\" https://hooks.slack.com/services/T1/A1/Z1", .members = slack, .secret = true,
		.action = "destinations"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN,
	{.name = "destinations",
		.read = read_spec,
		.check = check_spec,
		.submit = submit_spec,
		.settle = settle_spec,
		.secret = true,
		.help = "who is told, as `emails = …` and `slack_webhooks = …`; writing changes it"},
	{0}};

const struct kind kind_app_alerts = {
	.resource = {"apps/alerts", "/v2/apps/%s/alerts", .list_key = "alerts", .object_key = "alert",
		.id_keys = {"id"}, .name_keys = {"spec/rule", "id"}, .unlisted = true},
	.help = "whom an app's alerts tell; `ls apps/X/alerts` shows them, `ls apps/X` does not",
	.fields = fields,
	.keys = keys,
	.actions = ACTIONS({"destinations", "who is told; the webhooks are set by slack_webhooks in spec",
		.params = "emails[] slack_webhooks[]", .path = "/destinations"}),
	.files = files,
	.given = true,
};
