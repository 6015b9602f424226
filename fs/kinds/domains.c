#include "fs/file.h"

static const struct field fields[] = {
	{"name", "its name"},
	{"ttl", "seconds that others may keep its records for, where these do not say"},
	{"zone_file", "all of it, as a name server reads it"},
	{0},
};

static const struct spec_key keys[] = {{0}};
static const struct file files[] = {FILE_JSON, FILE_ERROR, {0}};

const struct kind kind_domains = {
	.resource = {.name = "domains",
		.scope = "domain",
		.path = "/v2/domains",
		.list_key = "domains",
		.object_key = "domain",
		.id_keys = {"name"},
		.name_keys = {"name"}},
	.urn = "domain",
	.help = "zones of the name service; mkdir makes one",
	.fields = fields,
	.keys = keys,
	.files = files,
	.named_only = true,
	.deletable = true,
};
