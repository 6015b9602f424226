#include "fs/file.h"

static const struct spec_key keys[] = {
	{KEY("sql_mode"), .type = SPEC_TEXT, .help = "modes of MySQL, commas between them",
		.example = "ANSI,TRADITIONAL"},
	{0},
};

static const struct file files[] = {FILE_SETTINGS("how strict its SQL is"), {0}};

const struct kind kind_databases_sql_mode = {
	.resource = {.name = "databases/sql_mode",
		.path = "/v2/databases/%s/sql_mode",
		.single = true},
	.help = "how strict its SQL is",
	.only = {"engine", "mysql advanced_mysql"},
	.keys = keys,
	.files = files,
	.update = "PUT",
};
