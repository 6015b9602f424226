#include "json.h"
#include "kind.h"
#include "page.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"
#include "template.h"

#include <string.h>

/* Network file systems. Their actions are done at once and are not listed anywhere. */

#define ACTION(type, resource)                                                       \
	"{'id':'${uuid}','region_slug':'${region}','resource_id':'${" resource "}'," \
	"'resource_type':'SHARE','started_at':'${now}','status':'COMPLETED','type':'" type "'}"
#define SHARE "/v2/nfs/{nfs_id}"

static bool share_create(struct request *request, cJSON *object)
{
	const cJSON *vpc;

	cJSON_ArrayForEach(vpc, cJSON_GetObjectItem(object, "vpc_ids"))
	{
		JSON_AUTO *tree = store_read(request->sandbox->store, KIND_VPC, vpc->valuestring);

		if (strcmp(json_text(tree, "region"), json_text(object, "region")) != 0)
			return answer_error(request, 422,
				"vpc_ids is invalid: a VPC is in region %s",
				json_text(tree, "region"));
	}
	return true;
}

static void share_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	const struct store *store = sandbox->store;
	cJSON *points = cJSON_CreateArray();

	for (size_t i = 0; i < store_count(store, KIND_NFS_ACCESS_POINT); i++) {
		const struct object *point = store_at(store, KIND_NFS_ACCESS_POINT, i);

		if (strstr(point->text, object->id))
			cJSON_AddItemToArray(points, cJSON_Parse(point->text));
	}
	json_set(tree, "access_points", points);
}

/* What the actions do. Each gives the parameter that it needs, or false after an error. */

static bool act_resize(struct request *request, cJSON *share, const cJSON *params)
{
	double size = json_number(params, "size_gib", 0);

	if (size <= json_number(share, "size_gib", 0))
		return answer_error(request, 422, "size_gib must be greater than it is");
	json_set_number(share, "size_gib", size);
	return true;
}

static bool act_snapshot(struct request *request, cJSON *share, const cJSON *params)
{
	JSON_AUTO *snapshot = cJSON_CreateObject();
	const char *name = json_text(params, "name");

	if (!name)
		return answer_error(request, 422, "params.name is required");
	json_set_text(snapshot, "name", name);
	return rest_make(request, KIND_NFS_SNAPSHOT, "", share, snapshot);
}

static bool share_needs_vpc(struct request *request, const char *id)
{
	return (id && store_find(request->sandbox->store, KIND_VPC, NULL, id)) ||
	       answer_error(request, 422, "params is invalid: the VPC does not exist");
}

static bool act_attach(struct request *request, cJSON *share, const cJSON *params)
{
	const char *id = json_text(params, "vpc_id");

	if (!share_needs_vpc(request, id))
		return false;
	json_array_add(cJSON_GetObjectItem(share, "vpc_ids"), id);
	return share_create(request, share);
}

static bool act_detach(struct request *request, cJSON *share, const cJSON *params)
{
	const char *id = json_text(params, "vpc_id");

	if (!share_needs_vpc(request, id))
		return false;
	json_array_drop(cJSON_GetObjectItem(share, "vpc_ids"), id);
	return true;
}

static bool act_reassign(struct request *request, cJSON *share, const cJSON *params)
{
	const char *old = json_text(params, "old_vpc_id"), *new = json_text(params, "new_vpc_id");

	if (!share_needs_vpc(request, old) || !share_needs_vpc(request, new))
		return false;
	json_array_drop(cJSON_GetObjectItem(share, "vpc_ids"), old);
	json_array_add(cJSON_GetObjectItem(share, "vpc_ids"), new);
	return share_create(request, share);
}

static bool act_tier(struct request *request, cJSON *share, const cJSON *params)
{
	const char *tier = json_text(params, "performance_tier");

	if (!tier)
		return answer_error(request, 422, "params.performance_tier is required");
	json_set_text(share, "performance_tier", tier);
	return true;
}

static const struct {
	const char *type;
	bool (*act)(struct request *request, cJSON *share, const cJSON *params);
} acts[] = {
	{"resize", act_resize},
	{"snapshot", act_snapshot},
	{"attach", act_attach},
	{"detach", act_detach},
	{"reassign", act_reassign},
	{"switch_performance_tier", act_tier},
};

static void share_action(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	const char *type = json_text(request->body, "type");
	JSON_AUTO *share = NULL;
	struct blanks blanks;
	cJSON *action;
	size_t row = 0;

	if (!object || !rest_check_body(request))
		return;
	share = rest_kept(object);
	while (strcmp(acts[row].type, type) != 0)
		row++;
	if (!acts[row].act(request, share, cJSON_GetObjectItem(request->body, "params")))
		return;
	store_put(request->sandbox->store, kind, NULL, share, NULL);
	blanks_init(&blanks, request->sandbox, share, NULL);
	action = template_fill(&blanks, ACTION("", "id"));
	json_set_text(action, "type", type);
	answer_member(request, request->operation->status, "action", action);
}

