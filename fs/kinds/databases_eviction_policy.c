#include "fs/file.h"

static const struct spec_key keys[] = {
	{KEY("eviction_policy"), .type = SPEC_TEXT,
		.among = "noeviction allkeys_lru allkeys_random volatile_lru volatile_random "
			 "volatile_ttl",
		.help = "what goes when its memory is full", .example = "allkeys_lru"},
	{0},
};

static const struct file files[] = {FILE_SETTINGS("what goes when its memory is full"), {0}};

const struct kind kind_databases_eviction_policy = {
	.resource = {.name = "databases/eviction_policy",
		.path = "/v2/databases/%s/eviction_policy",
		.single = true},
	.help = "what goes when its memory is full",
	.only = {"engine", "redis valkey"},
	.keys = keys,
	.files = files,
	.update = "PUT",
};
