#include "fs/file.h"

static const struct field fields[] = {
	{"credentials/basic_auth_password", "the password", .secret = true},
	{0},
};

static const struct spec_key keys[] = {
	{"credentials/basic_auth_username", SPEC_TEXT, "the name", "metrics"},
	{"credentials/basic_auth_password", SPEC_TEXT, "the password", "…", .secret = true},
	{0},
};

const struct kind kind_database_metrics = {
	.resource = {"account/database_metrics", "/v2/databases/metrics/credentials", .scope = "database",

		.single = true},
	.help = "who may read the metrics of all clusters",
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_SETTINGS("who may read the metrics of all clusters")),
	.update = "PUT",
};
