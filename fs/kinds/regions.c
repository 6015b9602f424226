#include "fs/file.h"

static const struct field fields[] = {
	{"slug", "what specs call it"},
	{"name", "what people call it"},
	{"available", "true when new droplets can be made there"},
	{"features", "what droplets there can have"},
	{0},
};

static const struct relation relations[] = {
	{"sizes", "sizes", "the sizes offered there", .back = "regions"},
	{"images", "images", "the images available there", .back = "regions"},
	{"droplets", "droplets", "the droplets that run there", .back = "region"},
	{"snapshots", "snapshots", "the snapshots stored there", .back = "regions"},
	{"volumes", "volumes", "the volumes there", .back = "region"},
	{"vpcs", "vpcs", "the private networks there", .back = "region"},
	{"load_balancers", "load_balancers", "the load balancers there", .back = "region"},
	{"nat_gateways", "nat_gateways", "the gateways there", .back = "region"},
	{"nfs", "nfs", "the shares there", .back = "region"},
	{"reserved_ips", "reserved_ips", "the addresses there that are yours", .back = "region"},
	{"reserved_ipv6", "reserved_ipv6", "the same of version 6", .back = "region_slug"},
	{0},
};

const struct kind kind_regions = {
	.resource = {"regions", "/v2/regions", .scope = "regions", .list_key = "regions", .object_key = "region",
		.id_keys = {"slug"}, .name_keys = {"slug"}, .catalogue = true},
	.help = "the data centres",
	.fields = fields,
	.relations = relations,
	.files = FILES(FILE_JSON, FILE_COST),
	.alias_path = "name",
};
