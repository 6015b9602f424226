#include "kind.h"

#include "droplet.h"
#include "image.h"
#include "key.h"
#include "network.h"
#include "pool.h"
#include "store.h"
#include "tag.h"

#include <string.h>

static bool by_name(const struct object *object, const char *value)
{
	return object->name && !strcasecmp(object->name, value);
}

static bool by_trait(const struct object *object, const char *value)
{
	return object->trait && !strcmp(object->trait, value);
}

static bool by_privacy(const struct object *object, const char *value)
{
	return strcmp(value, "true") != 0 || by_trait(object, "private");
}

/* A plain droplet list has no GPU droplets, but a name finds any. */
static bool by_droplet_type(const struct object *object, const char *value)
{
	return by_trait(object, value);
}

static const struct kind kinds[] = {
	[KIND_REGION] =
		{
			.path = "/v2/regions",
			.list_key = "regions",
			.object_key = "region",
			.id_key = "slug",
			.identity = IDENTITY_GIVEN,
			.verbs = VERB_LIST,
		},
	[KIND_SIZE] =
		{
			.path = "/v2/sizes",
			.list_key = "sizes",
			.object_key = "size",
			.id_key = "slug",
			.identity = IDENTITY_GIVEN,
			.verbs = VERB_LIST,
		},
	[KIND_IMAGE] =
		{
			.path = "/v2/images",
			.list_key = "images",
			.object_key = "image",
			.id_key = "id",
			.alias_key = "slug",
			.identity = IDENTITY_NUMBER,
			.first_number = 183000000,
			.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
			.create_status = 202,
			.required = {"name", "url", "region"},
			.defaults =
				"{\"type\":\"custom\",\"distribution\":\"Unknown\",\"slug\":null,"
				"\"public\":false,\"created_at\":\"\",\"min_disk_size\":0,"
				"\"size_gigabytes\":0,\"description\":\"\",\"tags\":[],"
				"\"status\":\"NEW\",\"error_message\":\"\"}",
			.filters = {{"type", by_trait, NULL}, {"private", by_privacy, NULL},
				{"tag_name", object_has_tag, NULL}},
			.trait = image_trait,
			.create = image_create,
			.update = image_update,
			.remove = image_remove,
		},
	[KIND_KEY] =
		{
			.path = "/v2/account/keys",
			.list_key = "ssh_keys",
			.object_key = "ssh_key",
			.id_key = "id",
			.alias_key = "fingerprint",
			.identity = IDENTITY_NUMBER,
			.first_number = 45000000,
			.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
			.required = {"name", "public_key"},
			.create = key_create,
			.update = key_update,
		},
	[KIND_TAG] =
		{
			.path = "/v2/tags",
			.list_key = "tags",
			.object_key = "tag",
			.id_key = "name",
			.identity = IDENTITY_GIVEN,
			.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
			.required = {"name"},
			.create = tag_create,
			.remove = tag_remove,
			.render = tag_render,
		},
	[KIND_SNAPSHOT] =
		{
			.path = "/v2/snapshots",
			.list_key = "snapshots",
			.object_key = "snapshot",
			.id_key = "id",
			.identity = IDENTITY_GIVEN,
			.verbs = VERB_LIST | VERB_GET | VERB_DELETE,
			.filters = {{"resource_type", by_trait, NULL}},
			.trait = snapshot_trait,
			.remove = snapshot_remove,
		},
	[KIND_DROPLET] =
		{
			.path = "/v2/droplets",
			.list_key = "droplets",
			.object_key = "droplet",
			.id_key = "id",
			.identity = IDENTITY_NUMBER,
			.first_number = 512000000,
			.verbs = VERB_LIST | VERB_GET | VERB_DELETE,
			.filters = {{"name", by_name, NULL}, {"tag_name", object_has_tag, NULL},
				{"type", by_droplet_type, "droplets"}},
			.trait = droplet_trait,
			.list = droplet_list,
			.remove = droplet_remove,
		},
	[KIND_ACTION] =
		{
			.path = "/v2/actions",
			.list_key = "actions",
			.object_key = "action",
			.id_key = "id",
			.identity = IDENTITY_NUMBER,
			/* Beyond what fits into 32 bits, as DigitalOcean's have been for a while. */
			.first_number = 2980000000,
			.verbs = VERB_LIST | VERB_GET,
			.newest_first = true,
		},
	[KIND_VPC] =
		{
			.path = "/v2/vpcs",
			.list_key = "vpcs",
			.object_key = "vpc",
			.id_key = "id",
			.identity = IDENTITY_UUID,
			.verbs = VERB_ALL,
			.required = {"name", "region"},
			.defaults = "{\"description\":\"\",\"ip_range\":\"10.200.0.0/"
				    "20\",\"default\":false,"
				    "\"created_at\":\"\"}",
			.filters = {{"name", by_name, NULL}},
			.create = vpc_create,
			.update = vpc_update,
			.remove = vpc_remove,
		},
	[KIND_VOLUME] =
		{
			.path = "/v2/volumes",
			.list_key = "volumes",
			.object_key = "volume",
			.id_key = "id",
			.identity = IDENTITY_UUID,
			.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
			.required = {"name", "size_gigabytes", "region"},
			.defaults =
				"{\"description\":\"\",\"droplet_ids\":[],\"filesystem_type\":\"\","
				"\"filesystem_label\":\"\",\"tags\":[],\"created_at\":\"\"}",
			.filters = {{"name", by_name, NULL}},
			.create = network_expand_region,
		},
	[KIND_DESTRUCTION] =
		{
			/* The reports of destroy_with_associated_resources; not listed anywhere. */
			.path = "/sandbox/destructions",
			.list_key = "destructions",
			.id_key = "id",
			.identity = IDENTITY_GIVEN,
		},
	[KIND_POOL] =
		{
			.path = "/v2/droplets/autoscale",
			.list_key = "autoscale_pools",
			.object_key = "autoscale_pool",
			.id_key = "id",
			.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT,
			.create_status = 202,
			.required = {"name", "config", "droplet_template"},
			.defaults = "{\"current_utilization\":{\"memory\":0,\"cpu\":0},"
				    "\"created_at\":\"\",\"updated_at\":\"\",\"status\":\"active\","
				    "\"active_resources_count\":0}",
			.filters = {{"name", by_name, NULL}},
			.create = pool_create,
			.update = pool_update,
			.render = pool_render,
		},
	[KIND_POOL_EVENT] =
		{
			.path = "/v2/droplets/autoscale/*/history",
			.list_key = "history",
			.id_key = "history_event_id",
			.verbs = VERB_LIST,
		},
	/* The rest pass through: kept as they were posted, with what an answer must have besides. */
	{
		.path = "/v2/nfs",
		.list_key = "shares",
		.object_key = "share",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
		.required = {"name", "size_gib", "region"},
		.defaults = "{\"status\":\"ACTIVE\",\"created_at\":\"\",\"vpc_ids\":[]}",
	},
	{
		.path = "/v2/vpc_peerings",
		.list_key = "vpc_peerings",
		.object_key = "vpc_peering",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PATCH | VERB_DELETE,
		.create_status = 202,
		.remove_status = 202,
		.required = {"name", "vpc_ids"},
		.defaults = "{\"status\":\"ACTIVE\",\"created_at\":\"\"}",
	},
	{
		.path = "/v2/vpc_nat_gateways",
		.list_key = "vpc_nat_gateways",
		.object_key = "vpc_nat_gateway",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.create_status = 202,
		.remove_status = 202,
		.required = {"name", "type", "region", "size", "vpcs"},
		.defaults = "{\"state\":\"ACTIVE\",\"created_at\":\"\",\"updated_at\":\"\","
			    "\"udp_timeout_seconds\":30,\"icmp_timeout_seconds\":30,"
			    "\"tcp_timeout_seconds\":30}",
	},
	{
		.path = "/v2/firewalls",
		.list_key = "firewalls",
		.object_key = "firewall",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.create_status = 202,
		.required = {"name"},
		.defaults = "{\"status\":\"succeeded\",\"created_at\":\"\",\"pending_changes\":[],"
			    "\"droplet_ids\":[],\"tags\":[],\"inbound_rules\":[],"
			    "\"outbound_rules\":[]}",
	},
	{
		.path = "/v2/load_balancers",
		.list_key = "load_balancers",
		.object_key = "load_balancer",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.create_status = 202,
		.required = {"forwarding_rules"},
		.defaults = "{\"name\":\"\",\"ip\":\"\",\"status\":\"active\",\"created_at\":\"\","
			    "\"algorithm\":\"round_robin\",\"size_unit\":1,\"droplet_ids\":[],"
			    "\"redirect_http_to_https\":false,\"enable_proxy_protocol\":false,"
			    "\"enable_backend_keepalive\":false}",
		.create = network_expand_region,
		.update = network_expand_region,
	},
	{
		.path = "/v2/reserved_ips",
		.list_key = "reserved_ips",
		.object_key = "reserved_ip",
		.id_key = "ip",
		.identity = IDENTITY_GIVEN,
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
		.create_status = 202,
		.defaults = "{\"droplet\":null,\"locked\":false,"
			    "\"project_id\":\"746c6152-2fa2-11ed-92d3-27aaa54e4988\"}",
		.create = reserved_ip_create,
	},
	{
		.path = "/v2/reserved_ipv6",
		.list_key = "reserved_ipv6s",
		.object_key = "reserved_ipv6",
		.id_key = "ip",
		.identity = IDENTITY_GIVEN,
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
		.required = {"region_slug"},
		.defaults = "{\"reserved_at\":\"2026-01-01T00:00:00Z\"}",
		.create = reserved_ipv6_create,
	},
	{
		.path = "/v2/domains",
		.list_key = "domains",
		.object_key = "domain",
		.id_key = "name",
		.identity = IDENTITY_GIVEN,
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
		.required = {"name"},
		.defaults = "{\"ttl\":1800,\"zone_file\":\"\"}",
	},
	{
		.path = "/v2/domains/*/records",
		.list_key = "domain_records",
		.object_key = "domain_record",
		.id_key = "id",
		.identity = IDENTITY_NUMBER,
		.first_number = 28448000,
		.verbs = VERB_ALL,
		.required = {"type"},
		.defaults = "{\"name\":\"@\",\"data\":\"\",\"priority\":null,\"port\":null,"
			    "\"ttl\":1800,\"weight\":null,\"flags\":null,\"tag\":null}",
		.filters = {{"name", by_name, NULL}},
	},
	{
		.path = "/v2/certificates",
		.list_key = "certificates",
		.object_key = "certificate",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
		.required = {"name"},
		.defaults = "{\"not_after\":\"2027-02-22T00:23:00Z\",\"created_at\":\"\","
			    "\"sha1_fingerprint\":\"dfcc9f57d86bf58e321c2c6c31c7a971be244ac7\","
			    "\"dns_names\":[],\"state\":\"verified\",\"type\":\"custom\"}",
		.filters = {{"name", by_name, NULL}},
	},
	{
		.path = "/v2/cdn/endpoints",
		.list_key = "endpoints",
		.object_key = "endpoint",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.required = {"origin"},
		.defaults = "{\"endpoint\":\"static.cdn.example.com\",\"ttl\":3600,"
			    "\"created_at\":\"\"}",
	},
	{
		.path = "/v2/databases",
		.list_key = "databases",
		.object_key = "database",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
		.required = {"name", "engine", "num_nodes", "region", "size"},
		.defaults =
			"{\"version\":\"8\",\"status\":\"online\",\"created_at\":\"\",\"tags\":[],"
			"\"db_names\":[\"defaultdb\"]}",
		.filters = {{"tag_name", object_has_tag, NULL}},
	},
	{
		.path = "/v2/databases/*/dbs",
		.list_key = "dbs",
		.object_key = "db",
		.id_key = "name",
		.identity = IDENTITY_GIVEN,
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
		.required = {"name"},
	},
	{
		.path = "/v2/databases/*/users",
		.list_key = "users",
		.object_key = "user",
		.id_key = "name",
		.identity = IDENTITY_GIVEN,
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.required = {"name"},
		.defaults = "{\"role\":\"normal\",\"password\":\"jge5lfxtzhx42iff\"}",
	},
	{
		.path = "/v2/databases/*/pools",
		.list_key = "pools",
		.object_key = "pool",
		.id_key = "name",
		.identity = IDENTITY_GIVEN,
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.required = {"name", "mode", "size", "db"},
	},
	{
		.path = "/v2/databases/*/replicas",
		.list_key = "replicas",
		.object_key = "replica",
		.id_key = "name",
		.identity = IDENTITY_GIVEN,
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
		.required = {"name"},
		.defaults = "{\"status\":\"online\",\"created_at\":\"\",\"tags\":[]}",
	},
	{
		.path = "/v2/kubernetes/clusters",
		.list_key = "kubernetes_clusters",
		.object_key = "kubernetes_cluster",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.required = {"name", "region", "version", "node_pools"},
		.defaults = "{\"status\":{\"state\":\"running\",\"message\":\"\"},\"tags\":[],"
			    "\"created_at\":\"\",\"updated_at\":\"\",\"auto_upgrade\":false,"
			    "\"surge_upgrade\":false,\"ha\":false}",
	},
	{
		.path = "/v2/kubernetes/clusters/*/node_pools",
		.list_key = "node_pools",
		.object_key = "node_pool",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.required = {"name", "size", "count"},
		.defaults = "{\"tags\":[],\"taints\":[],\"nodes\":[],\"auto_scale\":false}",
	},
	{
		.path = "/v2/apps",
		.list_key = "apps",
		.object_key = "app",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.create_status = 200,
		.remove_status = 200,
		.required = {"spec"},
		.defaults = "{\"created_at\":\"\",\"updated_at\":\"\",\"default_ingress\":\"\"}",
	},
	{
		.path = "/v2/registries",
		.list_key = "registries",
		.object_key = "registry",
		.id_key = "name",
		.identity = IDENTITY_GIVEN,
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
		.required = {"name"},
		.defaults = "{\"created_at\":\"\",\"region\":\"nyc3\",\"storage_usage_bytes\":0}",
	},
	{
		.path = "/v2/functions/namespaces",
		.list_key = "namespaces",
		.object_key = "namespace",
		.id_key = "namespace",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_DELETE,
		.create_status = 200,
		.required = {"region", "label"},
		.defaults = "{\"created_at\":\"\",\"updated_at\":\"\",\"api_host\":"
			    "\"https://api_host.example.com\",\"key\":\"\"}",
	},
	{
		.path = "/v2/uptime/checks",
		.list_key = "checks",
		.object_key = "check",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.required = {"name", "type", "target"},
		.defaults = "{\"regions\":[\"us_east\"],\"enabled\":true}",
	},
	{
		.path = "/v2/uptime/checks/*/alerts",
		.list_key = "alerts",
		.object_key = "alert",
		.id_key = "id",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.required = {"name", "type", "notifications"},
	},
	{
		.path = "/v2/monitoring/alerts",
		.list_key = "policies",
		.object_key = "policy",
		.id_key = "uuid",
		.verbs = VERB_LIST | VERB_GET | VERB_CREATE | VERB_PUT | VERB_DELETE,
		.create_status = 200,
		.required = {"type", "description", "compare", "value", "window"},
		.defaults = "{\"enabled\":true,\"entities\":[],\"tags\":[],"
			    "\"alerts\":{\"email\":[],\"slack\":[]}}",
	},
	{
		.path = "/v2/projects",
		.list_key = "projects",
		.object_key = "project",
		.id_key = "id",
		.verbs = VERB_ALL,
		.required = {"name", "purpose"},
		.defaults = "{\"owner_uuid\":\"99525febec065ca37b2ffe4f852fd2b2581895e7\","
			    "\"owner_id\":258992,\"description\":\"\","
			    "\"environment\":\"Development\",\"is_default\":false,"
			    "\"created_at\":\"\",\"updated_at\":\"\"}",
	},
	{
		.path = "/v2/spaces/keys",
		.list_key = "keys",
		.object_key = "key",
		.id_key = "access_key",
		.verbs = VERB_ALL,
		.required = {"name"},
		.defaults = "{\"grants\":[],\"created_at\":\"\",\"secret_key\":"
			    "\"made-up-secret-of-the-sandbox\"}",
	},
};

const struct kind *kind_at(unsigned kind)
{
	return &kinds[kind];
}

unsigned kind_count(void)
{
	return sizeof(kinds) / sizeof(*kinds);
}
