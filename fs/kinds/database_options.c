#include "fs/file.h"

const struct kind kind_database_options = {
	.resource = {"account/database_options", "/v2/databases/options", .scope = "database", .object_key = "options",
		.catalogue = true, .single = true},
	.help = "engines, their versions, sizes and regions",
	.files = FILES(FILE_ANSWER("engines, their versions, sizes and regions")),
};
