#include "database.h"
#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"status", "creating, online, resizing, migrating or forking"},
	{"connection", "how a client reaches it"},
	DATABASE_CONNECTION("connection"),
	DATABASE_CONNECTION("private_connection"),
	{0},
};

static const struct relation relations[] = {
	{.name = "region", .kind = "regions", .path = "region", .one = true, .help = "where it is"},
	{.name = "vpc",
		.kind = "vpcs",
		.path = "private_network_uuid",
		.one = true,
		.help = "its private network"},
	{0},
};

#define FIXED .fixed = "make another one"

static const struct spec_key keys[] = {
	{KEY("size"), .type = SPEC_TEXT, FIXED, .help = "not given, that of the cluster",
		.example = "db-s-1vcpu-1gb"},
	{KEY("region"), .type = SPEC_REF, .kind = "regions", FIXED,
		.help = "not given, that of the cluster", .example = "sgp1"},
	{KEY("storage_size_mib"), .type = SPEC_NUMBER, .least = 1, .most = 1 << 30, FIXED,
		.help = "MiB of storage", .example = "61440"},
	{KEY("private_network_uuid"), .type = SPEC_REF, .kind = "vpcs", .by = "id", FIXED,
		.help = "its private network", .example = "backend"},
	{KEY("tags"), .type = SPEC_WORDS, .kind = "tags", FIXED, .help = "labels",
		.example = "tenant"},
	{KEY("do_settings/service_cnames"), .type = SPEC_WORDS, FIXED,
		.help = "names of yours for it", .example = "replica.example.com"},
	{0},
};

static const struct action actions[] = {
	{.name = "promote",
		.method = "PUT",
		.path = "/promote",
		.help = "make it a cluster of its own; it is in databases/ then"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_databases_replicas = {
	.resource = {.name = "databases/replicas",
		.path = "/v2/databases/%s/replicas",
		.list_key = "replicas",
		.object_key = "replica",
		.id_keys = {"name"},
		.name_keys = {"name"}},
	.help = "copies of a cluster that can be read only, and become clusters of their own",
	.only = {"engine", "pg mysql advanced_pg advanced_mysql"},
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.deletable = true,
};
