#include "fs/file.h"

static const struct field fields[] = {
	{"status", "open, close, none or unknown"},
	{"health", "green, yellow, red or unknown"},
	{"size", "bytes"},
	{0},
};

const struct kind kind_databases_indexes = {
	.resource = {"databases/indexes", "/v2/databases/%s/indexes", .list_key = "indexes", .id_keys = {"index_name"},
		.name_keys = {"index_name"}},
	.help = "indexes of an OpenSearch cluster; rmdir destroys one",
	.only = {"engine", "opensearch"},
	.fields = fields,
	.files = FILES(FILE_JSON, FILE_ERROR),
	.deletable = true,
};
