#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"count", "so many nodes"},
	{0},
};

static const struct relation relations[] = {
	{"size", "sizes", "of its nodes", .path = "size", .one = true},
	{0},
};

static const struct spec_key taint[] = {
	{"key", SPEC_TEXT, .required = true},
	{"effect", SPEC_TEXT, .required = true, .among = "NoSchedule PreferNoSchedule NoExecute"},
	{"value", SPEC_TEXT},
	{0},
};

static const struct spec_key keys[] = {
	{"size", SPEC_REF, "of its nodes", "s-2vcpu-4gb", .kind = "sizes", .required = true,
		.fixed = "make another pool"},
	{"count", SPEC_NUMBER, "so many nodes", "3", .required = true, LIMITS(0, 512)},
	{"auto_scale", SPEC_BOOL, "so many as are needed", "true"},
	{"min_nodes", SPEC_NUMBER, "at least", "1", LIMITS(0, 512)},
	{"max_nodes", SPEC_NUMBER, "at most", "5", LIMITS(0, 512)},
	{"tags", SPEC_WORDS, "labels of its droplets", "tenant"},
	{"labels", SPEC_OBJECT, "labels of its nodes in the cluster", "{\"tier\": \"web\"}"},
	{"taints", SPEC_ITEMS, "pods that do not bear these stay away, a line each", "gpu NoSchedule value=yes",
		.members = taint},
	{0},
};

const struct kind kind_kubernetes_node_pools = {
	.resource = {"kubernetes/node_pools", "/v2/kubernetes/clusters/%s/node_pools", .list_key = "node_pools",
		.object_key = "node_pool", .id_keys = {"id"}, .name_keys = {"name", "id"}, .within = "node_pools"},
	.help = "the nodes of a cluster, by what they are",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = ACTIONS({"recycle", "new nodes for these, by their ids, or for all", .params = "nodes[]",
		.path = "/recycle", .removes = true}),
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
