#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"endpoint", "where its API is"},
	{"status/state", "running, provisioning, degraded, error, deleted, upgrading or deleting"},
	{"status/message", "and why"},
	{0},
};

static const struct relation relations[] = {
	{"region", "regions", "where it is", .path = "region", .one = true},
	{"vpc", "vpcs", "its network", .path = "vpc_uuid", .one = true},
	{"registries", "registries", "it may pull from them: add_registries, remove_registries", .path = "registries"},
	{0},
};

static const struct spec_key pool[] = {
	{"name", SPEC_TEXT, .required = true},
	{"size", SPEC_REF, .kind = "sizes", .required = true},
	{"count", SPEC_NUMBER, .required = true, LIMITS(0, 512)},
	{"auto_scale", SPEC_BOOL},
	{"min_nodes", SPEC_NUMBER, LIMITS(0, 512)},
	{"max_nodes", SPEC_NUMBER, LIMITS(0, 512)},
	{"tags", SPEC_WORDS},
	{"labels", SPEC_OBJECT},
	{0},
};

static const struct spec_key keys[] = {
	{"region", SPEC_REF, "where it is", "sgp1", .kind = "regions", .required = true, FIXED},
	{"version", SPEC_TEXT, "of account/kubernetes_options, or latest; then of `upgrades`", "latest",
		.required = true, .change = cluster_upgrade},
	{"node_pools", SPEC_ITEMS, "a line each, as it is made: name, size, how many nodes", "pool s-2vcpu-4gb 3",
		.members = pool, .required = true, .fixed = "mkdir, spec and rmdir in node_pools/ of it change them"},
	{"vpc_uuid", SPEC_REF, "its private network", "backend", .kind = "vpcs", FIXED},
	{"cluster_subnet", SPEC_TEXT, "addresses of its pods", "10.244.0.0/16", FIXED},
	{"service_subnet", SPEC_TEXT, "and of its services", "10.245.0.0/16", FIXED},
	{"worker_subnet_uuid", SPEC_TEXT, "where its nodes are", "…", FIXED},
	{"isolated_workers", SPEC_BOOL, "nodes have no public address", "true", FIXED},
	{"tags", SPEC_WORDS, "labels", "tenant"},
	{"maintenance_policy/day", SPEC_TEXT, "when updates are installed: the day", "sunday",
		.among = "any monday tuesday wednesday thursday friday saturday sunday"},
	{"maintenance_policy/start_time", SPEC_TEXT, "and from when on, in UTC", "04:00"},
	{"auto_upgrade", SPEC_BOOL, "upgrades itself then", "true"},
	{"surge_upgrade", SPEC_BOOL, "an upgrade makes new nodes before old ones go", "true"},
	{"ha", SPEC_BOOL, "what runs it is there three times", "true"},
	{"control_plane_firewall/enabled", SPEC_BOOL, "only these may reach its API:", "true"},
	{"control_plane_firewall/allowed_addresses", SPEC_WORDS, "addresses and networks", "192.0.2.0/24"},
	{"cluster_autoscaler_configuration/scale_down_utilization_threshold", SPEC_FRACTION,
		"a node that is used less may go", "0.65", LIMITS(0, 1)},
	{"cluster_autoscaler_configuration/scale_down_unneeded_time", SPEC_TEXT, "after that time", "1m0s"},
	{"cluster_autoscaler_configuration/expanders", SPEC_WORDS, "which pool grows", "priority, random",
		.among = "random priority least_waste"},
	{"sso/enabled", SPEC_BOOL, "who logs in is asked elsewhere", "true"},
	{"sso/required", SPEC_BOOL, "and in no other way", "true"},
	{"sso/issuer_url", SPEC_TEXT, "where", "https://id.example.com"},
	{"sso/client_id", SPEC_TEXT, "and as whom", "kubernetes"},
	{"routing_agent/enabled", SPEC_BOOL, "static routes for its nodes", "true"},
	{"p2p_oci_registry_plugin/enabled", SPEC_BOOL, "nodes give each other images", "true"},
	{"amd_gpu_device_plugin/enabled", SPEC_BOOL, "pods may use GPUs of AMD", "true"},
	{"amd_gpu_device_metrics_exporter_plugin/enabled", SPEC_BOOL, "and there are metrics of them", "true"},
	{"nvidia_gpu_device_plugin/enabled", SPEC_BOOL, "pods may use GPUs of Nvidia", "true"},
	{"rdma_shared_dev_plugin/enabled", SPEC_BOOL, "pods may use RDMA", "true"},
	{"coredns_autoscaler/enabled", SPEC_BOOL, "its name service grows with it", "true"},
	{0},
};

#define REGISTRIES .path = "/v2/kubernetes/registries", .params = "cluster_uuids@self[] registries@registries[]"
static const struct action actions[] = {
	{"upgrade", "to one of `upgrades`", .params = "version", .path = "/upgrade"},
	{"lint", "look for mistakes in it; `clusterlint` has what was found",
		.params = "include_groups[] include_checks[] exclude_groups[] exclude_checks[]",
		.path = "/clusterlint"},
	{"add_registries", "let it pull from them", REGISTRIES},
	{"remove_registries", "and no more", .method = "DELETE", REGISTRIES},
	{"install", "1-click applications in it", .params = "cluster_uuid@self addon_slugs[]",
		.path = "/v2/1-clicks/kubernetes"},
	{"destroy_with", "destroy it, and of what its pods made these, by their ids in `associated`",
		.params = "load_balancers[] volumes[] volume_snapshots[]", .method = "DELETE",
		.path = "/destroy_with_associated_resources/selective", .destroys = true},
	{"destroy_with_all", "destroy it and all of that", .method = "DELETE",
		.path = "/destroy_with_associated_resources/dangerous", .destroys = true},
	{0},
};

const struct kind kind_kubernetes = {
	.resource = {"kubernetes", "/v2/kubernetes/clusters", .scope = "kubernetes", .list_key = "kubernetes_clusters",
		.object_key = "kubernetes_cluster", .id_keys = {"id"}, .name_keys = {"name", "id"}},
	.urn = "kubernetes",
	.help = "clusters of Kubernetes: `kubectl --kubeconfig kubernetes/X/kubeconfig get nodes`",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
