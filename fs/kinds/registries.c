#include "fs/file.h"

static const struct field fields[] = {
	{"created_at", "when it was made"},
	{"storage_usage_bytes", "bytes in it"},
	{"storage_usage_bytes_updated_at", "as of when"},
	{0},
};

static const struct relation relations[] = {
	{"region", "regions", "where it is", .path = "region", .one = true},
	{"kubernetes", "kubernetes", "the clusters that may pull from it", .back = "registries"},
	{0},
};

static const struct spec_key keys[] = {
	{"region", SPEC_TEXT, "where it is", "sgp1", .among = "nyc3 sfo3 sfo2 ams3 sgp1 fra1 blr1 syd1",
		.fixed = "make another one there"},
	{"subscription_tier_slug", SPEC_TEXT, "what the account pays for, with its first one", "basic",
		.among = "starter basic professional",
		.fixed = "`account/registry_subscription` is a file that can be written", .unique = true,
		.unshown = true},
	{0},
};

static const struct action actions[] = {
	{"collect_garbage", "free what no tag leads to; nothing can be pushed meanwhile",
		.path = "/garbage-collection"},
	{"collect",
		"of that type only: \"untagged manifests only\", \"unreferenced blobs only\" or \"untagged manifests "
		"and unreferenced blobs\"",
		.params = "registry_name@self type", .path = "/v2/registry/{registry_name}/garbage-collection"},
	{0},
};

const struct kind kind_registries = {
	.resource = {"registries", "/v2/registries", .scope = "registry", .list_key = "registries",
		.object_key = "registry", .id_keys = {"name"}, .name_keys = {"name"}},
	.help = "registries of images of containers: `docker --config …` with its docker_credentials pushes",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.deletable = true,
};
