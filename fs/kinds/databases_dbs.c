#include "fs/file.h"

static const struct field fields[] = {{"name", "its name"}, {0}};
static const struct spec_key keys[] = {{0}};
const struct kind kind_databases_dbs = {
	.resource = {"databases/dbs", "/v2/databases/%s/dbs", .list_key = "dbs", .object_key = "db",
		.id_keys = {"name"}, .name_keys = {"name"}, .within = "db_names"},
	.help = "the databases in a cluster; mkdir makes one, rmdir destroys it and all that is in it",
	.only = {"engine", "pg mysql mongodb advanced_pg advanced_mysql"},
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR),
	.named_only = true,
	.deletable = true,
};
