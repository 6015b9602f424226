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
	{.name = "region", .kind = "regions", .path = "region", .one = true, .help = "where it is"},
	{.name = "droplets", .kind = "droplets", .back = "vpc_uuid", .help = "the droplets in it"},
	{.name = "load_balancers",
		.kind = "load_balancers",
		.back = "vpc_uuid",
		.help = "the load balancers in it"},
	{.name = "nat_gateways",
		.kind = "nat_gateways",
		.back = "vpcs",
		.item = "vpc_uuid",
		.help = "the gateways that serve it"},
	{.name = "nfs", .kind = "nfs", .back = "vpc_ids", .help = "the shares that it can mount"},
	{.name = "peerings",
		.kind = "vpc_peerings",
		.back = "vpc_ids",
		.help = "its links to other networks"},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("region"), .type = SPEC_REF, .kind = "regions", .required = true,
		.fixed = "make another one there", .help = "where it is", .example = "sgp1"},
	{KEY("ip_range"), .type = SPEC_TEXT, .fixed = "make another one",
		.help = "its addresses, /16 to /28; chosen when not given",
		.example = "10.10.10.0/24"},
	{KEY("description"), .type = SPEC_TEXT, .help = "what people noted",
		.example = "\"the shop's back end\""},
	{KEY("default"), .type = SPEC_BOOL, .unique = true,
		.help = "its region's default one, where droplets go that name none; on a draft, "
			"say it later",
		.example = "true"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_vpcs = {
	.resource = {.name = "vpcs",
		.scope = "vpc",
		.path = "/v2/vpcs",
		.list_key = "vpcs",
		.object_key = "vpc",
		.id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.urn = "vpc",
	.help = "private networks",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = files,
	.aliases = {"id", "name"},
	.update = "PATCH",
	.renames = true,
	.deletable = true,
};
