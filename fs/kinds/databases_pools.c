#include "database.h"
#include "fs/file.h"

static const struct field fields[] = {
	{"connection", "how a client reaches it"},
	DATABASE_CONNECTION("connection"),
	DATABASE_CONNECTION("private_connection"),
	DATABASE_CONNECTION("standby_connection"),
	DATABASE_CONNECTION("standby_private_connection"),
	{0},
};

static const struct spec_key keys[] = {
	{KEY("mode"), .type = SPEC_TEXT, .required = true, .among = "session transaction statement",
		.help = "how long a client keeps a connection", .example = "transaction"},
	{KEY("size"), .type = SPEC_NUMBER, .required = true, .least = 1, .most = 10000,
		.help = "so many connections to the database", .example = "10"},
	{KEY("db"), .type = SPEC_TEXT, .required = true, .help = "to which one",
		.example = "tenant42"},
	{KEY("user"), .type = SPEC_TEXT, .help = "as whom; not given, as who asks",
		.example = "tenant42"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_databases_pools = {
	.resource = {.name = "databases/pools",
		.path = "/v2/databases/%s/pools",
		.list_key = "pools",
		.object_key = "pool",
		.id_keys = {"name"},
		.name_keys = {"name"}},
	.help = "connections to a database that clients share; of PostgreSQL",
	.only = {"engine", "pg advanced_pg"},
	.fields = fields,
	.keys = keys,
	.files = files,
	.update = "PUT",
	.deletable = true,
};
