#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"status/state", "provisioning, running, draining or deleting"},
	{0},
};

static const struct relation relations[] = {
	{"droplet", "droplets", "the machine that it is", .path = "droplet_id", .one = true},
	{0},
};

static const struct action actions[] = {
	{"replace", "another node for it, when its pods have gone elsewhere", .method = "DELETE", .path = "?replace=1",
		.removes = true},
	{"replace_at_once", "another node for it, whatever runs there", .method = "DELETE",
		.path = "?replace=1&skip_drain=1", .removes = true},
	{"remove_at_once", "as rmdir, which lets its pods go elsewhere before", .method = "DELETE",
		.path = "?skip_drain=1", .removes = true},
	{0},
};

const struct kind kind_kubernetes_nodes = {
	.resource = {"kubernetes/node_pools/nodes", "/v2/kubernetes/clusters/%s/node_pools/%s/nodes",
		.list_key = "nodes", .id_keys = {"id"}, .name_keys = {"name", "id"}, .within = "nodes"},
	.help = "the nodes of a pool; rmdir removes one, and the pool is smaller then",
	.fields = fields,
	.relations = relations,
	.actions = actions,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_ACTION),
	.deletable = true,
};
