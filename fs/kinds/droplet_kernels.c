#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("the kernels that `change_kernel` takes, for old images"), {0}};

const struct kind kind_droplet_kernels = {
	.resource = {.name = "droplets/kernels",
		.path = "/v2/droplets/%s/kernels?per_page=200",
		.single = true,
		.unlisted = true},
	.help = "the kernels that `change_kernel` takes, for old images; `ls` does not show it, "
		"`cat droplets/X/kernels` reads it",
	.files = files,
};
