#include "fs/file.h"

const struct kind kind_droplet_backup_policy = {
	.resource = {"droplets/backup_policy", "/v2/droplets/%s/backups/policy", .object_key = "policy", .single = true,
		.unlisted = true},
	.help = "when it is backed up, and how long backups stay; `ls` does not show it, `cat "
		"droplets/X/backup_policy` reads it",
	.files = FILES(FILE_ANSWER("when it is backed up, and how long backups stay")),
};
