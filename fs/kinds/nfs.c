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
	{"region", "regions", "where it is", .path = "region", .one = true},
	{"vpcs", "vpcs", "the networks that can mount it: `ln -s ../../../vpcs/X nfs/N/vpcs/`, rm", .path = "vpc_ids",
		.link = {"/actions", "params/vpc_id", "attach", "detach"}},
	{0},
};

static const struct spec_key keys[] = {
	{"size_gib", SPEC_NUMBER, "GiB; it can grow, never shrink", "100", .required = true, LIMITS(50, 1048576),
		.action = "resize", .grows = true},
	{"region", SPEC_REF, "where it is", "atl1", .kind = "regions", .required = true,
		.fixed = "make another one there"},
	{"vpc_ids", SPEC_REFS, "the networks that can mount it", "backend", .kind = "vpcs", .required = true,
		.fixed = "`ln -s` in vpcs/ of it attaches, rm detaches"},
	{"performance_tier", SPEC_TEXT, "how fast it is", "standard", .action = "switch_performance_tier"},
	{0},
};

static const struct action actions[] = {
	{"resize", "larger, in GiB", .params = "params/size_gib"},
	{"snapshot", "save it as it is", .params = "params/name"},
	{"attach", "to a network", .params = "params/vpc_id@vpcs"},
	{"detach", "from a network", .params = "params/vpc_id@vpcs"},
	{"reassign", "from one network to another", .params = "params/old_vpc_id@vpcs params/new_vpc_id@vpcs"},
	{"switch_performance_tier", "standard or high", .params = "params/performance_tier"},
	{0},
};

const struct kind kind_nfs = {
	.resource = {"nfs", "/v2/nfs", .scope = "nfs", .list_key = "shares", .object_key = "share", .id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.help = "file systems that many droplets mount",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.deletable = true,
};
