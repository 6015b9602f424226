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
	{"regions", "regions", "where it is stored", .path = "regions"},
	{"droplet", "droplets", "of what it was taken", .path = "resource_id", .only = {"resource_type", "droplet"},
		.one = true},
	{"volume", "volumes", "of what it was taken", .path = "resource_id", .only = {"resource_type", "volume"},
		.one = true},
	{0},
};

const struct kind kind_snapshots = {
	.resource = {"snapshots", "/v2/snapshots", .scope = "snapshot", .list_key = "snapshots",
		.object_key = "snapshot", .id_keys = {"id"}, .name_keys = {"name", "id"}},
	.tagged = "volume_snapshot",
	.help = "saved disks; `mkdir droplets/X/snapshots/NAME` takes one",
	.fields = fields,
	.relations = relations,
	.files = FILES(FILE_JSON, FILE_ERROR),
	.deletable = true,
};
