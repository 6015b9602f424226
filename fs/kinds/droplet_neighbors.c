#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("droplets of yours on the same machine of DigitalOcean's"), {0}};

const struct kind kind_droplet_neighbors = {
	.resource = {.name = "droplets/neighbors",
		.path = "/v2/droplets/%s/neighbors",
		.single = true,
		.unlisted = true},
	.help = "droplets of yours on the same machine of DigitalOcean's; `ls` does not show it, "
		"`cat droplets/X/neighbors` reads it",
	.files = files,
};
