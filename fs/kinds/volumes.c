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
	{.name = "region", .kind = "regions", .path = "region", .one = true, .help = "where it is"},
	{.name = "droplet",
		.kind = "droplets",
		.path = "droplet_ids",
		.one = true,
		.link = {"/actions", "droplet_id", "attach", "detach"},
		.help = "what it is attached to: `ln -s ../../droplets/X droplet`, rm"},
	{.name = "snapshots",
		.kind = "snapshots",
		.back = "resource_id",
		.directories = true,
		.link = {"/snapshots", "name"},
		.help = "its snapshots: mkdir takes one, rmdir deletes it"},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("size_gigabytes"), .type = SPEC_NUMBER, .required = true, .least = 1, .most = 16384,
		.action = "resize", .grows = true, .help = "GiB; it can grow, never shrink",
		.example = "10"},
	{KEY("region"), .type = SPEC_REF, .kind = "regions", .required = true,
		.fixed = "make another one there from a snapshot of this one",
		.help = "where it is", .example = "sgp1"},
	{.name = "snapshot_id",
		.type = SPEC_REF,
		.kind = "snapshots",
		.by = "id",
		.fixed = "make another one from it",
		.help = "made from this snapshot of another one",
		.example = "before-upgrade"},
	{KEY("description"), .type = SPEC_TEXT, .fixed = "it stays", .help = "what people noted",
		.example = "\"data of tenant42\""},
	{KEY("filesystem_type"), .type = SPEC_TEXT, .among = "ext4 xfs",
		.fixed = "format it on the droplet", .help = "to be formatted so",
		.example = "ext4"},
	{KEY("filesystem_label"), .type = SPEC_TEXT, .fixed = "change it on the droplet",
		.help = "of the file system", .example = "data"},
	{KEY("tags"), .type = SPEC_WORDS, .kind = "tags", .change = tags_change, .help = "labels",
		.example = "tenant"},
	{0},
};

static const struct action actions[] = {
	{.name = "attach", .params = "droplet_id@droplets", .help = "to a droplet of its region"},
	{.name = "detach", .params = "droplet_id@droplets", .help = "from the droplet"},
	{.name = "resize", .params = "size_gigabytes", .help = "larger"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_volumes = {
	.resource = {.name = "volumes",
		.scope = "block_storage",
		.path = "/v2/volumes",
		.list_key = "volumes",
		.object_key = "volume",
		.id_keys = {"id"},
		.name_keys = {"name"}},
	.tagged = "volume",
	.urn = "volume",
	.help = "disks that outlive droplets and move between them",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.aliases = {"id", "name"},
	.deletable = true,
};
