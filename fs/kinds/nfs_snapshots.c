#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"size_gib", "GiB"},
	{"status", "UNKNOWN, CREATING, ACTIVE, FAILED or DELETED"},
	{0},
};

const struct kind kind_nfs_snapshots = {
	.resource = {"nfs/snapshots", "/v2/nfs/snapshots", .gathered = "share_id", .list_key = "snapshots",
		.object_key = "snapshot", .id_keys = {"id"}, .name_keys = {"name", "id"}},
	.help = "saved states of a share; `echo snapshot name=X > action` of the share takes one",
	.fields = fields,
	.files = FILES(FILE_JSON, FILE_ERROR),
	.deletable = true,
};
