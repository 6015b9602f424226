#include "fs/file.h"

const struct kind kind_registry_options = {
	.resource = {"account/registry_options", "/v2/registries/options", .scope = "registry", .object_key = "options",
		.catalogue = true, .single = true},
	.help = "tiers, their prices, and regions",
	.files = FILES(FILE_ANSWER("tiers, their prices, and regions")),
};
