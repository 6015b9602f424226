#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's number"},
	{"slug", "what specs call it; empty for snapshots, backups and custom images"},
	{"name", "what people call it"},
	{"distribution", "the system in it"},
	{"type", "base, snapshot, backup, custom or admin"},
	{"public", "true when everyone can use it"},
	{"min_disk_size", "GiB of disk that a droplet needs for it"},
	{"size_gigabytes", "GB that it takes"},
	{"status", "NEW, available, pending, deleted or retired"},
	{"error_message", "why, when it could not be made"},
	{0},
};

static const struct relation relations[] = {
	{.name = "regions", .kind = "regions", .path = "regions", .help = "where it is available"},
	{.name = "droplets",
		.kind = "droplets",
		.back = "image",
		.help = "the droplets made from it"},
	{0},
};

static const struct file files[] = {FILE_JSON, {0}};

const struct kind kind_images = {
	.resource = {.name = "images",
		.path = "/v2/images",
		.list_key = "images",
		.object_key = "image",
		.id_keys = {"id"},
		.name_keys = {"slug", "id"},
		.queries = {""},
		.catalogue = true},
	.help = "what droplets can be made from: distributions, applications, your own",
	.fields = fields,
	.relations = relations,
	.files = files,
	.aliases = {"id", "name"},
	.alias_pair = {"distribution", "name"},
};
