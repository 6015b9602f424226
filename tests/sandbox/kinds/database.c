#include "database.h"

#include "authority.h"
#include "document.h"
#include "identity.h"
#include "json.h"
#include "kind.h"
#include "network.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <string.h>

/* The clusters. What is in them is in database_parts.c. */

static const char options_text[] =
#include "databases.inc"
	;

/* What a client of an engine needs to know. */
static const struct engine {
	const char *name;
	const char *version;
	const char *scheme;
	const char *user;
	const char *database;
	double port;
} engines[] = {
	{"pg", "17", "postgresql", "doadmin", "defaultdb", 25060},
	{"advanced_pg", "17", "postgresql", "doadmin", "defaultdb", 25060},
	{"mysql", "8", "mysql", "doadmin", "defaultdb", 25060},
	{"advanced_mysql", "8", "mysql", "doadmin", "defaultdb", 25060},
	{"mongodb", "8.0", "mongodb+srv", "doadmin", "admin", 27017},
	{"redis", "7", "rediss", "default", "", 25061},
	{"valkey", "8", "rediss", "default", "", 25061},
	{"kafka", "3.8", "kafka", "doadmin", "", 25073},
	{"opensearch", "2.19", "https", "doadmin", "", 25060},
};

static const struct engine *engine_of(const cJSON *database)
{
	const struct engine *engine = engines;

	while (strcmp(engine->name, json_text(database, "engine")) != 0)
		engine++;
	return engine;
}

cJSON *database_connection(const cJSON *cluster, const char *host, const char *user,
	const char *password, const char *name)
{
	const struct engine *engine = engine_of(cluster);
	cJSON *connection = cJSON_CreateObject();
	char uri[512];

	snprintf(uri, sizeof(uri), "%s://%s:%s@%s:%.0f/%s?sslmode=require", engine->scheme, user,
		password, host, engine->port, name ? name : engine->database);
	json_set_text(connection, "uri", uri);
	json_set_text(connection, "database", name ? name : engine->database);
	json_set_text(connection, "host", host);
	json_set_number(connection, "port", engine->port);
	json_set_text(connection, "user", user);
	json_set_text(connection, "password", password);
	json_set_bool(connection, "ssl", true);
	return connection;
}

/* Is there such a size, with so many nodes? False after an error. */
static bool database_check_size(struct request *request, const cJSON *object)
{
	JSON_AUTO *options = cJSON_Parse(options_text);
	const cJSON *layouts = cJSON_GetObjectItem(
		cJSON_GetObjectItem(
			cJSON_GetObjectItem(options, "options"), json_text(object, "engine")),
		"layouts");
	const char *size = json_text(object, "size");
	const cJSON *layout;

	cJSON_ArrayForEach(layout, layouts)
	{
		if (json_number(layout, "num_nodes", 0) != json_number(object, "num_nodes", 0))
			continue;
		return json_array_has(cJSON_GetObjectItem(layout, "sizes"), size) ||
		       answer_error(request, 422, "size is invalid: there is no “%s”", size);
	}
	return answer_error(request, 422, "num_nodes is invalid for this engine");
}

/* Trusted sources get an id and say whose they are. */
static bool database_update(struct request *request, cJSON *object)
{
	cJSON *rule;

	cJSON_ArrayForEach(rule, cJSON_GetObjectItem(object, "rules"))
	{
		char uuid[UUID_SIZE], now[STAMP_SIZE];

		identity_random_uuid(uuid);
		identity_now(now);
		if (!json_text(rule, "uuid") || !*json_text(rule, "uuid"))
			json_set_text(rule, "uuid", uuid);
		json_set_text(rule, "cluster_uuid", json_text(object, "id"));
		if (!json_text(rule, "created_at"))
			json_set_text(rule, "created_at", now);
	}
	return database_check_size(request, object);
}

static bool database_create(struct request *request, cJSON *object)
{
	const struct engine *engine = engine_of(object);

	if (!json_text(object, "version"))
		json_set_text(object, "version", engine->version);
	json_set_text(object, "semantic_version", json_text(object, "version"));
	return vpc_choose(request, object, "private_network_uuid", json_text(object, "region")) &&
	       database_update(request, object);
}

/* A cluster comes with its first user and database, a search cluster with an index. */
static void database_created(struct request *request, const struct object *object)
{
	JSON_AUTO *cluster = cJSON_Parse(object->text);
	const struct engine *engine = engine_of(cluster);
	JSON_AUTO *user = cJSON_CreateObject();
	JSON_AUTO *database = cJSON_CreateObject();
	JSON_AUTO *index = cJSON_CreateObject();

	json_set_text(user, "name", engine->user);
	json_set_text(user, "role", "primary");
	rest_make(request, KIND_DATABASE_USER, object->id, cluster, user);
	json_set_text(database, "name", engine->database);
	if (!strcmp(engine->database, "defaultdb"))
		rest_make(request, KIND_DATABASE_DB, object->id, cluster, database);
	json_set_text(index, "index_name", "logs");
	if (!strcmp(engine->name, "opensearch"))
		rest_make(request, KIND_DATABASE_INDEX, object->id, cluster, index);
}

