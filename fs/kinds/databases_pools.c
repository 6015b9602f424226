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
	{"mode", SPEC_TEXT, "how long a client keeps a connection", "transaction", .required = true,
		.among = "session transaction statement"},
	{"size", SPEC_NUMBER, "so many connections to the database", "10", .required = true, LIMITS(1, 10000)},
	{"db", SPEC_TEXT, "to which one", "tenant42", .required = true},
	{"user", SPEC_TEXT, "as whom; not given, as who asks", "tenant42"},
	{0},
};

const struct kind kind_databases_pools = {
	.resource = {"databases/pools", "/v2/databases/%s/pools", .list_key = "pools", .object_key = "pool",
		.id_keys = {"name"}, .name_keys = {"name"}},
	.help = "connections to a database that clients share; of PostgreSQL",
	.only = {"engine", "pg advanced_pg"},
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PUT",
	.deletable = true,
};
