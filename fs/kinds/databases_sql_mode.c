#include "fs/file.h"

static const struct spec_key keys[] = {
	{"sql_mode", SPEC_TEXT, "modes of MySQL, commas between them", "ANSI,TRADITIONAL", .clears = true},
	{0},
};

const struct kind kind_databases_sql_mode = {
	.resource = {"databases/sql_mode", "/v2/databases/%s/sql_mode", .single = true},
	.help = "how strict its SQL is",
	.only = {"engine", "mysql advanced_mysql"},
	.keys = keys,
	.files = FILES(FILE_SETTINGS("how strict its SQL is")),
	.update = "PUT",
};
