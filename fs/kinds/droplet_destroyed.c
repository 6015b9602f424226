#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("how far `destroy_with` is"), {0}};

const struct kind kind_droplet_destroyed = {
	.resource = {.name = "droplets/destroyed",
		.path = "/v2/droplets/%s/destroy_with_associated_resources/status",
		.single = true,
		.unlisted = true},
	.help = "how far `destroy_with` is; `ls` does not show it, `cat droplets/X/destroyed` "
		"reads it",
	.files = files,
};
