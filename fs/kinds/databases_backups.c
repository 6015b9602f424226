#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("its backups, and when the next is made"), {0}};

const struct kind kind_databases_backups = {
	.resource = {.name = "databases/backups",
		.path = "/v2/databases/%s/backups",
		.single = true},
	.help = "its backups, and when the next is made",
	.files = files,
};
