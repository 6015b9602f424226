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

/* Apps. A deployment builds nothing: it is active after a while. What belongs to one is in app_parts.c. */

static const char sizes_text[] =
#include "app_sizes.inc"
	;

static const char regions_text[] =
#include "app_regions.inc"
	;

/* The kinds of components that a spec has, and what they are called elsewhere. */
static const struct {
	const char *key;
	const char *type;
} components[] = {{"services", "SERVICE"}, {"workers", "WORKER"}, {"jobs", "JOB"}};

enum { COMPONENTS = sizeof(components) / sizeof(*components) };

/* A deployment of what the app's spec is now; its object, or NULL after an error. */
static const struct object *app_deploy(
	struct request *request, const struct object *app, const char *cause, const cJSON *spec)
{
	JSON_AUTO *tree = cJSON_Parse(app->text);
	JSON_AUTO *deployment = cJSON_CreateObject();

	json_set_text(deployment, "cause", cause);
	json_set(deployment, "spec",
		cJSON_Duplicate(spec ? spec : cJSON_GetObjectItem(tree, "spec"), true));
	return rest_make(request, KIND_DEPLOYMENT, app->id, tree, deployment);
}

static bool app_name_is_free(const struct store *store, const cJSON *app)
{
	const char *name = json_text(cJSON_GetObjectItem(app, "spec"), "name");
	const char *id = json_text(app, "id");

	for (size_t i = 0; i < store_count(store, KIND_APP); i++) {
		JSON_AUTO *other = cJSON_Parse(store_at(store, KIND_APP, i)->text);

		if ((!id || strcmp(json_text(other, "id"), id) != 0) &&
			!strcmp(json_text(cJSON_GetObjectItem(other, "spec"), "name"), name))
			return false;
	}
	return true;
}

static bool app_check(struct request *request, cJSON *object)
{
	return app_name_is_free(request->sandbox->store, object) ||
	       answer_error(request, 409, "app name already exists: %s",
		       json_text(cJSON_GetObjectItem(object, "spec"), "name"));
}

static void app_created(struct request *request, const struct object *object)
{
	JSON_AUTO *tree = cJSON_Parse(object->text);
	const cJSON *spec = cJSON_GetObjectItem(tree, "spec");
	const cJSON *wanted = cJSON_GetObjectItem(spec, "alerts"), *rule;

	app_deploy(request, object, "initial deployment", NULL);
	cJSON_ArrayForEach(rule, wanted)
	{
		JSON_AUTO *alert = cJSON_CreateObject();

		json_set(alert, "spec", cJSON_Duplicate(rule, true));
		rest_make(request, KIND_APP_ALERT, object->id, tree, alert);
	}
	if (!wanted) {
		JSON_AUTO *alert = cJSON_Parse("{\"spec\":{\"rule\":\"DEPLOYMENT_FAILED\"}}");

		rest_make(request, KIND_APP_ALERT, object->id, tree, alert);
	}
}

static void app_put(struct request *request, unsigned kind)
{
	const struct object *object;

	rest_update(request, kind);
	if (request->status != request->operation->status)
		return;
	object = rest_find(request, kind);
	app_deploy(request, object, "app spec updated", NULL);
	rest_answer(request, request->operation->status, kind, rest_find(request, kind));
}

/* The deployment that runs, and the one that is on its way. */
static void app_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	const struct store *store = sandbox->store;
	bool decided = false;

	for (size_t i = store_count(store, KIND_DEPLOYMENT); !decided && i-- > 0;) {
		const struct object *deployment = store_at(store, KIND_DEPLOYMENT, i);
		cJSON *shown;

		if (strcmp(deployment->scope, object->id) != 0)
			continue;
		shown = rest_tree(sandbox, KIND_DEPLOYMENT, deployment);
		decided = !strcmp(json_text(shown, "phase"), "ACTIVE");
		if (decided)
			json_set(tree, "active_deployment", shown);
		else if (!strcmp(json_text(shown, "phase"), "BUILDING"))
			json_set(tree, "in_progress_deployment", shown);
		else
			cJSON_Delete(shown);
	}
}

/* A deployment for the reason that is the operation's `text`. */
static void app_redeploy(struct request *request, unsigned kind)
{
	const struct object *app = rest_find(request, kind), *made;

	if (!app || !rest_check_body(request))
		return;
	made = app_deploy(request, app, request->operation->text, NULL);
	if (made)
		rest_answer(request, request->operation->status, KIND_DEPLOYMENT, made);
}

