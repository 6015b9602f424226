#include "fs/file.h"

static const struct spec_key keys[] = {
	{"tier_slug", SPEC_TEXT, "how much may be in them, and what it costs", "basic", .path = "tier/slug",
		.among = "starter basic professional"},
	{0},
};

const struct kind kind_registry_subscription = {
	.resource = {"account/registry_subscription", "/v2/registries/subscription", .scope = "registry",

		.object_key = "subscription", .optional = true, .single = true},
	.help = "what the account pays for its registries",
	.keys = keys,
	.files = FILES(FILE_SETTINGS("what the account pays for its registries")),
	.update = "POST",
};
