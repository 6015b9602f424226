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
	{"topic", SPEC_TEXT, .required = true},
	{"permission", SPEC_TEXT, .required = true, .among = "admin consume produce produceconsume"},
	{"id", SPEC_TEXT},
	{0},
};
static const struct spec_key index_acl[] = {
	{"index", SPEC_TEXT, .required = true},
	{"permission", SPEC_TEXT, .required = true, .among = "deny admin read readwrite write"},
	{0},
};

static const struct spec_key keys[] = {
	{"mysql_settings/auth_plugin", SPEC_TEXT, "of MySQL: how it proves itself; a change gives it another password",
		"caching_sha2_password", .among = "mysql_native_password caching_sha2_password",
		.action = "reset_auth"},
	{"readonly", SPEC_BOOL, "of MongoDB, which will drop it: may read only", "true", FIXED, .unshown = true},
	{"settings/pg_allow_replication", SPEC_BOOL, "of PostgreSQL: may replicate", "true"},
	{"settings/acl", SPEC_ITEMS, "of Kafka: what it may do with topics, a line each", "orders.* produceconsume",
		.members = acl},
	{"settings/opensearch_acl", SPEC_ITEMS, "of OpenSearch: what it may do with indexes", "logs-.* readwrite",
		.members = index_acl},
	{"settings/mongo_user_settings/databases", SPEC_WORDS, "of MongoDB: the databases that it may use", "tenant42"},
	{"settings/mongo_user_settings/role", SPEC_TEXT, "and as what", "readWrite",
		.among = "readOnly readWrite dbAdmin"},
	{0},
};

const struct kind kind_databases_users = {
	.resource = {"databases/users", "/v2/databases/%s/users", .list_key = "users", .object_key = "user",
		.id_keys = {"name"}, .name_keys = {"name"}, .within = "users"},
	.help = "who may log in to a cluster; mkdir makes one, its password is in `password`",
	.fields = fields,
	.keys = keys,
	.actions = ACTIONS(
		{"reset_auth", "another password", .params = "mysql_settings/auth_plugin", .path = "/reset_auth"}),
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.update = "PUT",
	.named_only = true,
	.deletable = true,
};
