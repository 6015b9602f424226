#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"size_gib", "GiB"},
	{"status", "CREATING, ACTIVE, INACTIVE (in no network), FAILED or DELETED"},
	{"host", "what to mount it from: HOST:MOUNT_PATH"},
	{"mount_path", "and which path"},
	{0},
};

static const struct relation relations[] = {
	{.name = "region", .kind = "regions", .path = "region", .one = true, .help = "where it is"},
	{.name = "vpcs",
		.kind = "vpcs",
		.path = "vpc_ids",
		.link = {"/actions", "params/vpc_id", "attach", "detach"},
		.help = "the networks that can mount it: `ln -s ../../../vpcs/X nfs/N/vpcs/`, rm"},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("size_gib"), .type = SPEC_NUMBER, .required = true, .least = 50, .most = 1048576,
		.action = "resize", .grows = true, .help = "GiB; it can grow, never shrink",
		.example = "100"},
	{KEY("region"), .type = SPEC_REF, .kind = "regions", .required = true,
		.fixed = "make another one there", .help = "where it is", .example = "atl1"},
	{KEY("vpc_ids"), .type = SPEC_REFS, .kind = "vpcs", .by = "id", .required = true,
		.fixed = "`ln -s` in vpcs/ of it attaches, rm detaches",
		.help = "the networks that can mount it", .example = "backend"},
	{KEY("performance_tier"), .type = SPEC_TEXT, .action = "switch_performance_tier",
		.help = "how fast it is", .example = "standard"},
	{0},
};

static const struct action actions[] = {
	{.name = "resize", .params = "params/size_gib", .help = "larger, in GiB"},
	{.name = "snapshot", .params = "params/name", .help = "save it as it is"},
	{.name = "attach", .params = "params/vpc_id@vpcs", .help = "to a network"},
	{.name = "detach", .params = "params/vpc_id@vpcs", .help = "from a network"},
	{.name = "reassign",
		.params = "params/old_vpc_id@vpcs params/new_vpc_id@vpcs",
		.help = "from one network to another"},
	{.name = "switch_performance_tier",
		.params = "params/performance_tier",
		.help = "standard or high"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_nfs = {
	.resource = {.name = "nfs",
		.scope = "nfs",
		.path = "/v2/nfs",
		.list_key = "shares",
		.object_key = "share",
		.id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.help = "file systems that many droplets mount",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.aliases = {"id", "name"},
	.deletable = true,
};