/* The users and databases are what they are now; the connections are the first user's. */
static void database_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	const struct store *store = sandbox->store;
	cJSON *users = cJSON_CreateArray(), *names = cJSON_CreateArray();
	const cJSON *first;
	char host[128];

	for (size_t i = 0; i < store_count(store, KIND_DATABASE_USER); i++)
		if (!strcmp(store_at(store, KIND_DATABASE_USER, i)->scope, object->id))
			cJSON_AddItemToArray(
				users, cJSON_Parse(store_at(store, KIND_DATABASE_USER, i)->text));
	for (size_t i = 0; i < store_count(store, KIND_DATABASE_DB); i++)
		if (!strcmp(store_at(store, KIND_DATABASE_DB, i)->scope, object->id))
			json_array_add(names, store_at(store, KIND_DATABASE_DB, i)->id);
	json_set(tree, "users", users);
	json_set(tree, "db_names", names);
	first = cJSON_GetArrayItem(users, 0);
	if (!first)
		return;
	snprintf(host, sizeof(host), "%s", json_text(tree, "host"));
	json_set(tree, "connection",
		database_connection(
			tree, host, json_text(first, "name"), json_text(first, "password"), NULL));
	snprintf(host, sizeof(host), "private-%s", json_text(tree, "host"));
	json_set(tree, "private_connection",
		database_connection(
			tree, host, json_text(first, "name"), json_text(first, "password"), NULL));
	cJSON_DeleteItemFromObject(tree, "host");
}

#define DATABASE "/v2/databases/{database_cluster_uuid}"
#define RULES "rules:[{uuid:s type!:(droplet|k8s|ip_addr|tag|app) value!:s description:s}]"
#define SAMPLE(engine, nodes)                                                 \
	"{'name':'sample-${random}','engine':'" engine "','num_nodes':" nodes \
	",'size':'db-s-2vcpu-4gb','region':'nyc1'}"
#define REDIS .needs = "database.engine=redis|valkey"
#define MYSQL .needs = "database.engine=mysql|advanced_mysql"
#define AUTOSCALE                                                               \
	.key = "autoscale", .text = "{'autoscale':{'storage':{'enabled':false," \
				    "'threshold_percent':80,'increment_gib':10}}}"
#define EVICTION .key = "eviction_policy", .text = "{'eviction_policy':'noeviction'}", REDIS
#define SQL_MODE                                                                       \
	.key = "sql_mode", MYSQL,                                                      \
	.text = "{'sql_mode':'ANSI,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION," \
		"NO_ZERO_DATE,NO_ZERO_IN_DATE,STRICT_ALL_TABLES'}"
#define LEVEL                                                                 \
	.key = "compatibility", .text = "{'compatibility_level':'BACKWARD'}", \
	.needs = "database.engine=kafka"
