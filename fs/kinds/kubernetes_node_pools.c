#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"count", "so many nodes"},
	{0},
};

static const struct relation relations[] = {
	{.name = "size", .kind = "sizes", .path = "size", .one = true, .help = "of its nodes"},
	{0},
};

static const struct spec_key taint[] = {
	{.name = "key", .type = SPEC_TEXT, .required = true},
	{.name = "effect",
		.type = SPEC_TEXT,
		.among = "NoSchedule PreferNoSchedule NoExecute",
		.required = true},
	{.name = "value", .type = SPEC_TEXT},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("size"), .type = SPEC_REF, .kind = "sizes", .required = true,
		.fixed = "make another pool", .help = "of its nodes", .example = "s-2vcpu-4gb"},
	{KEY("count"), .type = SPEC_NUMBER, .most = 512, .required = true, .help = "so many nodes",
		.example = "3"},
	{KEY("auto_scale"), .type = SPEC_BOOL, .help = "so many as are needed", .example = "true"},
	{KEY("min_nodes"), .type = SPEC_NUMBER, .most = 512, .help = "at least", .example = "1"},
	{KEY("max_nodes"), .type = SPEC_NUMBER, .most = 512, .help = "at most", .example = "5"},
	{KEY("tags"), .type = SPEC_WORDS, .help = "labels of its droplets", .example = "tenant"},
	{KEY("labels"), .type = SPEC_OBJECT, .help = "labels of its nodes in the cluster",
		.example = "{\"tier\": \"web\"}"},
	{KEY("taints"), .type = SPEC_ITEMS, .members = taint,
		.help = "pods that do not bear these stay away, a line each",
		.example = "gpu NoSchedule value=yes"},
	{0},
};

static const struct action actions[] = {
	{.name = "recycle",
		.path = "/recycle",
		.params = "nodes[]",
		.help = "new nodes for these, by their ids, or for all"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_kubernetes_node_pools = {
	.resource = {.name = "kubernetes/node_pools",
		.path = "/v2/kubernetes/clusters/%s/node_pools",
		.list_key = "node_pools",
		.object_key = "node_pool",
		.id_keys = {"id"},
		.name_keys = {"name", "id"},
		.within = "node_pools"},
	.help = "the nodes of a cluster, by what they are",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
