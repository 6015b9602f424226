#include "pool.h"
#include "kind.h"
#include "rest.h"

#define POOL "/v2/droplets/autoscale/{autoscale_pool_id}"
#define BODY "name!:s config!:o droplet_template!:o"
#define SAMPLE                                                                         \
	"{'name':'sample','config':{'target_number_instances':1},'droplet_template':{" \
	"'region':'nyc1','size':'s-1vcpu-1gb','image':'debian-12-x64','ssh_keys':['${=key}']}}"

static const struct operation operations[] = {
	{"GET", "/v2/droplets/autoscale", "droplet:read", 200, rest_list},
	{"POST", "/v2/droplets/autoscale", "droplet:create", 202, rest_create, .body = BODY,
		.sample = SAMPLE},
	{"GET", POOL, "droplet:read", 200, rest_get},
	{"PUT", POOL, "droplet:create", 200, rest_update, .body = BODY, .sample = SAMPLE},
	{"DELETE", POOL, "droplet:delete", 202, rest_remove, .key = ""},
	{"DELETE", POOL "/dangerous", "droplet:delete", 202, pool_delete_dangerous, .key = ""},
	{"GET", POOL "/members", "droplet:read", 200, pool_members},
	{0},
};

DEFINE_KIND(pool) = {
	.path = "/v2/droplets/autoscale",
	.list_key = "autoscale_pools",
	.object_key = "autoscale_pool",
	.id_key = "id",
	.template = "{'current_utilization':{'memory':0,'cpu':0},'created_at':'${now}',"
		    "'updated_at':'${now}','status':'active','active_resources_count':0}",
	.filters = {{"name"}},
	.operations = operations,
	.create = pool_create,
	.update = pool_update,
	.render = pool_render,
};

static const struct operation event_operations[] = {
	{"GET", POOL "/history", "droplet:read", 200, rest_list},
	{0},
};

DEFINE_KIND(pool_event) = {
	.path = POOL "/history",
	.list_key = "history",
	.id_key = "history_event_id",
	.owner = KIND_POOL,
	.operations = event_operations,
};
