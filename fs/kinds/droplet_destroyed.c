#include "fs/file.h"

const struct kind kind_droplet_destroyed = {
	.resource = {"droplets/destroyed", "/v2/droplets/%s/destroy_with_associated_resources/status",

		.single = true, .unlisted = true},
	.help = "how far `destroy_with` is; `ls` does not show it, `cat droplets/X/destroyed` reads it",
	.files = FILES(FILE_ANSWER("how far `destroy_with` is")),
};
