#include "fs/file.h"

static const struct field fields[] = {
	{"ip", "the address"},
	{"locked", "true while an action is under way"},
	{"project_id", "the project it belongs to"},
	{0},
};

static const struct relation relations[] = {
	{"region", "regions", "where it is", .path = "region", .one = true},
	{"droplet", "droplets", "what it leads to: `ln -s ../../droplets/X droplet`, rm", .path = "droplet",
		.one = true, .link = {"/actions", "droplet_id", "assign", "unassign"}},
	{0},
};

static const struct spec_key keys[] = {
	{"region", SPEC_REF, "where it is to be had", "sgp1", .kind = "regions", .fixed = "reserve another one there"},
	{"droplet_id", SPEC_REF, "or at once for this droplet", "web1", .kind = "droplets", .path = "droplet",
		.unless = "region", .action = "assign", .unique = true},
	{"project_id", SPEC_REF, "its project", "shop", .kind = "projects",
		.fixed = "`ln -s` in projects/*/resources moves it"},
	{0},
};

static const struct action actions[] = {
	{"assign", "lead it to a droplet", .params = "droplet_id@droplets"},
	{"unassign", "lead it nowhere"},
	{0},
};

const struct kind kind_reserved_ips = {
	.resource = {"reserved_ips", "/v2/reserved_ips", .scope = "reserved_ip", .list_key = "reserved_ips",
		.object_key = "reserved_ip", .id_keys = {"ip"}, .name_keys = {"ip"}},
	.help = "addresses that stay yours and lead to any droplet of their region; called by themselves, whatever "
		"mkdir called them",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.urn = "floatingip",
	.named_by = "",
	.deletable = true,
};
