#include "fs/file.h"

static const struct spec_key keys[] = {
	{.name = "tier_slug",
		.path = "tier/slug",
		.type = SPEC_TEXT,
		.among = "starter basic professional",
		.help = "how much may be in them, and what it costs",
		.example = "basic"},
	{0},
};

static const struct file files[] = {FILE_SETTINGS("what the account pays for its registries"), {0}};

const struct kind kind_registry_subscription = {
	.resource = {.name = "account/registry_subscription",
		.scope = "registry",
		.path = "/v2/registries/subscription",
		.object_key = "subscription",
		.optional = true,
		.single = true},
	.help = "what the account pays for its registries",
	.keys = keys,
	.files = files,
	.update = "POST",
};
