#include "database.h"

#include "document.h"
#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"
#include "template.h"

#include <stdio.h>
#include <string.h>

/* What is in a database cluster. */

#define DATABASE "/v2/databases/{database_cluster_uuid}"
#define SQL .needs = "database.engine=pg|mysql|advanced_pg|advanced_mysql"
#define PG .needs = "database.engine=pg|advanced_pg"
#define KAFKA .needs = "database.engine=kafka"
#define OPENSEARCH .needs = "database.engine=opensearch"

/* The cluster that an object belongs to, for the caller to delete. */
static cJSON *cluster_of(const struct sandbox *sandbox, const char *scope)
{
	return store_read(sandbox->store, KIND_DATABASE, scope);
}

/* Databases. */

#define DB DATABASE "/dbs/{database_name}"

static const struct operation db_operations[] = {
	{"GET", DATABASE "/dbs", "database:read", 200, rest_list, SQL},
	{"POST", DATABASE "/dbs", "database:create", 201, rest_create, SQL, .body = "name!:s(1,63)",
		.sample = "{'name':'sample'}"},
	{"GET", DB, "database:read", 200, rest_get, SQL},
	{"DELETE", DB, "database:delete", 204, rest_remove, SQL},
	{0},
};

DEFINE_KIND(database_db) = {
	.path = DATABASE "/dbs",
	.list_key = "dbs",
	.object_key = "db",
	.id_key = "name",
	.owner = KIND_DATABASE,
	.identity = IDENTITY_GIVEN,
	.unpaged = true,
	.operations = db_operations,
};

/* Users. */

static bool user_remove(struct request *request, const struct object *object)
{
	JSON_AUTO *user = cJSON_Parse(object->text);

	return strcmp(json_text(user, "role"), "primary") != 0 ||
	       answer_error(request, 403, "The primary user cannot be deleted.");
}

#define USER DATABASE "/users/{username}"
#define PLUGIN "mysql_settings:{auth_plugin!:(mysql_native_password|caching_sha2_password)}"

static const struct operation user_operations[] = {
	{"GET", DATABASE "/users", "database:read", 200, rest_list},
	{"POST", DATABASE "/users", "database:create", 201, rest_create,
		.body = "name!:s(1,63) settings:o -readonly:b " PLUGIN},
	{"GET", USER, "database:read", 200, rest_get},
	{"PUT", USER, "database:update", 201, rest_update, .body = "settings!:o",
		.sample = "{'settings':{'pg_allow_replication':true}}"},
	{"POST", USER "/reset_auth", "database:update", 200, rest_update, .body = PLUGIN,
		.text = "{'password':'${secret}'}"},
	{"DELETE", USER, "database:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(database_user) = {
	.path = DATABASE "/users",
	.list_key = "users",
	.object_key = "user",
	.id_key = "name",
	.owner = KIND_DATABASE,
	.identity = IDENTITY_GIVEN,
	.unpaged = true,
	.template = "{'role':'normal','password':'${secret}'}",
	.operations = user_operations,
	.remove = user_remove,
};

/* Connection pools. */

static void pool_show(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	JSON_AUTO *cluster = cluster_of(sandbox, object->scope);
	const char *user = json_text(tree, "user");
	const struct object *account = store_find(
		sandbox->store, KIND_DATABASE_USER, object->scope, user ? user : "doadmin");
	JSON_AUTO *tree_of_user = account ? cJSON_Parse(account->text) : NULL;

	if (tree_of_user)
		json_set(tree, "connection",
			database_connection(cluster, json_text(cluster, "host"),
				json_text(tree_of_user, "name"),
				json_text(tree_of_user, "password"), object->id));
}

#define POOL DATABASE "/pools/{pool_name}"
#define POOL_BODY                                                                  \
	"mode!:(session|transaction|statement) size!:i(1,10000) db!:=database_db " \
	"user:=database_user"

static const struct operation pool_operations[] = {
	{"GET", DATABASE "/pools", "database:read", 200, rest_list, PG},
	{"POST", DATABASE "/pools", "database:create", 201, rest_create, PG,
		.body = "name!:s(1,63) " POOL_BODY,
		.sample = "{'name':'sample','mode':'transaction','size':10,'db':'defaultdb'}"},
	{"GET", POOL, "database:read", 200, rest_get, PG},
	{"PUT", POOL, "database:update", 204, rest_update, PG, .body = POOL_BODY,
		.sample = "{'mode':'session','size':20,'db':'defaultdb'}"},
	{"DELETE", POOL, "database:delete", 204, rest_remove, PG},
	{0},
};

DEFINE_KIND(database_pool) = {
	.path = DATABASE "/pools",
	.list_key = "pools",
	.object_key = "pool",
	.id_key = "name",
	.owner = KIND_DATABASE,
	.identity = IDENTITY_GIVEN,
	.unpaged = true,
	.template = "{'user':'doadmin'}",
	.references = {{"db", KIND_DATABASE_DB, RELEASE_REMOVE},
		{"user", KIND_DATABASE_USER, RELEASE_REMOVE}},
	.operations = pool_operations,
	.render = pool_show,
};

/* Replicas. */

static void replica_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	JSON_AUTO *cluster = cluster_of(sandbox, object->scope);
	const struct object *first = store_find(
		sandbox->store, KIND_DATABASE_USER, object->scope, "doadmin");
	JSON_AUTO *user = first ? cJSON_Parse(first->text) : NULL;
	char host[300];

	snprintf(host, sizeof(host), "replica-%s", json_text(cluster, "host"));
	if (user)
		json_set(tree, "connection",
			database_connection(
				cluster, host, "doadmin", json_text(user, "password"), NULL));
}

