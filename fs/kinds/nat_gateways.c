#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"state", "NEW, PROVISIONING, ACTIVE, DELETING, ERROR or INVALID"},
	{"vpcs", "the networks it serves, and its address in each"},
	{"egresses/public_gateways", "the addresses that the world sees"},
	{0},
};

static const struct relation relations[] = {
	{"region", "regions", "where it is", .path = "region", .one = true},
	{"networks", "vpcs", "the networks it serves", .path = "vpcs", .item = "vpc_uuid"},
	{0},
};

static const struct spec_key vpc[] = {
	{"vpc_uuid", SPEC_REF, .kind = "vpcs", .required = true},
	{"default_gateway", SPEC_BOOL},
	{0},
};

static const struct spec_key keys[] = {
	{"type", SPEC_TEXT, "PUBLIC", "PUBLIC", .required = true, .among = "PUBLIC", .fixed = "there is no other"},
	{"region", SPEC_REF, "where it is", "sgp1", .kind = "regions", .required = true,
		.fixed = "make another one there"},
	{"size", SPEC_NUMBER, "how much it can carry", "1", .required = true, LIMITS(1, 100)},
	{"vpcs", SPEC_ITEMS,
		"the networks it serves, a line each; default_gateway=true sends all their traffic through it",
		"backend default_gateway=true", .members = vpc, .required = true},
	{"udp_timeout_seconds", SPEC_NUMBER, "until an idle connection (udp) is forgotten", "30", LIMITS(1, 3600)},
	{"icmp_timeout_seconds", SPEC_NUMBER, "until an idle connection (icmp) is forgotten", "30", LIMITS(1, 3600)},
	{"tcp_timeout_seconds", SPEC_NUMBER, "until an idle connection (tcp) is forgotten", "30", LIMITS(1, 3600)},
	{0},
};

const struct kind kind_nat_gateways = {
	.resource = {"nat_gateways", "/v2/vpc_nat_gateways", .scope = "nat_gateway", .list_key = "vpc_nat_gateways",
		.object_key = "vpc_nat_gateway", .id_keys = {"id"}, .name_keys = {"name", "id"}},
	.help = "how droplets without a public address reach the world",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
