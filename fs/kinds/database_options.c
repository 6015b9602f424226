#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("engines, their versions, sizes and regions"), {0}};

const struct kind kind_database_options = {
	.resource = {.name = "account/database_options",
		.scope = "database",
		.path = "/v2/databases/options",
		.object_key = "options",
		.catalogue = true,
		.single = true},
	.help = "engines, their versions, sizes and regions",
	.files = files,
};
