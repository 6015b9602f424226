#include "fs/file.h"

const struct kind kind_droplet_kernels = {
	.resource = {"droplets/kernels", "/v2/droplets/%s/kernels?per_page=200", .single = true, .unlisted = true},
	.help = "the kernels that `change_kernel` takes, for old images; `ls` does not show it, `cat "
		"droplets/X/kernels` reads it",
	.files = FILES(FILE_ANSWER("the kernels that `change_kernel` takes, for old images")),
};