static const struct operation operations[] = {
	{"GET", "/v2/nfs", "nfs:list", 200, rest_list},
	{"POST", "/v2/nfs", "nfs:create", 201, rest_create,
		.body = "name!:s size_gib!:i(50,16384) region!:=region vpc_ids!:[=vpc] "
			"performance_tier:s",
		.sample = "{'name':'sample','size_gib':50,'region':'nyc1','vpc_ids':['${^vpc}']}"},
	{"GET", SHARE, "nfs:read", 200, rest_get},
	{"POST", SHARE "/actions", "nfs:create", 201, share_action,
		.body = "type!:(resize|snapshot|attach|detach|reassign|switch_performance_tier) "
			"region:=region params!:o",
		.sample = "{'type':'snapshot','region':'nyc1','params':{'name':'sample'}}"},
	{"DELETE", SHARE, "nfs:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(nfs) = {
	.path = "/v2/nfs",
	.list_key = "shares",
	.object_key = "share",
	.id_key = "id",
	.unpaged = true,
	.template = "{'created_at':'${now}','performance_tier':'standard','mount_path':"
		    "'/123456/${id}','host':'10.128.0.32'}",
	.life = {"status", "CREATING", "ACTIVE", 1},
	.filters = {{"region"}},
	.references = {{"vpc_ids", KIND_VPC, RELEASE_REFUSE, 403,
		"Can not delete VPC with members"}},
	.operations = operations,
	.create = share_create,
	.render = share_render,
};

static const struct operation snapshot_operations[] = {
	{"GET", "/v2/nfs/snapshots", "nfs:list", 200, rest_list},
	{"GET", "/v2/nfs/snapshots/{nfs_snapshot_id}", "nfs:read", 200, rest_get},
	{"DELETE", "/v2/nfs/snapshots/{nfs_snapshot_id}", "nfs:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(nfs_snapshot) = {
	.path = "/v2/nfs/snapshots",
	.list_key = "snapshots",
	.object_key = "snapshot",
	.id_key = "id",
	.unpaged = true,
	.template =
		"{'size_gib':'$owner.size_gib','region':'${owner.region}','created_at':'${now}',"
		"'share_id':'${owner.id}'}",
	.life = {"status", "CREATING", "ACTIVE", 0.5},
	.filters = {{"region"}, {"share_id"}},
	.operations = snapshot_operations,
};

/* Access points are listed by share, and otherwise found by themselves. */

static bool point_is_of(const struct object *object, const void *share)
{
	return strstr(object->text, share);
}

static void points_list(struct request *request, unsigned kind)
{
	const struct object *share = rest_find(request, KIND_NFS);

	if (share)
		page_answer(request, kind, NULL, point_is_of, share->id);
}

/* An access point together with the action that it took. */
static void point_answer(
	struct request *request, unsigned kind, const struct object *object, const char *type)
{
	JSON_AUTO *point = rest_tree(request->sandbox, kind, object);
	JSON_AUTO *share = store_read(
		request->sandbox->store, KIND_NFS, json_text(point, "share_id"));
	struct blanks blanks;
	cJSON *answer = cJSON_CreateObject(), *action;

	blanks_init(&blanks, request->sandbox, share, NULL);
	action = template_fill(&blanks, ACTION("", "id"));
	json_set_text(action, "type", type);
	json_set(answer, "access_point", cJSON_Duplicate(point, true));
	json_set(answer, "action", action);
	answer_tree(request, request->operation->status, answer);
}

static void point_create(struct request *request, unsigned kind)
{
	const struct object *share = rest_find(request, KIND_NFS), *made;
	JSON_AUTO *owner = NULL;
	JSON_AUTO *point = NULL;

	if (!share || !rest_check_body(request))
		return;
	owner = cJSON_Parse(share->text);
	point = cJSON_Duplicate(request->body, true);
	made = rest_make(request, kind, "", owner, point);
	if (made)
		point_answer(request, kind, made, "create_access_point");
}

static void point_remove(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);

	if (!object)
		return;
	point_answer(request, kind, object, "delete_access_point");
	rest_forget(request, kind, object);
}

#define POINTS "/v2/nfs/shares/{share_id}/access_points"
#define POINT "/v2/nfs/access_points/{access_point_id}"

static const struct operation point_operations[] = {
	{"GET", POINTS, "nfs:list", 200, points_list},
	{"POST", POINTS, "nfs:create", 201, point_create,
		.body = "name!:s path!:s vpc_id!:=vpc access_policy!:{anonuid!:i anongid!:i "
			"protocols!:[(NFS4|NFS)] squash_config!:(NO_SQUASH|ROOT_SQUASH|ALL_SQUASH) "
			"identity_enforcement_enabled!:b}"},
	{"GET", POINT, "nfs:read", 200, rest_get},
	{"DELETE", POINT, "nfs:delete", 200, point_remove},
	{0},
};

DEFINE_KIND(nfs_access_point) = {
	.path = "/v2/nfs/access_points",
	.list_key = "access_points",
	.object_key = "access_point",
	.id_key = "id",
	.unpaged = true,
	.template = "{'share_id':'${owner.id}','created_at':'${now}','updated_at':'${now}',"
		    "'is_default':false}",
	.life = {"status", "ACCESS_POINT_CREATING", "ACCESS_POINT_ACTIVE", 0.5},
	.references = {{"share_id", KIND_NFS, RELEASE_REMOVE},
		{"vpc_id", KIND_VPC, RELEASE_REFUSE, 403, "Can not delete VPC with members"}},
	.operations = point_operations,
};
