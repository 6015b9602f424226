#include "fs/file.h"

const struct kind kind_droplet_associated = {
	.resource = {"droplets/associated", "/v2/droplets/%s/destroy_with_associated_resources", .single = true,
		.unlisted = true},
	.help = "what would be left behind, and its cost, if it were destroyed; `ls` does not show it, `cat "
		"droplets/X/associated` reads it",
	.files = FILES(FILE_ANSWER("what would be left behind, and its cost, if it were destroyed")),
};