/* Back to what an earlier deployment had. */
static void app_rollback(struct request *request, unsigned kind)
{
	const struct object *app = rest_find(request, kind), *earlier, *made;
	JSON_AUTO *tree = NULL;

	if (!app || !rest_check_body(request))
		return;
	earlier = store_find(request->sandbox->store, KIND_DEPLOYMENT, app->id,
		json_text(request->body, "deployment_id"));
	if (!earlier) {
		answer_not_found(request);
		return;
	}
	tree = cJSON_Parse(earlier->text);
	made = app_deploy(request, app, "rollback", cJSON_GetObjectItem(tree, "spec"));
	if (made)
		rest_answer(request, request->operation->status, KIND_DEPLOYMENT, made);
}

/* Calls for each component of an app's spec. */
static cJSON *app_components(
	const cJSON *app, cJSON *(*entry)(const cJSON *component, const char *type))
{
	cJSON *list = cJSON_CreateArray();
	const cJSON *component;

	for (size_t row = 0; row < COMPONENTS; row++)
		cJSON_ArrayForEach(component,
			cJSON_GetObjectItem(cJSON_GetObjectItem(app, "spec"), components[row].key))
		{
			cJSON_AddItemToArray(list, entry(component, components[row].type));
		}
	return list;
}

static cJSON *app_instance(const cJSON *component, const char *type)
{
	cJSON *instance = cJSON_CreateObject();
	char name[128];

	snprintf(name, sizeof(name), "%s-0", json_text(component, "name"));
	json_set_text(instance, "component_name", json_text(component, "name"));
	json_set_text(instance, "component_type", type);
	json_set_text(instance, "instance_name", name);
	json_set_text(instance, "instance_alias", name);
	return instance;
}

static cJSON *app_component_health(const cJSON *component, const char *type)
{
	double count = json_number(component, "instance_count", 1);
	cJSON *health = cJSON_CreateObject();

	(void)type;
	json_set_text(health, "name", json_text(component, "name"));
	json_set_number(health, "cpu_usage_percent", 1);
	json_set_number(health, "memory_usage_percent", 12);
	json_set_number(health, "replicas_desired", count);
	json_set_number(health, "replicas_ready", count);
	json_set_text(health, "state", "HEALTHY");
	return health;
}

static void app_instances(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	JSON_AUTO *app = object ? cJSON_Parse(object->text) : NULL;

	if (app)
		answer_member(request, 200, "instances", app_components(app, app_instance));
}

static void app_health(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	JSON_AUTO *app = object ? cJSON_Parse(object->text) : NULL;
	cJSON *health;

	if (!app)
		return;
	health = cJSON_CreateObject();
	json_set(health, "components", app_components(app, app_component_health));
	answer_member(request, 200, "app_health", health);
}

static void app_remove(struct request *request, unsigned kind)
{
	const struct object *app = rest_find(request, kind);
	cJSON *answer;

	if (!app)
		return;
	answer = cJSON_CreateObject();
	json_set_text(answer, "id", app->id);
	rest_forget(request, kind, app);
	answer_tree(request, request->operation->status, answer);
}

static void app_size(struct request *request, unsigned kind)
{
	JSON_AUTO *sizes = cJSON_Parse(sizes_text);
	const cJSON *size;

	(void)kind;
	cJSON_ArrayForEach(size, cJSON_GetObjectItem(sizes, "instance_sizes"))
	{
		if (!strcmp(json_text(size, "slug"), request->argument[0]))
			break;
	}
	if (size)
		answer_member(request, 200, "instance_size", cJSON_Duplicate(size, true));
	else
		answer_not_found(request);
}

/* What an app of this spec would be, and whether it can be. */
static void app_propose(struct request *request, unsigned kind)
{
	const char *name;
	cJSON *answer;

	(void)kind;
	if (!rest_check_body(request))
		return;
	name = json_text(cJSON_GetObjectItem(request->body, "spec"), "name");
	answer = cJSON_CreateObject();
	json_set_bool(answer, "app_name_available",
		app_name_is_free(request->sandbox->store, request->body));
	json_set_text(answer, "app_name_suggestion", name);
	json_set_bool(answer, "app_is_static", false);
	json_set(answer, "spec", cJSON_Duplicate(cJSON_GetObjectItem(request->body, "spec"), true));
	json_set_number(answer, "app_cost", 5);
	answer_tree(request, 200, answer);
}

static void apps_bandwidth(struct request *request, unsigned kind)
{
	const char *date = json_text(request->body, "date");
	cJSON *answer, *list;
	const cJSON *id;

	if (!rest_check_body(request))
		return;
	answer = cJSON_CreateObject();
	list = cJSON_AddArrayToObject(answer, "app_bandwidth_usage");
	cJSON_ArrayForEach(id, cJSON_GetObjectItem(request->body, "app_ids"))
	{
		cJSON *entry = cJSON_CreateObject();

		json_set_text(entry, "app_id", id->valuestring);
		json_set_text(entry, "bandwidth_bytes", "513668");
		if (store_find(request->sandbox->store, kind, NULL, id->valuestring))
			cJSON_AddItemToArray(list, entry);
		else
			cJSON_Delete(entry);
	}
	json_set_text(answer, "date", date ? date : "2026-11-01T00:00:00Z");
	answer_tree(request, 200, answer);
}

