#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID: what `rollback` takes"},
	{"cause", "why there was one"},
	{"phase", "PENDING_BUILD, BUILDING, PENDING_DEPLOY, DEPLOYING, ACTIVE, SUPERSEDED, ERROR "
		  "or CANCELED"},
	{"progress", "its steps"},
	{0},
};

const struct kind kind_app_deployments = {
	.resource = {"apps/deployments", "/v2/apps/%s/deployments", .list_key = "deployments",
		.object_key = "deployment", .id_keys = {"id"}, .name_keys = {"id"}},
	.help = "each time an app was built and put in its place; `echo deploy > action` of the app makes one",
	.fields = fields,
	.actions = ACTIONS({"cancel", "stop it", .path = "/cancel"}),
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_ACTION),
};
