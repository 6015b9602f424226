#include "fs/file.h"

static const struct field fields[] = {
	{"ip", "the address"},
	{"locked", "true while an action is under way"},
	{"project_id", "the project it belongs to"},
	{0},
};

static const struct relation relations[] = {
	{.name = "region", .kind = "regions", .path = "region", .one = true, .help = "where it is"},
	{.name = "droplet",
		.kind = "droplets",
		.path = "droplet",
		.one = true,
		.link = {"/actions", "droplet_id", "assign", "unassign"},
		.help = "what it leads to: `ln -s ../../droplets/X droplet`, rm"},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("region"), .type = SPEC_REF, .kind = "regions", .fixed = "reserve another one there",
		.help = "where it is to be had", .example = "sgp1"},
	{.name = "droplet_id",
		.path = "droplet",
		.type = SPEC_REF,
		.kind = "droplets",
		.by = "id",
		.unless = "region",
		.action = "assign",
		.unique = true,
		.help = "or at once for this droplet",
		.example = "web1"},
	{KEY("project_id"), .type = SPEC_REF, .kind = "projects", .by = "id",
		.fixed = "`ln -s` in projects/*/resources moves it", .help = "its project",
		.example = "shop"},
	{0},
};

static const struct action actions[] = {
	{.name = "assign", .params = "droplet_id@droplets", .help = "lead it to a droplet"},
	{.name = "unassign", .help = "lead it nowhere"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_reserved_ips = {
	.resource = {.name = "reserved_ips",
		.scope = "reserved_ip",
		.path = "/v2/reserved_ips",
		.list_key = "reserved_ips",
		.object_key = "reserved_ip",
		.id_keys = {"ip"},
		.name_keys = {"ip"}},
	.help = "addresses that stay yours and lead to any droplet of their region; called by "
		"themselves, whatever mkdir called them",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.urn = "floatingip",
	.named_by = "",
	.deletable = true,
};