#define CONFIG .key = "config", .text = "{'config':{'backup_hour':3,'backup_minute':30}}"
static const struct operation operations[] = {
	{"GET", "/v2/databases/options", "database:read", 200, document_tell, .text = options_text},
	{"GET", "/v2/databases", "database:read", 200, rest_list},
	{"POST", "/v2/databases", "database:create", 201, rest_create,
		.body = "name!:h(3,63) engine!:(pg|mysql|redis|valkey|mongodb|kafka|opensearch|"
			"advanced_pg|advanced_mysql) version:s num_nodes!:i(1,15) size!:s "
			"region!:=region tags:[s] private_network_uuid:=vpc storage_size_mib:i "
			"project_id:=project " RULES " -backup_restore:o autoscale:o do_settings:o",
		.sample = SAMPLE("pg", "1")},
	{"GET", DATABASE, "database:read", 200, rest_get},
	{"GET", DATABASE "/config", "database:read", 200, document_get, CONFIG},
	{"PATCH", DATABASE "/config", "database:update", 200, document_change, CONFIG,
		.body = "config!:o", .sample = "{'config':{'backup_hour':4}}"},
	{"GET", DATABASE "/ca", "database:read", 200, rest_tell,
		.text = "{'ca':{'certificate':'" SANDBOX_AUTHORITY "'}}"},
	{"PUT", DATABASE "/migrate", "database:update", 202, rest_update, .key = "",
		.body = "region!:=region", .life = {"status", "migrating", "online", 2},
		.sample = "{'region':'lon1'}"},
	{"PUT", DATABASE "/resize", "database:update", 202, rest_update, .key = "",
		.body = "size!:s num_nodes!:i(1,15) storage_size_mib:i",
		.life = {"status", "resizing", "online", 2},
		.sample = "{'size':'db-s-4vcpu-8gb','num_nodes':3}"},
	{"GET", DATABASE "/firewall", "database:read", 200, rest_tell,
		.text = "{'rules':'$rules'}"},
	{"PUT", DATABASE "/firewall", "database:update", 204, rest_update, .body = RULES,
		.sample = "{'rules':[{'type':'ip_addr','value':'192.0.2.1'}]}"},
	{"GET", DATABASE "/do_settings", "database:read", 200, rest_tell,
		.text = "{'do_settings':'$do_settings'}"},
	{"PUT", DATABASE "/do_settings", "database:update", 204, rest_update,
		.body = "do_settings!:{service_cnames:[h]}",
		.sample = "{'do_settings':{'service_cnames':['db.example.com']}}"},
	{"PUT", DATABASE "/maintenance", "database:update", 204, rest_update,
		.body = "-day!:(monday|tuesday|wednesday|thursday|friday|saturday|sunday) -hour!:s",
		.text = "{'maintenance_window':{'day':'${day}','hour':'${hour}'}}",
		.sample = "{'day':'friday','hour':'02:00'}"},
	{"PUT", DATABASE "/install_update", "database:update", 204, rest_update,
		.text = "{'maintenance_window':{'pending':false}}"},
	{"GET", DATABASE "/backups", "database:read", 200, rest_tell,
		.text = "{'backups':[{'created_at':'${created_at}','size_gigabytes':0.03,"
			"'incremental':false}],'scheduled_backup_time':{'backup_hour':3,"
			"'backup_minute':30,'backup_interval_hours':24},'backup_progress':'100'}"},
	{"GET", DATABASE "/events", "database:read", 200, rest_tell,
		.text = "{'events':[{'id':'pe8u2huh','cluster_name':'${name}','event_type':"
			"'cluster_create','create_time':'${created_at}'}]}"},
	{"GET", DATABASE "/eviction_policy", "database:read", 200, document_get, EVICTION},
	{"PUT", DATABASE "/eviction_policy", "database:update", 204, document_change, EVICTION,
		.body = "eviction_policy!:(noeviction|allkeys_lru|allkeys_random|volatile_lru|"
			"volatile_random|volatile_ttl)"},
	{"GET", DATABASE "/sql_mode", "database:read", 200, document_get, SQL_MODE},
	{"PUT", DATABASE "/sql_mode", "database:update", 204, document_change, SQL_MODE,
		.body = "sql_mode!:s", .sample = "{'sql_mode':'ANSI'}"},
	{"PUT", DATABASE "/upgrade", "database:update", 204, rest_update, .body = "version!:s",
		.text = "{'semantic_version':'${version}'}",
		.life = {"status", "migrating", "online", 2}, .sample = "{'version':'18'}"},
	{"GET", DATABASE "/schema-registry/config", "database:read", 200, document_get, LEVEL},
	{"PUT", DATABASE "/schema-registry/config", "database:update", 200, document_change, LEVEL,
		.body = "compatibility_level!:(NONE|BACKWARD|BACKWARD_TRANSITIVE|FORWARD|"
			"FORWARD_TRANSITIVE|FULL|FULL_TRANSITIVE)"},
	{"GET", DATABASE "/autoscale", "database:read", 200, document_get, AUTOSCALE},
	{"PUT", DATABASE "/autoscale", "database:update", 204, document_change, AUTOSCALE,
		.body = "storage!:{enabled!:b threshold_percent:i(15,95) increment_gib:i(10,500)}"},
	{"DELETE", DATABASE, "database:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(database) = {
	.path = "/v2/databases",
	.list_key = "databases",
	.object_key = "database",
	.id_key = "id",
	.urn = "dbaas",
	.unpaged = true,
	.unique_name = true,
	.template = "{'host':'${name}-do-user-1-0.d.db.ondigitalocean.com','created_at':'${now}',"
		    "'tags':[],'rules':[],'project_id':'','storage_size_mib':30720,"
		    "'do_settings':{'service_cnames':[]},"
		    "'maintenance_window':{'day':'tuesday','hour':'14:00:00','pending':false,"
		    "'description':[]},'version_end_of_life':'2030-11-08T00:00:00Z',"
		    "'version_end_of_availability':'2029-11-08T00:00:00Z','metrics_endpoints':"
		    "[{'host':'${name}-metrics.d.db.ondigitalocean.com','port':9273}]}",
	.life = {"status", "creating", "online", 2},
	.filters = {{"tag_name", object_has_tag}},
	.references = {{"private_network_uuid", KIND_VPC, RELEASE_REFUSE, 403,
		"Can not delete VPC with members"}},
	.operations = operations,
	.create = database_create,
	.update = database_update,
	.created = database_created,
	.render = database_render,
};
