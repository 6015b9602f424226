#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("which droplets share a machine, by their ids"), {0}};

const struct kind kind_account_neighbors = {
	.resource = {.name = "account/droplet_neighbors_ids",
		.scope = "droplet",
		.path = "/v2/reports/droplet_neighbors_ids",

		.single = true},
	.help = "which droplets share a machine",
	.files = files,
};
