#include "fs/file.h"

static const struct field fields[] = {
	{"name", "its name"},
	{"ttl", "seconds that others may keep its records for, where these do not say"},
	{"zone_file", "all of it, as a name server reads it"},
	{0},
};

static const struct spec_key keys[] = {{0}};
const struct kind kind_domains = {
	.resource = {"domains", "/v2/domains", .scope = "domain", .list_key = "domains", .object_key = "domain",
		.id_keys = {"name"}, .name_keys = {"name"}},
	.urn = "domain",
	.help = "zones of the name service; mkdir makes one",
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR),
	.named_only = true,
	.deletable = true,
};
