#include "fs/file.h"

const struct kind kind_account_neighbors = {
	.resource = {"account/droplet_neighbors_ids", "/v2/reports/droplet_neighbors_ids", .scope = "droplet",

		.single = true},
	.help = "which droplets share a machine",
	.files = FILES(FILE_ANSWER("which droplets share a machine, by their ids")),
};
