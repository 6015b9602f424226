#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("tiers, their prices, and regions"), {0}};

const struct kind kind_registry_options = {
	.resource = {.name = "account/registry_options",
		.scope = "registry",
		.path = "/v2/registries/options",
		.object_key = "options",
		.catalogue = true,
		.single = true},
	.help = "tiers, their prices, and regions",
	.files = files,
};
