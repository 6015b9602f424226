#include "fs/file.h"

static const struct field fields[] = {
	{"created_at", "when it was made"},
	{"storage_usage_bytes", "bytes in it"},
	{"storage_usage_bytes_updated_at", "as of when"},
	{0},
};

static const struct relation relations[] = {
	{.name = "region", .kind = "regions", .path = "region", .one = true, .help = "where it is"},
	{.name = "kubernetes",
		.kind = "kubernetes",
		.back = "registries",
		.help = "the clusters that may pull from it"},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("region"), .type = SPEC_TEXT, .among = "nyc3 sfo3 sfo2 ams3 sgp1 fra1 blr1 syd1",
		.fixed = "make another one there", .help = "where it is", .example = "sgp1"},
	{.name = "subscription_tier_slug",
		.type = SPEC_TEXT,
		.among = "starter basic professional",
		.fixed = "`account/registry_subscription` is a file that can be written",
		.unique = true,
		.help = "what the account pays for, with its first one",
		.example = "basic"},
	{0},
};

static const struct action actions[] = {
	{.name = "collect_garbage",
		.path = "/garbage-collection",
		.help = "free what no tag leads to; nothing can be pushed meanwhile"},
	{.name = "collect",
		.path = "/v2/registry/{registry_name}/garbage-collection",
		.params = "registry_name@self type",
		.help = "of that type only: \"untagged manifests only\", \"unreferenced blobs "
			"only\" "
			"or \"untagged manifests and unreferenced blobs\""},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_registries = {
	.resource = {.name = "registries",
		.scope = "registry",
		.path = "/v2/registries",
		.list_key = "registries",
		.object_key = "registry",
		.id_keys = {"name"},
		.name_keys = {"name"}},
	.help = "registries of images of containers: `docker --config …` with its "
		"docker_credentials pushes",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.aliases = {"name"},
	.deletable = true,
};
