#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's number"},
	{"name", "its name"},
	{"resource_type", "droplet or volume"},
	{"resource_id", "of what it was taken"},
	{"min_disk_size", "GiB of disk that a droplet made from it needs"},
	{"size_gigabytes", "GB that it takes"},
	{0},
};

static const struct relation relations[] = {
	{.name = "regions", .kind = "regions", .path = "regions", .help = "where it is stored"},
	{.name = "droplet",
		.only = {"resource_type", "droplet"},
		.kind = "droplets",
		.path = "resource_id",
		.one = true,
		.help = "of what it was taken"},
	{.name = "volume",
		.only = {"resource_type", "volume"},
		.kind = "volumes",
		.path = "resource_id",
		.one = true,
		.help = "of what it was taken"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, {0}};

const struct kind kind_snapshots = {
	.resource = {.name = "snapshots",
		.scope = "snapshot",
		.path = "/v2/snapshots",
		.list_key = "snapshots",
		.object_key = "snapshot",
		.id_keys = {"id"},
		.name_keys = {"name", "id"},
		.queries = {""}},
	.tagged = "volume_snapshot",
	.help = "saved disks; `mkdir droplets/X/snapshots/NAME` takes one",
	.fields = fields,
	.relations = relations,
	.files = files,
	.deletable = true,
};