/* A cluster of its own from now on, with what the old one has. */
static void replica_promote(struct request *request, unsigned kind)
{
	const struct object *replica = rest_find(request, kind);
	JSON_AUTO *cluster = NULL;
	JSON_AUTO *tree = NULL;

	if (!replica)
		return;
	cluster = cluster_of(request->sandbox, replica->scope);
	tree = cJSON_Parse(replica->text);
	json_set_text(cluster, "name", json_text(tree, "name"));
	json_set_text(cluster, "region", json_text(tree, "region"));
	json_set_text(cluster, "size", json_text(tree, "size"));
	json_set_number(cluster, "num_nodes", 1);
	cJSON_DeleteItemFromObject(cluster, "id");
	cJSON_DeleteItemFromObject(cluster, "private_network_uuid");
	cJSON_DeleteItemFromObject(cluster, "host");
	if (!rest_make(request, KIND_DATABASE, "", NULL, cluster))
		return;
	rest_answer_empty(request);
	rest_forget(request, kind, replica);
}

#define REPLICA DATABASE "/replicas/{replica_name}"

static const struct operation replica_operations[] = {
	{"GET", DATABASE "/replicas", "database:read", 200, rest_list, SQL},
	{"POST", DATABASE "/replicas", "database:create", 201, rest_create, SQL,
		.body = "name!:h(3,63) region:=region size!:s tags:[s] private_network_uuid:=vpc "
			"storage_size_mib:i do_settings:o",
		.sample = "{'name':'sample-replica','size':'db-s-2vcpu-4gb','region':'nyc1'}"},
	{"GET", REPLICA, "database:read", 200, rest_get, SQL},
	{"PUT", REPLICA "/promote", "database:update", 204, replica_promote, SQL},
	{"DELETE", REPLICA, "database:delete", 204, rest_remove, SQL},
	{0},
};

DEFINE_KIND(database_replica) = {
	.path = DATABASE "/replicas",
	.list_key = "replicas",
	.object_key = "replica",
	.id_key = "name",
	.owner = KIND_DATABASE,
	.identity = IDENTITY_GIVEN,
	.unpaged = true,
	.template = "{'id':'${uuid}','region':'${owner.region}','size':'${owner.size}','tags':[],"
		    "'created_at':'${now}','private_network_uuid':'${owner.private_network_uuid}',"
		    "'storage_size_mib':'$owner.storage_size_mib'}",
	.life = {"status", "creating", "online", 2},
	.operations = replica_operations,
	.render = replica_render,
};

/* An online migration: one at a time. */

static bool migration_create(struct request *request, cJSON *object)
{
	const struct store *store = request->sandbox->store;

	(void)object;
	for (size_t i = 0; i < store_count(store, KIND_DATABASE_MIGRATION); i++)
		if (!strcmp(store_at(store, KIND_DATABASE_MIGRATION, i)->scope, request->scope))
			return answer_error(request, 409, "A migration is already in progress.");
	return true;
}

static const struct operation migration_operations[] = {
	{"PUT", DATABASE "/online-migration", "database:update", 200, rest_create,
		.body = "-source!:{host!:s port!:i(1,65535) dbname:s username:s password:s} "
			"-disable_ssl:b -ignore_dbs:[s]"},
	{"GET", DATABASE "/online-migration", "database:read", 200, rest_get},
	{"DELETE", DATABASE "/online-migration/{migration_id}", "database:delete", 204,
		rest_remove},
	{0},
};

DEFINE_KIND(database_migration) = {
	.path = DATABASE "/online-migration",
	.id_key = "id",
	.owner = KIND_DATABASE,
	.template = "{'status':'running','created_at':'${now}'}",
	.operations = migration_operations,
	.create = migration_create,
};

/* Topics of Kafka. */

static bool topic_update(struct request *request, cJSON *object)
{
	int count = (int)json_number(object, "partition_count", 3);
	cJSON *partitions = cJSON_CreateArray();

	(void)request;
	for (int id = 0; id < count; id++) {
		cJSON *partition = cJSON_Parse("{\"size\":0,\"in_sync_replicas\":3,\"earliest_"
					       "offset\":0,\"consumer_groups\":[]}");

		json_set_number(partition, "id", id);
		cJSON_AddItemToArray(partitions, partition);
	}
	json_set(object, "partitions", partitions);
	return true;
}

#define TOPIC DATABASE "/topics/{topic_name}"
#define TOPIC_BODY "replication_factor:i(2,10) partition_count:i(3,2048) config:o"

