#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's number"},
	{"type", "what was done: create, resize, power_off …"},
	{"status", "in-progress, completed or errored"},
	{"started_at", "when it began"},
	{"completed_at", "when it ended; empty: it has not"},
	{"resource_type", "to what: droplet, image, volume, reserved_ip …"},
	{"resource_id", "and to which of them"},
	{0},
};

static const struct relation relations[] = {
	{.name = "region",
		.kind = "regions",
		.path = "region_slug",
		.one = true,
		.help = "where it was"},
	{.name = "droplet",
		.kind = "droplets",
		.path = "resource_id",
		.only = {"resource_type", "droplet"},
		.one = true,
		.help = "to which droplet it was done"},
	{0},
};

static const struct file files[] = {FILE_JSON, {0}};

const struct kind kind_actions = {
	.resource = {.name = "actions",
		.scope = "actions",
		.path = "/v2/actions",
		.list_key = "actions",
		.object_key = "action",
		.id_keys = {"id"},
		.name_keys = {"id"},
		.latest = true},
	.help = "what was done to the account's things, also by others: the latest 200",
	.fields = fields,
	.relations = relations,
	.files = files,
};
