#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <string.h>

/* What belongs to an app. */

#define APP "/v2/apps/{app_id}"
#define LOGS                                                                                 \
	"app:read", 200, rest_tell,                                                          \
		.text = "{'live_url':'https://logs.example.com/live/${id}','historic_urls':" \
			"['https://logs.example.com/archive/${id}']}"

/* A deployment is an event, and runs the app's jobs. */
static void deployment_created(struct request *request, const struct object *object)
{
	JSON_AUTO *tree = cJSON_Parse(object->text);
	JSON_AUTO *event = cJSON_CreateObject();
	TEXT_AUTO *scope = strdup(object->scope);
	const cJSON *job;

	json_set_text(event, "type", "DEPLOYMENT");
	json_set_text(event, "deployment_id", json_text(tree, "id"));
	rest_make(request, KIND_APP_EVENT, scope, tree, event);
	cJSON_ArrayForEach(job, cJSON_GetObjectItem(cJSON_GetObjectItem(tree, "spec"), "jobs"))
	{
		JSON_AUTO *invocation = cJSON_CreateObject();

		json_set_text(invocation, "job_name", json_text(job, "name"));
		json_set_text(invocation, "deployment_id", json_text(tree, "id"));
		rest_make(request, KIND_JOB_INVOCATION, scope, tree, invocation);
	}
}

#define DEPLOYMENT APP "/deployments/{deployment_id}"

static const struct operation deployment_operations[] = {
	{"GET", APP "/deployments", "app:read", 200, rest_list},
	{"GET", DEPLOYMENT, "app:read", 200, rest_get},
	{"GET", DEPLOYMENT "/components/{component_name}/logs", LOGS},
	{"GET", DEPLOYMENT "/logs", LOGS},
	{"GET", DEPLOYMENT "/components/{component_name}/exec", "app:access_console", 200,
		rest_tell, .text = "{'url':'wss://exec.example.com/${id}'}"},
	{"POST", DEPLOYMENT "/cancel", "app:update", 200, rest_update,
		.life = {"phase", "CANCELED", "CANCELED", 0}},
	{0},
};

DEFINE_KIND(deployment) = {
	.path = APP "/deployments",
	.list_key = "deployments",
	.object_key = "deployment",
	.id_key = "id",
	.owner = KIND_APP,
	.newest_first = true,
	.template = "{'created_at':'${now}','updated_at':'${now}','phase_last_updated_at':'${now}',"
		    "'tier_slug':'basic','progress':{'pending_steps':0,'running_steps':0,"
		    "'success_steps':1,'error_steps':0,'total_steps':1,'steps':[]}}",
	.life = {"phase", "BUILDING", "ACTIVE", 2},
	.operations = deployment_operations,
	.created = deployment_created,
};

#define INVOCATION APP "/job-invocations/{job_invocation_id}"

/* Here the job's name stands before the invocation's id. */
static void invocation_logs(struct request *request, unsigned kind)
{
	request->argument[1] = request->argument[2];
	rest_tell(request, kind);
}

static const struct operation invocation_operations[] = {
	{"GET", APP "/job-invocations", "app:read", 200, rest_list},
	{"GET", INVOCATION, "app:read", 200, rest_get},
	{"POST", INVOCATION "/cancel", "app:update", 200, rest_update,
		.life = {"phase", "CANCELED", "CANCELED", 0}},
	{"GET", APP "/jobs/{job_name}/invocations/{job_invocation_id}/logs", "app:read", 200,
		invocation_logs,
		.text = "{'live_url':'https://logs.example.com/live/${id}','historic_urls':"
			"['https://logs.example.com/archive/${id}']}"},
	{0},
};

DEFINE_KIND(job_invocation) = {
	.path = APP "/job-invocations",
	.list_key = "job_invocations",
	.id_key = "id",
	.owner = KIND_APP,
	.newest_first = true,
	.template = "{'trigger':{'type':'MANUAL','manual':{'user':{'uuid':"
		    "'3a56c5e109736a50e823eaebca85708ca0e5087c','email':'sandbox@example.com',"
		    "'full_name':'Sandbox'}}},'created_at':'${now}','started_at':'${now}'}",
	.life = {"phase", "RUNNING", "SUCCEEDED", 1},
	.filters = {{"deployment_id"}},
	.operations = invocation_operations,
};

/* An event shows the whole deployment. */
static void event_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	const struct object *deployment = store_find(
		sandbox->store, KIND_DEPLOYMENT, object->scope, json_text(tree, "deployment_id"));

	if (deployment)
		json_set(tree, "deployment", rest_tree(sandbox, KIND_DEPLOYMENT, deployment));
}

static void event_cancel(struct request *request, unsigned kind)
{
	struct store *store = request->sandbox->store;
	const struct object *object = rest_find(request, kind), *deployment;
	JSON_AUTO *event = object ? cJSON_Parse(object->text) : NULL;
	JSON_AUTO *tree = NULL;
	JSON_AUTO *note = NULL;

	if (!event)
		return;
	deployment = store_find(
		store, KIND_DEPLOYMENT, object->scope, json_text(event, "deployment_id"));
	if (deployment) {
		tree = rest_kept(deployment);
		note = cJSON_CreateObject();
		json_set_text(tree, "phase", "CANCELED");
		store_put(store, KIND_DEPLOYMENT, object->scope, tree, note);
	}
	rest_answer(request, request->operation->status, kind, object);
}

#define EVENT APP "/events/{event_id}"

static const struct operation event_operations[] = {
	{"GET", APP "/events", "app:read", 200, rest_list},
	{"GET", EVENT, "app:read", 200, rest_get},
	{"POST", EVENT "/cancel", "app:update", 200, event_cancel},
	{"GET", EVENT "/logs", LOGS},
	{0},
};

DEFINE_KIND(app_event) = {
	.path = APP "/events",
	.list_key = "events",
	.object_key = "event",
	.id_key = "id",
	.owner = KIND_APP,
	.newest_first = true,
	.template = "{'created_at':'${now}'}",
	.operations = event_operations,
	.render = event_render,
};

static const struct operation alert_operations[] = {
	{"GET", APP "/alerts", "app:read", 200, rest_list},
	{"POST", APP "/alerts/{alert_id}/destinations", "app:update", 200, rest_update,
		.body = "emails:[s] slack_webhooks:[{url!:s channel!:s}]",
		.sample = "{'emails':['sandbox@example.com'],'slack_webhooks':[]}"},
	{0},
};

DEFINE_KIND(app_alert) = {
	.path = APP "/alerts",
	.list_key = "alerts",
	.object_key = "alert",
	.id_key = "id",
	.owner = KIND_APP,
	.unpaged = true,
	.template = "{'emails':[],'slack_webhooks':[],'phase':'ACTIVE'}",
	.operations = alert_operations,
};
