#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("what would be left behind, and its cost, if it were destroyed"), {0}};

const struct kind kind_droplet_associated = {
	.resource = {.name = "droplets/associated",
		.path = "/v2/droplets/%s/destroy_with_associated_resources",
		.single = true,
		.unlisted = true},
	.help = "what would be left behind, and its cost, if it were destroyed; `ls` does not show "
		"it, `cat droplets/X/associated` reads it",
	.files = files,
};
