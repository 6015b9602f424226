#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("its backups"), {0}};

const struct kind kind_droplet_backups = {
	.resource = {.name = "droplets/backups",
		.path = "/v2/droplets/%s/backups?per_page=200",
		.single = true,
		.unlisted = true},
	.help = "its backups; `ls` does not show it, `cat droplets/X/backups` reads it",
	.files = files,
};
