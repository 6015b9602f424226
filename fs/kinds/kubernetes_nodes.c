#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"status/state", "provisioning, running, draining or deleting"},
	{0},
};

static const struct relation relations[] = {
	{.name = "droplet",
		.kind = "droplets",
		.path = "droplet_id",
		.one = true,
		.help = "the machine that it is"},
	{0},
};

static const struct action actions[] = {
	{.name = "replace",
		.method = "DELETE",
		.path = "?replace=1",
		.help = "another node for it, when its pods have gone elsewhere"},
	{.name = "replace_at_once",
		.method = "DELETE",
		.path = "?replace=1&skip_drain=1",
		.help = "another node for it, whatever runs there"},
	{.name = "remove_at_once",
		.method = "DELETE",
		.path = "?skip_drain=1",
		.help = "as rmdir, which lets its pods go elsewhere before"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_ACTION, {0}};

const struct kind kind_kubernetes_nodes = {
	.resource = {.name = "kubernetes/node_pools/nodes",
		.path = "/v2/kubernetes/clusters/%s/node_pools/%s/nodes",
		.list_key = "nodes",
		.id_keys = {"id"},
		.name_keys = {"name", "id"},
		.within = "nodes"},
	.help = "the nodes of a pool; rmdir removes one, and the pool is smaller then",
	.fields = fields,
	.relations = relations,
	.actions = actions,
	.files = files,
	.deletable = true,
};
