#include "authority.h"
#include "document.h"
#include "json.h"
#include "kind.h"
#include "network.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"
#include "template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char options_text[] =
#include "kubernetes.inc"
	;

#define CONTEXT "do-${region}-${name}"
#define KUBECONFIG                                                                           \
	"apiVersion: v1\\nkind: Config\\nclusters:\\n- cluster:\\n"                          \
	"    certificate-authority-data: " SANDBOX_AUTHORITY "\\n    server: ${endpoint}\\n" \
	"  name: " CONTEXT "\\ncontexts:\\n- context:\\n    cluster: " CONTEXT "\\n"         \
	"    user: " CONTEXT "-admin\\n  name: " CONTEXT "\\ncurrent-context: " CONTEXT      \
	"\\npreferences: {}\\nusers:\\n- name: " CONTEXT "-admin\\n  user:\\n"               \
	"    token: dop_v1_${secret}${secret}\\n"

/* The version of that slug; or the newest, for "latest". NULL when there is none. */
static const char *cluster_version(const cJSON *options, const char *wanted)
{
	const cJSON *versions = cJSON_GetObjectItem(
		cJSON_GetObjectItem(options, "options"), "versions");
	const cJSON *version;

	cJSON_ArrayForEach(version, versions)
	{
		const char *slug = json_text(version, "slug");

		if (!strcmp(wanted, "latest") || !strcmp(wanted, slug))
			return slug;
	}
	return NULL;
}

static bool cluster_update(struct request *request, cJSON *object)
{
	JSON_AUTO *options = cJSON_Parse(options_text);
	const char *version = cluster_version(options, json_text(object, "version"));

	if (!version)
		return answer_error(request, 422, "version is invalid: there is no “%s”",
			json_text(object, "version"));
	json_set_text(object, "version", version);
	return true;
}

static bool cluster_create(struct request *request, cJSON *object)
{
	if (!cJSON_GetArraySize(cJSON_GetObjectItem(object, "node_pools")))
		return answer_error(request, 422, "node_pools is required");
	cJSON_DeleteItemFromObject(object, "node_pools");
	return vpc_choose(request, object, "vpc_uuid", json_text(object, "region")) &&
	       cluster_update(request, object);
}

static void cluster_created(struct request *request, const struct object *object)
{
	JSON_AUTO *cluster = cJSON_Parse(object->text);
	const cJSON *pools = cJSON_GetObjectItem(request->body, "node_pools"), *pool;

	cJSON_ArrayForEach(pool, pools)
	{
		JSON_AUTO *copy = cJSON_Duplicate(pool, true);

		rest_make(request, KIND_NODE_POOL, object->id, cluster, copy);
	}
}

static void cluster_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	const struct store *store = sandbox->store;
	cJSON *pools = cJSON_CreateArray();

	for (size_t i = 0; i < store_count(store, KIND_NODE_POOL); i++) {
		const struct object *pool = store_at(store, KIND_NODE_POOL, i);

		if (!strcmp(pool->scope, object->id))
			cJSON_AddItemToArray(pools, rest_tree(sandbox, KIND_NODE_POOL, pool));
	}
	json_set(tree, "node_pools", pools);
}

static void cluster_kubeconfig(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	JSON_AUTO *cluster = NULL;
	JSON_AUTO *config = NULL;
	struct blanks blanks;
	char *text;

	if (!object)
		return;
	cluster = cJSON_Parse(object->text);
	blanks_init(&blanks, request->sandbox, cluster, NULL);
	config = template_fill(&blanks, "['" KUBECONFIG "']");
	text = strdup(cJSON_GetArrayItem(config, 0)->valuestring);
	if (!text)
		abort();
	request->type = "application/yaml";
	answer_text(request, 200, text, strlen(text));
}

/* What it can be upgraded to: what stands before it in the list of versions. */
static void cluster_upgrades(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	JSON_AUTO *options = cJSON_Parse(options_text);
	JSON_AUTO *cluster = NULL;
	cJSON *list;
	const cJSON *version;

	if (!object)
		return;
	cluster = cJSON_Parse(object->text);
	list = cJSON_CreateArray();
	cJSON_ArrayForEach(
		version, cJSON_GetObjectItem(cJSON_GetObjectItem(options, "options"), "versions"))
	{
		if (!strcmp(json_text(version, "slug"), json_text(cluster, "version")))
			break;
		cJSON_AddItemToArray(list, cJSON_Duplicate(version, true));
	}
	answer_member(request, 200, "available_upgrade_versions", list);
}

