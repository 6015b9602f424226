#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"endpoint", "where its API is"},
	{"status/state", "running, provisioning, degraded, error, deleted, upgrading or deleting"},
	{"status/message", "and why"},
	{0},
};

static const struct relation relations[] = {
	{.name = "region", .kind = "regions", .path = "region", .one = true, .help = "where it is"},
	{.name = "vpc", .kind = "vpcs", .path = "vpc_uuid", .one = true, .help = "its network"},
	{.name = "registries",
		.kind = "registries",
		.path = "registries",
		.help = "those that it may pull from; add_registries and remove_registries change "
			"that"},
	{0},
};

static const struct spec_key pool[] = {
	{.name = "name", .type = SPEC_TEXT, .required = true},
	{.name = "size", .type = SPEC_REF, .kind = "sizes", .required = true},
	{.name = "count", .type = SPEC_NUMBER, .most = 512, .required = true},
	{.name = "auto_scale", .type = SPEC_BOOL},
	{.name = "min_nodes", .type = SPEC_NUMBER, .most = 512},
	{.name = "max_nodes", .type = SPEC_NUMBER, .most = 512},
	{.name = "tags", .type = SPEC_WORDS},
	{.name = "labels", .type = SPEC_OBJECT},
	{0},
};

#define FIXED .fixed = "make another one"
#define ROW(key, kind, words, value)                                          \
	{                                                                     \
		KEY(key), .type = (kind), .help = (words), .example = (value) \
	}
#define SWITCH(key, words) ROW(key, SPEC_BOOL, words, "true")

static const struct spec_key keys[] = {
	{KEY("region"), .type = SPEC_REF, .kind = "regions", .required = true, FIXED,
		.help = "where it is", .example = "sgp1"},
	{KEY("version"), .type = SPEC_TEXT, .required = true, .action = "upgrade",
		.help = "of account/kubernetes_options, or latest; then of `upgrades`",
		.example = "latest"},
	{KEY("node_pools"), .type = SPEC_ITEMS, .members = pool, .required = true,
		.fixed = "mkdir, spec and rmdir in node_pools/ of it change them",
		.help = "a line each: name, size and how many nodes; of the cluster as it is made",
		.example = "pool s-2vcpu-4gb 3"},
	{KEY("vpc_uuid"), .type = SPEC_REF, .kind = "vpcs", .by = "id", FIXED,
		.help = "its private network", .example = "backend"},
	{KEY("cluster_subnet"), .type = SPEC_TEXT, FIXED, .help = "addresses of its pods",
		.example = "10.244.0.0/16"},
	{KEY("service_subnet"), .type = SPEC_TEXT, FIXED, .help = "and of its services",
		.example = "10.245.0.0/16"},
	{KEY("worker_subnet_uuid"), .type = SPEC_TEXT, FIXED, .help = "where its nodes are",
		.example = "…"},
	{KEY("isolated_workers"), .type = SPEC_BOOL, FIXED, .help = "nodes have no public address",
		.example = "true"},
	ROW("tags", SPEC_WORDS, "labels", "tenant"),
	{KEY("maintenance_policy/day"), .type = SPEC_TEXT,
		.among = "any monday tuesday wednesday thursday friday saturday sunday",
		.help = "when updates are installed: the day", .example = "sunday"},
	ROW("maintenance_policy/start_time", SPEC_TEXT, "and from when on, in UTC", "04:00"),
	SWITCH("auto_upgrade", "upgrades itself then"),
	SWITCH("surge_upgrade", "an upgrade makes new nodes before old ones go"),
	SWITCH("ha", "what runs it is there three times"),
	SWITCH("control_plane_firewall/enabled", "only these may reach its API:"),
	ROW("control_plane_firewall/allowed_addresses", SPEC_WORDS, "addresses and networks",
		"192.0.2.0/24"),
	{KEY("cluster_autoscaler_configuration/scale_down_utilization_threshold"),
		.type = SPEC_NUMBER, .most = 1, .help = "a node that is used less may go",
		.example = "0.65"},
	ROW("cluster_autoscaler_configuration/scale_down_unneeded_time", SPEC_TEXT,
		"after that time", "1m0s"),
	{KEY("cluster_autoscaler_configuration/expanders"), .type = SPEC_WORDS,
		.among = "random priority least_waste", .help = "which pool grows",
		.example = "priority, random"},
	SWITCH("sso/enabled", "who logs in is asked elsewhere"),
	SWITCH("sso/required", "and in no other way"),
	ROW("sso/issuer_url", SPEC_TEXT, "where", "https://id.example.com"),
	ROW("sso/client_id", SPEC_TEXT, "and as whom", "kubernetes"),
	SWITCH("routing_agent/enabled", "static routes for its nodes"),
	SWITCH("p2p_oci_registry_plugin/enabled", "nodes give each other images"),
	SWITCH("amd_gpu_device_plugin/enabled", "pods may use GPUs of AMD"),
	SWITCH("amd_gpu_device_metrics_exporter_plugin/enabled", "and there are metrics of them"),
	SWITCH("nvidia_gpu_device_plugin/enabled", "pods may use GPUs of Nvidia"),
	SWITCH("rdma_shared_dev_plugin/enabled", "pods may use RDMA"),
	SWITCH("coredns_autoscaler/enabled", "its name service grows with it"),
	{0},
};

static const struct action actions[] = {
	{.name = "upgrade",
		.path = "/upgrade",
		.params = "version",
		.help = "to one of `upgrades`"},
	{.name = "lint",
		.path = "/clusterlint",
		.params = "include_groups[] include_checks[] exclude_groups[] exclude_checks[]",
		.help = "look for mistakes in it; `clusterlint` has what was found"},
	{.name = "add_registries",
		.path = "/v2/kubernetes/registries",
		.params = "cluster_uuids@self[] registries@registries[]",
		.help = "let it pull from them"},
	{.name = "remove_registries",
		.method = "DELETE",
		.path = "/v2/kubernetes/registries",
		.params = "cluster_uuids@self[] registries@registries[]",
		.help = "and no more"},
	{.name = "install",
		.path = "/v2/1-clicks/kubernetes",
		.params = "cluster_uuid@self addon_slugs[]",
		.help = "1-click applications in it"},
	{.name = "destroy_with",
		.method = "DELETE",
		.path = "/destroy_with_associated_resources/selective",
		.params = "load_balancers[] volumes[] volume_snapshots[]",
		.destroys = true,
		.help = "destroy it, and of what its pods made these, by their ids in "
			"`associated`"},
	{.name = "destroy_with_all",
		.method = "DELETE",
		.path = "/destroy_with_associated_resources/dangerous",
		.destroys = true,
		.help = "destroy it and all of that"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_kubernetes = {
	.resource = {.name = "kubernetes",
		.scope = "kubernetes",
		.path = "/v2/kubernetes/clusters",
		.list_key = "kubernetes_clusters",
		.object_key = "kubernetes_cluster",
		.id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.urn = "kubernetes",
	.help = "clusters of Kubernetes: `kubectl --kubeconfig kubernetes/X/kubeconfig get nodes`",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.aliases = {"id", "name"},
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
