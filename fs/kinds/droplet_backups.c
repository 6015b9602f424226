#include "fs/file.h"

const struct kind kind_droplet_backups = {
	.resource = {"droplets/backups", "/v2/droplets/%s/backups?per_page=200", .single = true, .unlisted = true},
	.help = "its backups; `ls` does not show it, `cat droplets/X/backups` reads it",
	.files = FILES(FILE_ANSWER("its backups")),
};