static const struct operation topic_operations[] = {
	{"GET", DATABASE "/topics", "database:read", 200, rest_list, KAFKA},
	{"POST", DATABASE "/topics", "database:create", 201, rest_create, KAFKA,
		.body = "name!:s(1,249) " TOPIC_BODY},
	{"GET", TOPIC, "database:read", 200, rest_get, KAFKA},
	{"PUT", TOPIC, "database:update", 200, rest_update, KAFKA, .body = TOPIC_BODY,
		.sample = "{'partition_count':4}"},
	{"DELETE", TOPIC, "database:delete", 204, rest_remove, KAFKA},
	{0},
};

DEFINE_KIND(database_topic) = {
	.path = DATABASE "/topics",
	.list_key = "topics",
	.object_key = "topic",
	.id_key = "name",
	.owner = KIND_DATABASE,
	.identity = IDENTITY_GIVEN,
	.unpaged = true,
	.template = "{'replication_factor':2,'partition_count':3,'config':{'cleanup_policy':"
		    "'delete','retention_ms':604800000}}",
	.life = {"state", "configuring", "active", 0.5},
	.operations = topic_operations,
	.create = topic_update,
	.update = topic_update,
};

/* Where logs go. */

#define SINK DATABASE "/logsink/{logsink_id}"
#define SINK_CONFIG "{'server':'192.0.2.1','port':514,'tls':false,'format':'rfc5424'}"

static const struct operation sink_operations[] = {
	{"GET", DATABASE "/logsink", "database:read", 200, rest_list},
	{"POST", DATABASE "/logsink", "database:create", 201, rest_create, .key = "sink",
		.body = "sink_name!:s sink_type!:(rsyslog|elasticsearch|opensearch|datadog) "
			"config!:o",
		.sample = "{'sink_name':'sample','sink_type':'rsyslog','config':" SINK_CONFIG "}"},
	{"GET", SINK, "database:read", 200, rest_get},
	{"PUT", SINK, "database:update", 200, rest_update, .key = "", .body = "config!:o",
		.sample = "{'config':" SINK_CONFIG "}"},
	{"DELETE", SINK, "database:delete", 200, rest_remove, .key = ""},
	{0},
};

DEFINE_KIND(database_sink) = {
	.path = DATABASE "/logsink",
	.list_key = "sinks",
	.id_key = "sink_id",
	.owner = KIND_DATABASE,
	.unpaged = true,
	.operations = sink_operations,
};

/* Schemas of Kafka's messages. */

#define REGISTRY DATABASE "/schema-registry"
#define SUBJECT REGISTRY "/{subject_name}"
#define LEVEL                                                                      \
	.body = "compatibility_level!:(NONE|BACKWARD|BACKWARD_TRANSITIVE|FORWARD|" \
		"FORWARD_TRANSITIVE|FULL|FULL_TRANSITIVE)"
#define CONFIG                                                               \
	.key = "compatibility", .text = "{'subject_name':'${subject_name}'," \
					"'compatibility_level':'BACKWARD'}"

static const struct operation schema_operations[] = {
	{"GET", REGISTRY, "database:read", 200, rest_list, KAFKA},
	{"POST", REGISTRY, "database:create", 201, rest_create, KAFKA,
		.body = "subject_name!:s schema_type!:(AVRO|JSON|PROTOBUF) schema!:s",
		.sample = "{'subject_name':'sample','schema_type':'JSON','schema':'{}'}"},
	{"GET", SUBJECT, "database:read", 200, rest_get, KAFKA},
	{"GET", SUBJECT "/versions/{version}", "database:read", 200, rest_get, KAFKA},
	{"GET", REGISTRY "/config/{subject_name}", "database:read", 200, document_get, CONFIG,
		KAFKA},
	{"PUT", REGISTRY "/config/{subject_name}", "database:update", 200, document_change, CONFIG,
		LEVEL, KAFKA},
	{"DELETE", SUBJECT, "database:delete", 204, rest_remove, KAFKA},
	{0},
};

DEFINE_KIND(database_schema) = {
	.path = REGISTRY,
	.list_key = "subjects",
	.id_key = "subject_name",
	.owner = KIND_DATABASE,
	.identity = IDENTITY_GIVEN,
	.unpaged = true,
	.template = "{'schema_id':1,'version':'1'}",
	.operations = schema_operations,
};

/* Indexes of OpenSearch. */

static const struct operation index_operations[] = {
	{"GET", DATABASE "/indexes", "database:read", 200, rest_list, OPENSEARCH},
	{"DELETE", DATABASE "/indexes/{index_name}", "database:delete", 204, rest_remove,
		OPENSEARCH},
	{0},
};

DEFINE_KIND(database_index) = {
	.path = DATABASE "/indexes",
	.list_key = "indexes",
	.id_key = "index_name",
	.owner = KIND_DATABASE,
	.identity = IDENTITY_GIVEN,
	.unpaged = true,
	.template = "{'number_of_shards':1,'number_of_replicas':1,'size':208,'created_time':"
		    "'${now}','status':'open','health':'green'}",
	.operations = index_operations,
};
