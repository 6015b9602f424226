#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"name", "its name"},
	{"size_gigabytes", "GiB"},
	{"description", "what people noted"},
	{"droplet_ids", "what it is attached to: one droplet, or none"},
	{"filesystem_type", "ext4, xfs, or empty: not formatted"},
	{"filesystem_label", "of the file system"},
	{0},
};

static const struct relation relations[] = {
	{"region", "regions", "where it is", .path = "region", .one = true},
	{"droplet", "droplets", "what it is attached to: `ln -s ../../droplets/X droplet`, rm", .path = "droplet_ids",
		.one = true, .link = {"/actions", "droplet_id", "attach", "detach"}},
	{"snapshots", "snapshots", "its snapshots: mkdir takes one, rmdir deletes it", .back = "resource_id",
		.directories = true, .link = {"/snapshots", "name"}},
	{0},
};

static const struct spec_key keys[] = {
	{"size_gigabytes", SPEC_NUMBER, "GiB; it can grow, never shrink", "10", .required = true, LIMITS(1, 16384),
		.action = "resize", .grows = true},
	{"region", SPEC_REF, "where it is", "sgp1", .kind = "regions", .required = true,
		.fixed = "make another one there from a snapshot of this one"},
	{"snapshot_id", SPEC_REF, "made from this snapshot of another one", "before-upgrade", .kind = "snapshots",
		.fixed = "make another one from it", .unshown = true},
	{"description", SPEC_TEXT, "what people noted", "\"data of tenant42\"", .fixed = "it stays"},
	{"filesystem_type", SPEC_TEXT, "to be formatted so", "ext4", .among = "ext4 xfs",
		.fixed = "format it on the droplet"},
	{"filesystem_label", SPEC_TEXT, "of the file system", "data", .fixed = "change it on the droplet"},
	{"tags", SPEC_WORDS, "labels", "tenant", .kind = "tags", .change = tags_change},
	{0},
};

static const struct action actions[] = {
	{"attach", "to a droplet of its region", .params = "droplet_id@droplets"},
	{"detach", "from the droplet", .params = "droplet_id@droplets"},
	{"resize", "larger", .params = "size_gigabytes"},
	{0},
};

const struct kind kind_volumes = {
	.resource = {"volumes", "/v2/volumes", .scope = "block_storage", .list_key = "volumes", .object_key = "volume",
		.id_keys = {"id"}, .name_keys = {"name"}},
	.tagged = "volume",
	.urn = "volume",
	.help = "disks that outlive droplets and move between them",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.deletable = true,
};
