#include "fs/file.h"

static const struct field fields[] = {
	{"ip", "the address"},
	{"reserved_at", "since when"},
	{0},
};

static const struct relation relations[] = {
	{.name = "region",
		.kind = "regions",
		.path = "region_slug",
		.one = true,
		.help = "where it is"},
	{.name = "droplet",
		.kind = "droplets",
		.path = "droplet",
		.one = true,
		.link = {"/actions", "droplet_id", "assign", "unassign"},
		.help = "what it leads to: `ln -s ../../droplets/X droplet`, rm"},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("region_slug"), .type = SPEC_REF, .kind = "regions", .required = true,
		.fixed = "reserve another one there", .help = "where it is to be had",
		.example = "sgp1"},
	{0},
};

static const struct action actions[] = {
	{.name = "assign", .params = "droplet_id@droplets", .help = "lead it to a droplet"},
	{.name = "unassign", .help = "lead it nowhere"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_reserved_ipv6 = {
	.resource = {.name = "reserved_ipv6",
		.scope = "reserved_ip",
		.path = "/v2/reserved_ipv6",
		.list_key = "reserved_ipv6s",
		.object_key = "reserved_ipv6",
		.id_keys = {"ip"},
		.name_keys = {"ip"}},
	.help = "the same of version 6",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.named_by = "",
	.deletable = true,
};