#define APP "/v2/apps/{app_id}"
#define LOGS                                                                                 \
	"app:read", 200, rest_tell,                                                          \
		.text = "{'live_url':'https://logs.example.com/live/${id}','historic_urls':" \
			"['https://logs.example.com/archive/${id}']}"
#define EXEC "app:access_console", 200, rest_tell, .text = "{'url':'wss://exec.example.com/${id}'}"
#define SPEC "spec!:{name!:h(2,32) region:s} project_id:=project"
#define SPEC_SAMPLE                                                                         \
	"{'spec':{'name':'sample-${random}','region':'nyc','services':[{'name':'web',"      \
	"'image':{'registry_type':'DOCKER_HUB','registry':'library','repository':'nginx'}," \
	"'instance_size_slug':'apps-s-1vcpu-0.5gb','instance_count':1}],'jobs':[{'name':"   \
	"'migrate','kind':'PRE_DEPLOY','image':{'registry_type':'DOCKER_HUB','registry':"   \
	"'library','repository':'busybox'}}]}}"
#define ROLLBACK \
	.body = "deployment_id!:s skip_pin:b", .sample = "{'deployment_id':'${=deployment}'}"

static const struct operation operations[] = {
	{"GET", "/v2/apps", "app:read", 200, rest_list},
	{"POST", "/v2/apps", "app:create", 200, rest_create, .body = SPEC, .sample = SPEC_SAMPLE},
	{"GET", "/v2/apps/{id}", "app:read", 200, rest_get},
	{"PUT", "/v2/apps/{id}", "app:update", 200, app_put,
		.body = SPEC " -update_all_source_versions:b", .sample = SPEC_SAMPLE},
	{"POST", APP "/restart", "app:update", 200, app_redeploy, .key = "deployment",
		.text = "app restarted", .body = "components:[s]"},
	{"GET", APP "/components/{component_name}/logs", LOGS},
	{"GET", APP "/components/{component_name}/exec", EXEC},
	{"GET", APP "/instances", "app:read", 200, app_instances},
	{"POST", APP "/deployments", "app:update", 200, app_redeploy, .key = "deployment",
		.text = "manual", .body = "force_build:b"},
	{"GET", APP "/logs", LOGS},
	{"GET", "/v2/apps/tiers/instance_sizes", "app:read", 200, document_tell,
		.text = sizes_text},
	{"GET", "/v2/apps/tiers/instance_sizes/{slug}", "app:read", 200, app_size},
	{"GET", "/v2/apps/regions", "app:read", 200, document_tell, .text = regions_text},
	{"POST", "/v2/apps/propose", "app:read", 200, app_propose, .body = SPEC " app_id:s",
		.sample = SPEC_SAMPLE},
	{"POST", APP "/rollback", "app:update", 200, app_rollback, ROLLBACK, .key = "deployment"},
	{"POST", APP "/rollback/validate", "app:update", 200, rest_tell, ROLLBACK,
		.text = "{'valid':true,'warnings':[]}"},
	{"POST", APP "/rollback/commit", "app:update", 200, rest_tell},
	{"POST", APP "/rollback/revert", "app:update", 200, app_redeploy, .key = "deployment",
		.text = "rollback reverted"},
	{"GET", APP "/metrics/bandwidth_daily", "app:read", 200, rest_tell,
		.text = "{'app_bandwidth_usage':[{'app_id':'${id}','bandwidth_bytes':'513668'}],"
			"'date':'2026-11-01T00:00:00Z'}"},
	{"POST", "/v2/apps/metrics/bandwidth_daily", "app:read", 200, apps_bandwidth,
		.body = "app_ids!:[s] date:s", .sample = "{'app_ids':['${=app}']}"},
	{"GET", APP "/health", "app:read", 200, app_health},
	{"DELETE", "/v2/apps/{id}", "app:delete", 200, app_remove},
	{0},
};

DEFINE_KIND(app) = {
	.path = "/v2/apps",
	.list_key = "apps",
	.object_key = "app",
	.id_key = "id",
	.urn = "app",
	.template =
		"{'owner_uuid':'3a56c5e109736a50e823eaebca85708ca0e5087c','created_at':'${now}',"
		"'updated_at':'${now}','default_ingress':'https://${spec.name}-${random}."
		"ondigitalocean.app','live_domain':'${spec.name}.ondigitalocean.app','live_url':"
		"'https://${spec.name}.ondigitalocean.app','tier_slug':'basic','project_id':'',"
		"'region':{'slug':'nyc','label':'New York','flag':'usa','continent':"
		"'North America','data_centers':['nyc1','nyc3'],'default':true}}",
	.operations = operations,
	.create = app_check,
	.update = app_check,
	.created = app_created,
	.render = app_render,
};
