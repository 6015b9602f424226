#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"

#define NAMESPACES "/v2/functions/namespaces"
#define NAMESPACE NAMESPACES "/{namespace_id}"

static const struct operation operations[] = {
	{"GET", NAMESPACES, "function:read", 200, rest_list},
	{"POST", NAMESPACES, "function:create", 200, rest_create,
		.body = "region!:=region label!:s", .sample = "{'region':'nyc1','label':'sample'}"},
	{"GET", NAMESPACE, "function:admin", 200, rest_get},
	{"DELETE", NAMESPACE, "function:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(function_namespace) = {
	.path = NAMESPACES,
	.list_key = "namespaces",
	.object_key = "namespace",
	.id_key = "namespace",
	.identity = IDENTITY_GIVEN,
	.unpaged = true,
	.template = "{'namespace':'fn-${uuid}','uuid':'${uuid}','api_host':"
		    "'https://faas-${region}-sandbox.doserverless.co','key':'${secret}',"
		    "'created_at':'${now}','updated_at':'${now}'}",
	.operations = operations,
};

#define TRIGGER NAMESPACE "/triggers/{trigger_name}"
#define SCHEDULE ":{cron!:s body:{name:s}}"

static const struct operation trigger_operations[] = {
	{"GET", NAMESPACE "/triggers", "function:read", 200, rest_list},
	{"POST", NAMESPACE "/triggers", "function:create", 200, rest_create,
		.body = "name!:s function!:s type!:(SCHEDULED) is_enabled!:b "
			"scheduled_details!" SCHEDULE,
		.sample =
			"{'name':'sample','function':'hello','type':'SCHEDULED','is_enabled':true,"
			"'scheduled_details':{'cron':'* * * * *','body':{'name':'you'}}}"},
	{"GET", TRIGGER, "function:read", 200, rest_get},
	{"PUT", TRIGGER, "function:update", 200, rest_update,
		.body = "is_enabled:b scheduled_details" SCHEDULE,
		.sample = "{'is_enabled':false}"},
	{"DELETE", TRIGGER, "function:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(function_trigger) = {
	.path = NAMESPACE "/triggers",
	.list_key = "triggers",
	.object_key = "trigger",
	.id_key = "name",
	.owner = KIND_FUNCTION_NAMESPACE,
	.identity = IDENTITY_GIVEN,
	.unpaged = true,
	.template = "{'namespace':'${owner.namespace}','created_at':'${now}','updated_at':'${now}',"
		    "'scheduled_runs':{'last_run_at':null,'next_run_at':'${later}'}}",
	.operations = trigger_operations,
};

/* The list of keys tells how many there are. */
static void key_list(struct request *request, unsigned kind)
{
	cJSON *answer;

	rest_list(request, kind);
	if (request->status != 200)
		return;
	answer = cJSON_ParseWithLength(request->text, request->length);
	json_set_number(
		answer, "count", cJSON_GetArraySize(cJSON_GetObjectItem(answer, "access_keys")));
	answer_tree(request, 200, answer);
}

static void key_remove(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);

	if (!object)
		return;
	rest_forget(request, kind, object);
	answer_tree(request, 200, cJSON_CreateObject());
}

#define KEY NAMESPACE "/keys/{key_id}"

static const struct operation key_operations[] = {
	{"GET", NAMESPACE "/keys", "function:admin", 200, key_list},
	{"POST", NAMESPACE "/keys", "function:admin", 201, rest_create,
		.body = "name!:s expires_in:s"},
	{"PUT", KEY, "function:admin", 200, rest_update, .body = "name!:s",
		.sample = "{'name':'renamed'}"},
	{"DELETE", KEY, "function:admin", 200, key_remove},
	{0},
};

DEFINE_KIND(function_key) = {
	.path = NAMESPACE "/keys",
	.list_key = "access_keys",
	.object_key = "access_key",
	.id_key = "id",
	.owner = KIND_FUNCTION_NAMESPACE,
	.unpaged = true,
	.unique_name = true,
	.secret = "secret",
	.template = "{'secret':'${secret}','expires_at':null,'created_at':'${now}','updated_at':"
		    "'${now}'}",
	.operations = key_operations,
};
