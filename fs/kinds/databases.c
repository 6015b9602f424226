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

static const struct relation relations[] = {
	{"region", "regions", "where it is", .path = "region", .one = true},
	{"vpc", "vpcs", "its private network", .path = "private_network_uuid", .one = true},
	{0},
};

static const struct spec_key rule[] = {
	{"type", SPEC_TEXT, .required = true, .among = "droplet k8s ip_addr tag app"},
	{"value", SPEC_TEXT, .required = true},
	{"description", SPEC_TEXT},
	{0},
};

#define FILE(name) .fixed = "`" name "` of it is a file that can be written", .unique = true, .unshown = true
static const struct spec_key keys[] = {
	{"engine", SPEC_TEXT, "what it runs", "mysql", .required = true,
		.among = "pg mysql redis valkey mongodb kafka opensearch advanced_pg advanced_mysql",
		.fixed = "make another one, and online_migration"},
	{"version", SPEC_TEXT, "the engine's; it can only rise", "8", .action = "upgrade"},
	{"size", SPEC_TEXT, "of each node; account/database_options has all", "db-s-1vcpu-1gb", .required = true,
		.action = "resize"},
	{"num_nodes", SPEC_NUMBER, "the primary and its standbys", "1", .required = true, LIMITS(1, 15),
		.action = "resize"},
	{"storage_size_mib", SPEC_NUMBER, "MiB of storage; if not given the size's", "61440", LIMITS(1, 1 << 30),
		.action = "resize", .grows = true},
	{"region", SPEC_REF, "where it is; changing it moves it there", "sgp1", .kind = "regions", .required = true,
		.action = "migrate"},
	{"private_network_uuid", SPEC_REF, "its private network; without it the region's default one", "backend",
		.kind = "vpcs", .fixed = "make another one there"},
	{"tags", SPEC_WORDS, "labels", "tenant", .kind = "tags",
		.fixed = "the API tags a cluster only when it is made"},
	{"project_id", SPEC_REF, "its project", "shop", .kind = "projects",
		.fixed = "`ln -s` in projects/*/resources moves it"},
	{"maintenance_window/day", SPEC_TEXT, "when updates are installed: the day; on a draft, say it later", "sunday",
		.among = "monday tuesday wednesday thursday friday saturday sunday", .action = "maintenance", LATER},
	{"maintenance_window/hour", SPEC_TEXT, "and from when on, in UTC", "04:00", .action = "maintenance", LATER},
	{"rules", SPEC_ITEMS, "who may reach it, a line each", "ip_addr 192.0.2.1", .members = rule, FILE("firewall")},
	{"autoscale", SPEC_OBJECT, "how its storage grows",
		"{\"storage\": {\"enabled\": true, \"threshold_percent\": 80}}", FILE("autoscale")},
	{"do_settings/service_cnames", SPEC_WORDS, "names of yours for it", "db.example.com", FILE("do_settings")},
	{"backup_restore", SPEC_OBJECT, "made from another one's backup", "{\"database_name\": \"main\"}",
		.fixed = "make another one from it", .unique = true, .unshown = true},
	{0},
};

#define PUT(at) .method = "PUT", .path = at
static const struct action actions[] = {
	{"resize", "other nodes, or more", .params = "size num_nodes storage_size_mib", PUT("/resize")},
	{"migrate", "to another region", .params = "region@regions", PUT("/migrate")},
	{"upgrade", "to a later version of its engine", .params = "version", PUT("/upgrade")},
	{"maintenance", "when updates are installed", .params = "day hour", PUT("/maintenance")},
	{"install_update", "install what waits, now", PUT("/install_update")},
	{"stop_migration", "stop the online migration of that id", .params = "id", .method = "DELETE",
		.path = "/online-migration/{id}"},
	{0},
};

const struct kind kind_databases = {
	.resource = {"databases", "/v2/databases", .scope = "database", .list_key = "databases",
		.object_key = "database", .id_keys = {"id"}, .name_keys = {"name", "id"}},
	.urn = "dbaas",
	.help = "clusters of databases; `mkdir databases/main/dbs/tenant42` and `mkdir databases/main/users/tenant42` "
		"make a database and a user in one",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.deletable = true,
};