static void cluster_lint(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	struct blanks blanks;

	if (!object || !rest_check_body(request))
		return;
	blanks_init(&blanks, request->sandbox, NULL, NULL);
	document_write(request->sandbox, kind, object, "clusterlint",
		template_fill(&blanks,
			"{'run_id':'${uuid}','requested_at':'${now}','completed_at':'${now}',"
			"'diagnostics':[{'check_name':'unused-config-map','severity':'warning',"
			"'message':'Unused config map','object':{'name':'sample','kind':"
			"'config map','namespace':'kube-system'}}]}"));
	answer_tree(request, request->operation->status,
		template_fill(&blanks, "{'run_id':'${uuid}'}"));
}

static void cluster_lint_result(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	cJSON *result = object ? document_read(object, "clusterlint") : NULL;

	if (result)
		answer_tree(request, 200, result);
	else if (object)
		answer_not_found(request);
}

/* Clusters may pull from registries, or may no longer. */
static void cluster_registries(struct request *request, unsigned kind)
{
	struct store *store = request->sandbox->store;
	const cJSON *names = cJSON_GetObjectItem(request->body, "registries"), *name;
	bool on = !strcmp(request->operation->method, "POST");
	const cJSON *id;

	if (!rest_check_body(request))
		return;
	cJSON_ArrayForEach(id, cJSON_GetObjectItem(request->body, "cluster_uuids"))
	{
		JSON_AUTO *cluster = store_read(store, kind, id->valuestring);
		cJSON *registries = cJSON_GetObjectItem(cluster, "registries");

		json_set_bool(cluster, "registry_enabled", on);
		cJSON_ArrayForEach(name, names)
		{
			(on ? json_array_add : json_array_drop)(registries, name->valuestring);
		}
		store_put(store, kind, NULL, cluster, NULL);
	}
	rest_answer_empty(request);
}

/* What its workloads made beside it carries its tag. */
static const struct {
	const char *key;
	enum kind_name kind;
} associated[] = {
	{"load_balancers", KIND_LOAD_BALANCER},
	{"volumes", KIND_VOLUME},
	{"volume_snapshots", KIND_SNAPSHOT},
};

enum { ASSOCIATED = sizeof(associated) / sizeof(*associated) };

static bool associated_is_of(const struct object *object, const struct object *cluster)
{
	char tag[64];

	snprintf(tag, sizeof(tag), "k8s:%s", cluster->id);
	return object_has_tag(object, tag);
}

static void cluster_associated(struct request *request, unsigned kind)
{
	const struct object *cluster = rest_find(request, kind);
	const struct store *store = request->sandbox->store;
	cJSON *answer;

	if (!cluster)
		return;
	answer = cJSON_CreateObject();
	for (size_t row = 0; row < ASSOCIATED; row++) {
		cJSON *list = cJSON_AddArrayToObject(answer, associated[row].key), *entry;

		for (size_t i = 0; i < store_count(store, associated[row].kind); i++) {
			const struct object *object = store_at(store, associated[row].kind, i);

			if (!associated_is_of(object, cluster))
				continue;
			entry = cJSON_CreateObject();
			json_set_text(entry, "id", object->id);
			json_set_text(entry, "name", object->name);
			cJSON_AddItemToArray(list, entry);
		}
	}
	answer_tree(request, 200, answer);
}

/* The cluster, and of what is associated with it what the body lists; without a body, all. */
static void cluster_destroy(struct request *request, unsigned kind)
{
	const struct object *cluster = rest_find(request, kind);
	const struct store *store = request->sandbox->store;
	bool all = !request->operation->body;

	if (!cluster || !rest_check_body(request))
		return;
	for (size_t row = 0; row < ASSOCIATED; row++) {
		const cJSON *wanted = cJSON_GetObjectItem(request->body, associated[row].key);

		for (size_t i = store_count(store, associated[row].kind); i-- > 0;) {
			const struct object *object = store_at(store, associated[row].kind, i);

			if (associated_is_of(object, cluster) &&
				(all || json_array_has(wanted, object->id)))
				rest_forget(request, associated[row].kind, object);
		}
	}
	rest_forget(request, kind, cluster);
	rest_answer_empty(request);
}

#define CLUSTERS "/v2/kubernetes/clusters"
#define CLUSTER CLUSTERS "/{cluster_id}"
#define DESTROY CLUSTER "/destroy_with_associated_resources"
#define SETTINGS                                                                        \
	" tags:[s] maintenance_policy:{start_time:s day:(any|monday|tuesday|wednesday|" \
	"thursday|friday|saturday|sunday)} auto_upgrade:b surge_upgrade:b ha:b "        \
	"control_plane_firewall:{enabled:b allowed_addresses:[s]} "                     \
	"cluster_autoscaler_configuration:o sso:o routing_agent:{enabled:b} "           \
	"p2p_oci_registry_plugin:{enabled:b} amd_gpu_device_plugin:{enabled:b} "        \
	"amd_gpu_device_metrics_exporter_plugin:{enabled:b} "                           \
	"nvidia_gpu_device_plugin:{enabled:b} rdma_shared_dev_plugin:{enabled:b} "      \
	"coredns_autoscaler:{enabled:b}"
