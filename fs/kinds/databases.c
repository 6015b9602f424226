#include "database.h"
#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"status", "creating, online, resizing, migrating or forking"},
	{"semantic_version", "the engine's whole version"},
	{"num_nodes", "the primary and its standbys"},
	{"storage_size_mib", "MiB of storage"},
	{"connection", "how it is reached; also private_connection and standby_…"},
	{"users", "its users, as directories", .secret = true},
	DATABASE_CONNECTION("connection"),
	DATABASE_CONNECTION("private_connection"),
	DATABASE_CONNECTION("standby_connection"),
	DATABASE_CONNECTION("standby_private_connection"),
	DATABASE_CONNECTION("ui_connection"),
	DATABASE_CONNECTION("schema_registry_connection"),
	{0},
};

#define ONE(words, others, at, text)                                                         \
	{                                                                                    \
		.name = (words), .kind = (others), .path = (at), .one = true, .help = (text) \
	}
static const struct relation relations[] = {
	ONE("region", "regions", "region", "where it is"),
	ONE("vpc", "vpcs", "private_network_uuid", "its private network"),
	{0},
};

static const struct spec_key rule[] = {
	{.name = "type",
		.type = SPEC_TEXT,
		.among = "droplet k8s ip_addr tag app",
		.required = true},
	{.name = "value", .type = SPEC_TEXT, .required = true},
	{.name = "description", .type = SPEC_TEXT},
	{0},
};

#define FILE(name) .fixed = "`" name "` of it is a file that can be written", .unique = true
#define TEXT .type = SPEC_TEXT
#define NUMBER(low, high) .type = SPEC_NUMBER, .least = (low), .most = (high), .action = "resize"
#define REF(others) .type = SPEC_REF, .kind = (others), .by = "id"
static const struct spec_key keys[] = {
	{KEY("engine"), TEXT, .required = true, .fixed = "make another one, and online_migration",
		.among =
			"pg mysql redis valkey mongodb kafka opensearch advanced_pg advanced_mysql",
		.help = "what it runs", .example = "mysql"},
	{KEY("version"), TEXT, .action = "upgrade", .help = "the engine's; it can only rise",
		.example = "8"},
	{KEY("size"), TEXT, .required = true, .action = "resize",
		.help = "of each node; account/database_options has all",
		.example = "db-s-1vcpu-1gb"},
	{KEY("num_nodes"), NUMBER(1, 15), .required = true, .help = "the primary and its standbys",
		.example = "1"},
	{KEY("storage_size_mib"), NUMBER(1, 1 << 30),
		.help = "MiB of storage; if not given the size's", .example = "61440"},
	{KEY("region"), .type = SPEC_REF, .kind = "regions", .required = true, .action = "migrate",
		.help = "where it is; changing it moves it there", .example = "sgp1"},
	{KEY("private_network_uuid"), REF("vpcs"), .fixed = "make another one there",
		.help = "its private network; without it the region's default one",
		.example = "backend"},
	{KEY("tags"), .type = SPEC_WORDS, .kind = "tags",
		.fixed = "the API tags a cluster only when it is made", .help = "labels",
		.example = "tenant"},
	{KEY("project_id"), REF("projects"), .fixed = "`ln -s` in projects/*/resources moves it",
		.help = "its project", .example = "shop"},
	{KEY("maintenance_window/day"), TEXT, .action = "maintenance",
		.among = "monday tuesday wednesday thursday friday saturday sunday",
		.help = "when updates are installed: the day", .example = "sunday"},
	{KEY("maintenance_window/hour"), TEXT, .action = "maintenance",
		.help = "and from when on, in UTC", .example = "04:00"},
	{.name = "rules",
		.type = SPEC_ITEMS,
		.members = rule,
		FILE("firewall"),
		.help = "who may reach it, a line each",
		.example = "ip_addr 192.0.2.1"},
	{.name = "autoscale",
		.type = SPEC_OBJECT,
		FILE("autoscale"),
		.help = "how its storage grows",
		.example = "{\"storage\": {\"enabled\": true, \"threshold_percent\": 80}}"},
	{.name = "do_settings/service_cnames",
		.type = SPEC_WORDS,
		FILE("do_settings"),
		.help = "names of yours for it",
		.example = "db.example.com"},
	{.name = "backup_restore",
		.type = SPEC_OBJECT,
		.fixed = "make another one from it",
		.unique = true,
		.help = "made from another one's backup",
		.example = "{\"database_name\": \"main\"}"},
	{0},
};

#define ACTION(word, how, at, what, words)                                                       \
	{                                                                                        \
		.name = (word), .method = (how), .path = (at), .params = (what), .help = (words) \
	}
static const struct action actions[] = {
	ACTION("resize", "PUT", "/resize", "size num_nodes storage_size_mib",
		"other nodes, or more"),
	ACTION("migrate", "PUT", "/migrate", "region@regions", "to another region"),
	ACTION("upgrade", "PUT", "/upgrade", "version", "to a later version of its engine"),
	ACTION("maintenance", "PUT", "/maintenance", "day hour", "when updates are installed"),
	ACTION("install_update", "PUT", "/install_update", NULL, "install what waits, now"),
	ACTION("stop_migration", "DELETE", "/online-migration/{id}", "id",
		"stop the online migration of that id"),
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_databases = {
	.resource = {.name = "databases",
		.scope = "database",
		.path = "/v2/databases",
		.list_key = "databases",
		.object_key = "database",
		.id_keys = {"id"},
		.name_keys = {"name", "id"}},
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
