#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"type", "DEPLOYMENT or AUTOSCALING"},
	{"deployment_id", "of which deployment"},
	{0},
};

const struct kind kind_app_events = {
	.resource = {"apps/events", "/v2/apps/%s/events", .list_key = "events", .object_key = "event",
		.id_keys = {"id"}, .name_keys = {"id"}, .unlisted = true},
	.help = "what happened to an app; `ls apps/X/events` shows them, `ls apps/X` does not",
	.fields = fields,
	.actions = ACTIONS({"cancel", "stop it", .path = "/cancel"}),
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_ACTION),
};
