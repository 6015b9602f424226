#include "fs/file.h"

const struct kind kind_databases_backups = {
	.resource = {"databases/backups", "/v2/databases/%s/backups", .single = true},
	.help = "its backups, and when the next is made",
	.files = FILES(FILE_ANSWER("its backups, and when the next is made")),
};
