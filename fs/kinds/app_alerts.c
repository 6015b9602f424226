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
	{.name = "channel", .type = SPEC_TEXT, .required = true},
	{.name = "url", .type = SPEC_TEXT, .required = true},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("emails"), .type = SPEC_WORDS, .action = "destinations",
		.help = "who is told; verified addresses of the team",
		.example = "ops@example.com"},
	{KEY("slack_webhooks"), .type = SPEC_ITEMS, .members = slack, .secret = true,
		.action = "destinations",
		.help = "which channel is told, by which webhook; a line each",
		.example = "\"#ops\" https://hooks.slack.com/services/T1/A1/Z1"},
	{0},
};

static const struct action actions[] = {
	{.name = "destinations",
		.path = "/destinations",
		.params = "emails[] slack_webhooks[]",
		.help = "who is told; the webhooks are set by slack_webhooks in spec"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN,
	{.name = "destinations",
		.read = read_spec,
		.check = check_spec,
		.submit = submit_spec,
		.settle = settle_spec,
		.secret = true,
		.help = "who is told, as `emails = …` and `slack_webhooks = …`; writing changes "
			"it"},
	{0}};

const struct kind kind_app_alerts = {
	.resource = {.name = "apps/alerts",
		.path = "/v2/apps/%s/alerts",
		.list_key = "alerts",
		.object_key = "alert",
		.id_keys = {"id"},
		.name_keys = {"spec/rule", "id"},
		.unlisted = true},
	.help = "whom an app's alerts tell; `ls apps/X/alerts` shows them, `ls apps/X` does not",
	.fields = fields,
	.keys = keys,
	.actions = actions,
	.files = files,
	.given = true,
};