#define POOL                                                                                \
	"tags:[s] labels:o taints:[{key:s value:s "                                         \
	"effect:(NoSchedule|PreferNoSchedule|NoExecute)}] auto_scale:b min_nodes:i(0,512) " \
	"max_nodes:i(0,512)"
#define UUIDS .body = "cluster_uuids!:[=kubernetes_cluster]"

static const struct operation operations[] = {
	{"GET", "/v2/kubernetes/options", "kubernetes:read", 200, document_tell,
		.text = options_text},
	{"GET", CLUSTERS, "kubernetes:read", 200, rest_list},
	{"POST", CLUSTERS, "kubernetes:create", 201, rest_create,
		.body = "name!:h(1,63) region!:=region version!:s node_pools!:[{name!:s "
			"size!:=size "
			"count!:i(0,512) " POOL
			"}] cluster_subnet:s service_subnet:s vpc_uuid:=vpc "
			"isolated_workers:b -worker_subnet_uuid:s" SETTINGS,
		.sample = "{'name':'sample-${random}','region':'nyc1','version':'1.33.6-do.2',"
			  "'node_pools':[{'name':'pool','size':'s-2vcpu-4gb','count':2}]}"},
	{"GET", CLUSTER, "kubernetes:read", 200, rest_get},
	{"PUT", CLUSTER, "kubernetes:update", 202, rest_update, .body = "name!:h(1,63)" SETTINGS},
	{"GET", DESTROY, "kubernetes:read", 200, cluster_associated},
	{"GET", CLUSTER "/kubeconfig", "kubernetes:access_cluster", 200, cluster_kubeconfig},
	{"GET", CLUSTER "/credentials", "kubernetes:access_cluster", 200, rest_tell,
		.text = "{'server':'${endpoint}','certificate_authority_data':'" SANDBOX_AUTHORITY
			"','client_certificate_data':null,'client_key_data':null,"
			"'token':'dop_v1_${secret}${secret}','expires_at':'${later}'}"},
	{"GET", CLUSTER "/upgrades", "kubernetes:read", 200, cluster_upgrades},
	{"POST", CLUSTER "/upgrade", "kubernetes:update", 202, rest_update, .key = "",
		.body = "version!:s", .life = {"status.state", "upgrading", "running", 2},
		.sample = "{'version':'1.34.1-do.2'}"},
	{"GET", CLUSTER "/user", "kubernetes:read", 200, rest_tell,
		.text = "{'kubernetes_cluster_user':{'username':'sandbox@example.com','groups':"
			"['k8saas:authenticated']}}"},
	{"POST", CLUSTER "/clusterlint", "kubernetes:update", 202, cluster_lint,
		.body = "include_groups:[s] include_checks:[s] exclude_groups:[s] "
			"exclude_checks:[s]"},
	{"GET", CLUSTER "/clusterlint", "kubernetes:read", 200, cluster_lint_result},
	{"POST", "/v2/kubernetes/registry", "kubernetes:create kubernetes:update", 204,
		cluster_registries, UUIDS},
	{"DELETE", "/v2/kubernetes/registry", "kubernetes:update", 204, cluster_registries, UUIDS},
	{"POST", "/v2/kubernetes/registries", "kubernetes:create kubernetes:update", 204,
		cluster_registries,
		.body = "cluster_uuids!:[=kubernetes_cluster] registries:[=registry]"},
	{"DELETE", "/v2/kubernetes/registries", "kubernetes:update", 204, cluster_registries,
		.body = "cluster_uuids!:[=kubernetes_cluster] registries:[=registry]"},
	{"GET", CLUSTER "/status_messages", "kubernetes:read", 200, rest_tell,
		.text = "{'messages':[{'message':'${name} was created.','timestamp':"
			"'${created_at}'}]}"},
	{"POST", "/v2/1-clicks/kubernetes", "kubernetes:update addon:create", 200, document_tell,
		.body = "addon_slugs!:[s] cluster_uuid!:=kubernetes_cluster",
		.text = "{'message':'Successfully kicked off addon job.'}"},
	{"DELETE", DESTROY "/selective", "kubernetes:delete", 204, cluster_destroy,
		.body = "load_balancers:[s] volumes:[s] volume_snapshots:[s]"},
	{"DELETE", DESTROY "/dangerous", "kubernetes:delete", 204, cluster_destroy},
	{"DELETE", CLUSTER, "kubernetes:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(kubernetes_cluster) = {
	.path = CLUSTERS,
	.list_key = "kubernetes_clusters",
	.object_key = "kubernetes_cluster",
	.id_key = "id",
	.urn = "kubernetes",
	.unique_name = true,
	.template = "{'cluster_subnet':'10.244.0.0/16','service_subnet':'10.245.0.0/16',"
		    "'ipv4':'${ipv4}','endpoint':'https://${id}.k8s.ondigitalocean.com','tags':[],"
		    "'maintenance_policy':{'start_time':'00:00','duration':'4h0m0s','day':'any'},"
		    "'auto_upgrade':false,'surge_upgrade':true,'ha':false,'status':{'state':"
		    "'provisioning','message':'provisioning'},'created_at':'${now}','updated_at':"
		    "'${now}','registry_enabled':false,'registries':[]}",
	.life = {"status.state", "provisioning", "running", 3},
	.references = {{"vpc_uuid", KIND_VPC, RELEASE_REFUSE, 403,
			       "Can not delete VPC with members"},
		{"registries", KIND_REGISTRY, RELEASE_DROP}},
	.operations = operations,
	.create = cluster_create,
	.update = cluster_update,
	.created = cluster_created,
	.render = cluster_render,
};

/* Node pools. */

static cJSON *node_new(struct request *request, const cJSON *pool)
{
	struct blanks blanks;

	blanks_init(&blanks, request->sandbox, pool, NULL);
	return template_fill(&blanks,
		"{'id':'${uuid}','name':'${name}-${random}','status':{'state':'provisioning'},"
		"'droplet_id':'','created_at':'${now}','updated_at':'${now}'}");
}

/* As many nodes as are asked for. */
static bool pool_update(struct request *request, cJSON *object)
{
	cJSON *nodes = cJSON_GetObjectItem(object, "nodes");
	int count = (int)json_number(object, "count", 1);

	if (json_true(object, "auto_scale") &&
		json_number(object, "min_nodes", 0) > json_number(object, "max_nodes", 0))
		return answer_error(request, 422, "min_nodes must not exceed max_nodes");
	if (!nodes)
		nodes = cJSON_AddArrayToObject(object, "nodes");
	while (cJSON_GetArraySize(nodes) > count)
		cJSON_DeleteItemFromArray(nodes, count);
	while (cJSON_GetArraySize(nodes) < count)
		cJSON_AddItemToArray(nodes, node_new(request, object));
	return true;
}

/* A node goes, and with `replace` another one comes for it. */
static void pool_remove_node(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	const char *replace = request_query(request, "replace");
	JSON_AUTO *pool = NULL;
	cJSON *nodes, *node;

	if (!object)
		return;
	pool = rest_kept(object);
	nodes = cJSON_GetObjectItem(pool, "nodes");
	cJSON_ArrayForEach(node, nodes)
	{
		if (!strcmp(json_text(node, "id"), request->argument[2]))
			break;
	}
	if (!node) {
		answer_not_found(request);
		return;
	}
	cJSON_Delete(cJSON_DetachItemViaPointer(nodes, node));
	if (!replace || strcmp(replace, "1") != 0)
		json_set_number(pool, "count", cJSON_GetArraySize(nodes));
	pool_update(request, pool);
	store_put(request->sandbox->store, kind, object->scope, pool, NULL);
	rest_answer_empty(request);
}

#define NODE_POOL CLUSTER "/node_pools/{node_pool_id}"

static const struct operation pool_operations[] = {
	{"GET", CLUSTER "/node_pools", "kubernetes:read", 200, rest_list},
	{"POST", CLUSTER "/node_pools", "kubernetes:update", 201, rest_create,
		.body = "name!:s size!:=size count!:i(0,512) " POOL,
		.sample = "{'name':'more','size':'s-2vcpu-4gb','count':2}"},
	{"GET", NODE_POOL, "kubernetes:read", 200, rest_get},
	{"PUT", NODE_POOL, "kubernetes:update", 202, rest_update,
		.body = "name!:s count!:i(0,512) " POOL, .sample = "{'name':'more','count':3}"},
	{"POST", NODE_POOL "/recycle", "kubernetes:delete", 202, rest_tell, .body = "nodes:[s]"},
	{"DELETE", NODE_POOL "/nodes/{node_id}", "kubernetes:update", 202, pool_remove_node},
	{"DELETE", NODE_POOL, "kubernetes:update", 204, rest_remove},
	{0},
};

DEFINE_KIND(node_pool) = {
	.path = CLUSTER "/node_pools",
	.list_key = "node_pools",
	.object_key = "node_pool",
	.id_key = "id",
	.owner = KIND_KUBERNETES_CLUSTER,
	.unpaged = true,
	.unique_name = true,
	.template = "{'tags':[],'labels':{},'taints':[],'auto_scale':false,'min_nodes':0,"
		    "'max_nodes':0}",
	.life = {"nodes.status.state", "provisioning", "running", 3},
	.operations = pool_operations,
	.create = pool_update,
	.update = pool_update,
};
