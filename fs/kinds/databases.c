#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"status", "creating, online, resizing, migrating or forking"},
	{"engine", "pg, mysql, valkey, mongodb, kafka, opensearch …"},
	{"semantic_version", "the engine's whole version"},
	{"version_end_of_life", "when that is no longer supported"},
	{"num_nodes", "the primary and its standbys"},
	{"storage_size_mib", "MiB of storage"},
	{"maintenance_window", "when updates are installed, and which are to come"},
	{"connection", "how it is reached: host, port, user, password, uri; also "
		       "private_connection and standby_…"},
	{"users", "its users; users/ has them as directories", .secret = true},
#define CONNECTION(name)                                                  \
	{name "/uri", "for a client, with the password", .secret = true}, \
	{                                                                 \
		name "/password", "of its user", .secret = true           \
	}
	CONNECTION("connection"),
	CONNECTION("private_connection"),
	CONNECTION("standby_connection"),
	CONNECTION("standby_private_connection"),
	CONNECTION("ui_connection"),
	CONNECTION("schema_registry_connection"),
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

#define SIZE .action = "resize"
static const struct spec_key keys[] = {
	{KEY("engine"), .type = SPEC_TEXT, .required = true,
		.among =
			"pg mysql redis valkey mongodb kafka opensearch advanced_pg advanced_mysql",
		.fixed = "make another cluster, and move to it by its online_migration",
		.help = "what it runs", .example = "mysql"},
	{KEY("version"), .type = SPEC_TEXT, .action = "upgrade",
		.help = "the engine's major version; only upwards", .example = "8"},
	{KEY("size"), .type = SPEC_TEXT, .required = true, SIZE,
		.help = "of each node; account/database_options has all",
		.example = "db-s-1vcpu-1gb"},
	{KEY("num_nodes"), .type = SPEC_NUMBER, .required = true, .least = 1, .most = 15, SIZE,
		.help = "the primary and its standbys", .example = "1"},
	{KEY("storage_size_mib"), .type = SPEC_NUMBER, .least = 1, .most = 1 << 30, SIZE,
		.help = "MiB of storage; what comes with the size when not given",
		.example = "61440"},
	{KEY("region"), .type = SPEC_REF, .kind = "regions", .required = true, .action = "migrate",
		.help = "where it is; changing it moves it there", .example = "sgp1"},
	{KEY("private_network_uuid"), .type = SPEC_REF, .kind = "vpcs", .by = "id",
		.fixed = "make another cluster there",
		.help = "its private network; without it the region's default one",
		.example = "backend"},
	{KEY("tags"), .type = SPEC_WORDS, .kind = "tags", .change = tags_change, .help = "labels",
		.example = "tenant"},
	{KEY("project_id"), .type = SPEC_REF, .kind = "projects", .by = "id",
		.fixed = "`ln -s` in projects/*/resources moves it", .help = "its project",
		.example = "shop"},
	{KEY("maintenance_window/day"), .type = SPEC_TEXT,
		.among = "monday tuesday wednesday thursday friday saturday sunday",
		.action = "maintenance", .help = "when updates are installed: the day",
		.example = "sunday"},
	{KEY("maintenance_window/hour"), .type = SPEC_TEXT, .action = "maintenance",
		.help = "and from when on, in UTC", .example = "04:00"},
	{.name = "backup_restore",
		.type = SPEC_OBJECT,
		.fixed = "make another cluster from it",
		.unique = true,
		.help = "made from a backup of another one",
		.example = "{\"database_name\": \"main\", \"backup_created_at\": "
			   "\"2026-01-31T19:25:22Z\"}"},
	{0},
};

static const struct action actions[] = {
	{.name = "resize",
		.method = "PUT",
		.path = "/resize",
		.params = "size num_nodes storage_size_mib",
		.help = "other nodes, or more of them"},
	{.name = "migrate",
		.method = "PUT",
		.path = "/migrate",
		.params = "region@regions",
		.help = "to another region"},
	{.name = "upgrade",
		.method = "PUT",
		.path = "/upgrade",
		.params = "version",
		.help = "to a later version of its engine"},
	{.name = "maintenance",
		.method = "PUT",
		.path = "/maintenance",
		.params = "day hour",
		.help = "when updates are installed"},
	{.name = "install_update",
		.method = "PUT",
		.path = "/install_update",
		.help = "install the updates that wait, now"},
	{.name = "stop_migration",
		.method = "DELETE",
		.path = "/online-migration/{id}",
		.params = "id",
		.help = "stop the online migration of that id"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_databases = {
	.resource = {.name = "databases",
		.path = "/v2/databases",
		.list_key = "databases",
		.object_key = "database",
		.id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.tagged = "database",
	.urn = "dbaas",
	.help = "clusters of databases; `mkdir databases/main/dbs/tenant42` and `mkdir "
		"databases/main/users/tenant42` make a database and a user in one",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.aliases = {"id", "name"},
	.deletable = true,
};
