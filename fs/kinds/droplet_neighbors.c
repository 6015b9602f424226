#include "fs/file.h"

const struct kind kind_droplet_neighbors = {
	.resource = {"droplets/neighbors", "/v2/droplets/%s/neighbors", .single = true, .unlisted = true},
	.help = "droplets of yours on the same machine of DigitalOcean's; `ls` does not show it, `cat "
		"droplets/X/neighbors` reads it",
	.files = FILES(FILE_ANSWER("droplets of yours on the same machine of DigitalOcean's")),
};
