#include "droplet.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"status", "active, deleting or error"},
	{"config", "how many droplets, or between how many and by what measure"},
	{"droplet_template", "what they are made of"},
	{"droplet_template/user_data", "for their cloud-init, which may hold a secret", .secret = true},
	{"active_resources_count", "how many of them are active"},
	{"current_utilization", "of processors and memory, 0 to 1, on the average of its droplets"},
	{0},
};

static const struct relation relations[] = {
	{"members", "droplets", "its droplets", .path = "members", .item = "droplet_id"},
	{"region", "regions", "where they run", .path = "droplet_template/region", .one = true},
	{"size", "sizes", "what they are made of", .path = "droplet_template/size", .one = true},
	{"image", "images", "what they are made from", .path = "droplet_template/image", .one = true},
	{0},
};

static const struct spec_key keys[] = {
	{"target_number_instances", SPEC_NUMBER, "so many droplets, always", "3",
		.body = "config/target_number_instances", LIMITS(1, 1000), .together = true},
	{"min_instances", SPEC_NUMBER, "or at least so many", "2", .body = "config/min_instances", LIMITS(1, 500),
		.together = true},
	{"max_instances", SPEC_NUMBER, "and at most so many", "10", .body = "config/max_instances", LIMITS(1, 1000),
		.together = true},
	{"target_cpu_utilization", SPEC_FRACTION, "aiming at this use of processors", "0.6",
		.body = "config/target_cpu_utilization", LIMITS(0.05, 1), .together = true},
	{"target_memory_utilization", SPEC_FRACTION, "aiming at this use of memory", "0.6",
		.body = "config/target_memory_utilization", LIMITS(0.05, 1), .together = true},
	{"cooldown_minutes", SPEC_NUMBER, "from one change of their number to the next", "10",
		.body = "config/cooldown_minutes", LIMITS(5, 20), .together = true},
	{"region", SPEC_REF, "where they run", "sgp1", .kind = "regions", .body = "droplet_template/region",
		.required = true},
	{"size", SPEC_REF, "what they are made of", "s-1vcpu-2gb", .kind = "sizes", .body = "droplet_template/size",
		.required = true},
	{"image", SPEC_REF, "what they are made from", "debian-12-x64", .kind = "images",
		.body = "droplet_template/image", .required = true, .text = true},
	{"ssh_keys", SPEC_REFS, "who may log in as root", "sridhar@laptop", .kind = "ssh_keys", .by = "fingerprint",
		.body = "droplet_template/ssh_keys", .required = true},
	{"tags", SPEC_WORDS, "labels of theirs", "tenant, prod", .kind = "tags", .body = "droplet_template/tags"},
	{"vpc_uuid", SPEC_REF, "their private network", "backend", .kind = "vpcs", .body = "droplet_template/vpc_uuid"},
	{"ipv6", SPEC_BOOL, "an address of version 6 for each", "true", .body = "droplet_template/ipv6"},
	{"with_droplet_agent", SPEC_BOOL, "the agent that measures their utilization", "true",
		.body = "droplet_template/with_droplet_agent"},
	{"droplet_name", SPEC_TEXT, "what they are called, with a number each; not given, as the pool", "web",
		.body = "droplet_template/name"},
	{"project_id", SPEC_REF, "their project", "shop", .kind = "projects", .body = "droplet_template/project_id"},
	{"public_networking", SPEC_BOOL, "false: no public address for them", "true",
		.body = "droplet_template/public_networking"},
	{"user_data", SPEC_TEXT, "for their cloud-init", "\"#cloud-config\\npackages: [git]\"",
		.body = "droplet_template/user_data", .secret = true},
	{"stack", SPEC_STACK, "the components that install themselves on each, also with docloud away", "nginx mysql",
		.body = "droplet_template/user_data", .unshown = true},
	{0},
};

static int check_pool(struct spec *spec, struct error *err)
{
	(void)err;
	bool fixed = spec_get(spec, keys[0].name), bounded = false;
	for (const struct spec_key *key = keys + 1; key->together; key++) {
		if (fixed && spec_get(spec, key->name))
			spec_wrong(spec, key->name, "%s: target_number_instances and %s exclude each other", key->name,
				key->name);
		bounded = bounded || spec_get(spec, key->name);
	}
	if (!fixed && (bounded || !spec->object) && !spec->partial &&
		!(spec_get(spec, "min_instances") && spec_get(spec, "max_instances")))
		spec_wrong(spec, "",
			"how many is missing: `target_number_instances = 3`, or min_instances and max_instances");
	droplet_check_parts(spec);
	return 0;
}

const struct kind kind_autoscale_pools = {
	.resource = {"autoscale_pools", "/v2/droplets/autoscale", .scope = "droplet", .list_key = "autoscale_pools",
		.object_key = "autoscale_pool", .id_keys = {"id"}, .name_keys = {"name", "id"},
		.parts = {{"members", "droplets", "droplet_id"}}},
	.help = "droplets that DigitalOcean makes and destroys by itself; rmdir of a pool lets them be",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PUT",
	.consequence = "droplets that it has stay as they were made",
	.check_spec = check_pool,
	.deletable = true,
};
