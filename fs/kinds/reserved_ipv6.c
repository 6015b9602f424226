#include "fs/file.h"

static const struct field fields[] = {
	{"ip", "the address"},
	{"reserved_at", "since when"},
	{0},
};

static const struct relation relations[] = {
	{"region", "regions", "where it is", .path = "region_slug", .one = true},
	{"droplet", "droplets", "what it leads to: `ln -s ../../droplets/X droplet`, rm", .path = "droplet",
		.one = true, .link = {"/actions", "droplet_id", "assign", "unassign"}},
	{0},
};

static const struct spec_key keys[] = {
	{"region_slug", SPEC_REF, "where it is to be had", "sgp1", .kind = "regions", .required = true,
		.fixed = "reserve another one there"},
	{0},
};

static const struct action actions[] = {
	{"assign", "lead it to a droplet", .params = "droplet_id@droplets"},
	{"unassign", "lead it nowhere"},
	{0},
};

const struct kind kind_reserved_ipv6 = {
	.resource = {"reserved_ipv6", "/v2/reserved_ipv6", .scope = "reserved_ip", .list_key = "reserved_ipv6s",
		.object_key = "reserved_ipv6", .id_keys = {"ip"}, .name_keys = {"ip"}},
	.help = "the same of version 6",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.named_by = "",
	.deletable = true,
};
