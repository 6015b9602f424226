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
	{"region", "regions", "where it is", .path = "region", .one = true},
	{"vpc", "vpcs", "its private network", .path = "private_network_uuid", .one = true},
	{0},
};

static const struct spec_key keys[] = {
	{"size", SPEC_TEXT, "of its node, at least that of the cluster", "db-s-1vcpu-1gb", .required = true, FIXED},
	{"region", SPEC_REF, "not given, that of the cluster", "sgp1", .kind = "regions", FIXED},
	{"storage_size_mib", SPEC_NUMBER, "MiB of storage", "61440", LIMITS(1, 1 << 30), FIXED},
	{"private_network_uuid", SPEC_REF, "its private network", "backend", .kind = "vpcs", FIXED},
	{"tags", SPEC_WORDS, "labels", "tenant", .kind = "tags", FIXED},
	{"do_settings/service_cnames", SPEC_WORDS, "names of yours for it", "replica.example.com", FIXED},
	{0},
};

const struct kind kind_databases_replicas = {
	.resource = {"databases/replicas", "/v2/databases/%s/replicas", .list_key = "replicas", .object_key = "replica",
		.id_keys = {"name"}, .name_keys = {"name"}},
	.help = "copies of a cluster that can be read only, and become clusters of their own",
	.only = {"engine", "pg mysql advanced_pg advanced_mysql"},
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = ACTIONS({"promote", "make it a cluster of its own; it is in databases/ then", .method = "PUT",
		.path = "/promote"}),
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.deletable = true,
};
