#include "fs/file.h"

static const struct field fields[] = {
	{"credentials/basic_auth_password", "the password", .secret = true},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("credentials/basic_auth_username"), .type = SPEC_TEXT, .help = "the name",
		.example = "metrics"},
	{KEY("credentials/basic_auth_password"), .type = SPEC_TEXT, .secret = true,
		.help = "the password", .example = "…"},
	{0},
};

static const struct file files[] = {FILE_SETTINGS("who may read the metrics of all clusters"), {0}};

const struct kind kind_database_metrics = {
	.resource = {.name = "account/database_metrics",
		.scope = "database",
		.path = "/v2/databases/metrics/credentials",
		.single = true},
	.help = "who may read the metrics of all clusters",
	.fields = fields,
	.keys = keys,
	.files = files,
	.update = "PUT",
};
