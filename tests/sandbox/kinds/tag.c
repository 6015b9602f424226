#include "tag.h"
#include "kind.h"
#include "rest.h"

#define RESOURCES \
	"resources!:[{resource_id!:x resource_type!:(droplet|image|volume|volume_snapshot)}]"
#define ONE "{'resources':[{'resource_id':'${=droplet}','resource_type':'droplet'}]}"

static const struct operation operations[] = {
	{"GET", "/v2/tags", "tag:read", 200, rest_list},
	{"POST", "/v2/tags", "tag:create", 201, rest_create, .body = "name!:s"},
	{"GET", "/v2/tags/{tag_id}", "tag:read", 200, rest_get},
	{"DELETE", "/v2/tags/{tag_id}", "tag:delete", 204, rest_remove},
	{"POST", "/v2/tags/{tag_id}/resources", "tag:create", 204, tag_assign, .body = RESOURCES,
		.sample = ONE},
	{"DELETE", "/v2/tags/{tag_id}/resources", "tag:delete", 204, tag_unassign,
		.body = RESOURCES, .sample = ONE},
	{0},
};

DEFINE_KIND(tag) = {
	.path = "/v2/tags",
	.list_key = "tags",
	.object_key = "tag",
	.id_key = "name",
	.identity = IDENTITY_GIVEN,
	.operations = operations,
	.create = tag_create,
	.remove = tag_remove,
	.render = tag_render,
};
