#include "fs/file.h"

static const struct field fields[] = {
	{"name", "its name"},
	{"role", "primary or normal"},
	{"password", "what it logs in with", .secret = true},
	{"access_cert", "of Kafka: its certificate, as PEM"},
	{"access_key", "of Kafka: the key to it, as PEM", .secret = true},
	{"settings", "what it may do"},
	{0},
};

static const struct spec_key acl[] = {
	{.name = "topic", .type = SPEC_TEXT, .required = true},
	{.name = "permission",
		.type = SPEC_TEXT,
		.required = true,
		.among = "admin consume produce produceconsume"},
	{.name = "id", .type = SPEC_TEXT},
	{0},
};
static const struct spec_key index_acl[] = {
	{.name = "index", .type = SPEC_TEXT, .required = true},
	{.name = "permission",
		.type = SPEC_TEXT,
		.required = true,
		.among = "deny admin read readwrite write"},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("mysql_settings/auth_plugin"), .type = SPEC_TEXT,
		.among = "mysql_native_password caching_sha2_password", .action = "reset_auth",
		.help = "of MySQL: how it proves itself; a change gives it another password",
		.example = "caching_sha2_password"},
	{KEY("settings/pg_allow_replication"), .type = SPEC_BOOL,
		.help = "of PostgreSQL: may replicate", .example = "true"},
	{KEY("settings/acl"), .type = SPEC_ITEMS, .members = acl,
		.help = "of Kafka: what it may do with topics, a line each",
		.example = "orders.* produceconsume"},
	{KEY("settings/opensearch_acl"), .type = SPEC_ITEMS, .members = index_acl,
		.help = "of OpenSearch: what it may do with indexes",
		.example = "logs-.* readwrite"},
	{KEY("settings/mongo_user_settings/databases"), .type = SPEC_WORDS,
		.help = "of MongoDB: the databases that it may use", .example = "tenant42"},
	{KEY("settings/mongo_user_settings/role"), .type = SPEC_TEXT,
		.among = "readOnly readWrite dbAdmin", .help = "and as what",
		.example = "readWrite"},
	{0},
};

static const struct action actions[] = {
	{.name = "reset_auth",
		.path = "/reset_auth",
		.params = "mysql_settings/auth_plugin",
		.help = "another password"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_databases_users = {
	.resource = {.name = "databases/users",
		.path = "/v2/databases/%s/users",
		.list_key = "users",
		.object_key = "user",
		.id_keys = {"name"},
		.name_keys = {"name"},
		.within = "users"},
	.help = "who may log in to a cluster; mkdir makes one, its password is in `password`",
	.fields = fields,
	.keys = keys,
	.actions = actions,
	.files = files,
	.update = "PUT",
	.named_only = true,
	.deletable = true,
};
