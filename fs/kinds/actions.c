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
	{"region", "regions", "where it was", .path = "region_slug", .one = true},
	{"droplet", "droplets", "to which droplet it was done", .path = "resource_id",
		.only = {"resource_type", "droplet"}, .one = true},
	{0},
};

const struct kind kind_actions = {
	.resource = {"actions", "/v2/actions", .scope = "actions", .list_key = "actions", .object_key = "action",
		.id_keys = {"id"}, .name_keys = {"id"}, .latest = true},
	.help = "what was done to the account's things, also by others: the latest 200",
	.fields = fields,
	.relations = relations,
	.files = FILES(FILE_JSON),
};
