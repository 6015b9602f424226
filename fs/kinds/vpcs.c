#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"region", "where it is"},
	{"ip_range", "its addresses"},
	{"default", "true when it is its region's default one, which cannot be deleted"},
	{"urn", "its name in projects"},
	{0},
};

static const struct relation relations[] = {
	{"region", "regions", "where it is", .path = "region", .one = true},
	{"droplets", "droplets", "the droplets in it", .back = "vpc_uuid"},
	{"load_balancers", "load_balancers", "the load balancers in it", .back = "vpc_uuid"},
	{"nat_gateways", "nat_gateways", "the gateways that serve it", .item = "vpc_uuid", .back = "vpcs"},
	{"nfs", "nfs", "the shares that it can mount", .back = "vpc_ids"},
	{"peerings", "vpc_peerings", "its links to other networks", .back = "vpc_ids"},
	{0},
};

static const struct spec_key keys[] = {
	{"region", SPEC_REF, "where it is", "sgp1", .kind = "regions", .required = true,
		.fixed = "make another one there"},
	{"ip_range", SPEC_TEXT, "its addresses, /16 to /28; chosen when not given", "10.10.10.0/24", FIXED},
	{"description", SPEC_TEXT, "what people noted", "\"the shop's back end\"", .clears = true},
	{"default", SPEC_BOOL, "its region's default one, where droplets go that name none; on a draft, say it later",
		"true", LATER},
	{0},
};

const struct kind kind_vpcs = {
	.resource = {"vpcs", "/v2/vpcs", .scope = "vpc", .list_key = "vpcs", .object_key = "vpc", .id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.urn = "vpc",
	.help = "private networks",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PATCH",
	.renames = true,
	.deletable = true,
};
