#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"state", "NEW, PROVISIONING, ACTIVE, DELETING, ERROR or INVALID"},
	{"vpcs", "the networks it serves, and its address in each"},
	{"egresses/public_gateways", "the addresses that the world sees"},
	{0},
};

static const struct relation relations[] = {
	{.name = "region", .kind = "regions", .path = "region", .one = true, .help = "where it is"},
	{.name = "networks",
		.kind = "vpcs",
		.path = "vpcs",
		.item = "vpc_uuid",
		.help = "the networks it serves"},
	{0},
};

static const struct spec_key vpc[] = {
	{.name = "vpc_uuid", .type = SPEC_REF, .kind = "vpcs", .by = "id", .required = true},
	{.name = "default_gateway", .type = SPEC_BOOL},
	{0},
};

#define TIMEOUT(what)                                                               \
	{                                                                           \
		KEY(what "_timeout_seconds"),                                       \
			.type = SPEC_NUMBER, .least = 1, .most = 3600,              \
			.help = "until an idle connection (" what ") is forgotten", \
			.example = "30"                                             \
	}

static const struct spec_key keys[] = {
	{KEY("type"), .type = SPEC_TEXT, .among = "PUBLIC", .required = true,
		.fixed = "there is no other", .help = "PUBLIC", .example = "PUBLIC"},
	{KEY("region"), .type = SPEC_REF, .kind = "regions", .required = true,
		.fixed = "make another one there", .help = "where it is", .example = "sgp1"},
	{KEY("size"), .type = SPEC_NUMBER, .required = true, .least = 1, .most = 100,
		.help = "how much it can carry", .example = "1"},
	{KEY("vpcs"), .type = SPEC_ITEMS, .members = vpc, .required = true,
		.help = "the networks it serves, a line each; default_gateway=true sends all their "
			"traffic through it",
		.example = "backend default_gateway=true"},
	TIMEOUT("udp"),
	TIMEOUT("icmp"),
	TIMEOUT("tcp"),
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_nat_gateways = {
	.resource = {.name = "nat_gateways",
		.scope = "nat_gateway",
		.path = "/v2/vpc_nat_gateways",
		.list_key = "vpc_nat_gateways",
		.object_key = "vpc_nat_gateway",
		.id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.help = "how droplets without a public address reach the world",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = files,
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
