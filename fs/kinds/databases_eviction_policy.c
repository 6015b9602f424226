#include "fs/file.h"

static const struct spec_key keys[] = {
	{"eviction_policy", SPEC_TEXT, "what goes when its memory is full", "allkeys_lru",
		.among = "noeviction allkeys_lru allkeys_random volatile_lru volatile_random "
			 "volatile_ttl"},
	{0},
};

const struct kind kind_databases_eviction_policy = {
	.resource = {"databases/eviction_policy", "/v2/databases/%s/eviction_policy", .single = true},
	.help = "what goes when its memory is full",
	.only = {"engine", "redis valkey"},
	.keys = keys,
	.files = FILES(FILE_SETTINGS("what goes when its memory is full")),
	.update = "PUT",
};
