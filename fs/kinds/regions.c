#include "fs/file.h"

static const struct field fields[] = {
	{"slug", "what specs call it"},
	{"name", "what people call it"},
	{"available", "true when new droplets can be made there"},
	{"features", "what droplets there can have"},
	{0},
};

static const struct relation relations[] = {
	{.name = "sizes", .kind = "sizes", .back = "regions", .help = "the sizes offered there"},
	{.name = "images",
		.kind = "images",
		.back = "regions",
		.help = "the images available there"},
	{.name = "droplets",
		.kind = "droplets",
		.back = "region",
		.help = "the droplets that run there"},
	{.name = "snapshots",
		.kind = "snapshots",
		.back = "regions",
		.help = "the snapshots stored there"},
	{.name = "volumes", .kind = "volumes", .back = "region", .help = "the volumes there"},
	{.name = "vpcs", .kind = "vpcs", .back = "region", .help = "the private networks there"},
	{.name = "load_balancers",
		.kind = "load_balancers",
		.back = "region",
		.help = "the load balancers there"},
	{.name = "nat_gateways",
		.kind = "nat_gateways",
		.back = "region",
		.help = "the gateways there"},
	{.name = "nfs", .kind = "nfs", .back = "region", .help = "the shares there"},
	{.name = "reserved_ips",
		.kind = "reserved_ips",
		.back = "region",
		.help = "the addresses there that are yours"},
	{.name = "reserved_ipv6",
		.kind = "reserved_ipv6",
		.back = "region_slug",
		.help = "the same of version 6"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_COST, {0}};

const struct kind kind_regions = {
	.resource = {.name = "regions",
		.scope = "regions",
		.path = "/v2/regions",
		.list_key = "regions",
		.object_key = "region",
		.id_keys = {"slug"},
		.name_keys = {"slug"},
		.queries = {""},
		.catalogue = true},
	.help = "the data centres",
	.fields = fields,
	.relations = relations,
	.files = files,
	.aliases = {"name"},
};
