#include "droplet.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"status", "active, deleting or error"},
	{"config", "how many droplets, or between how many and by what measure"},
	{"droplet_template", "what they are made of"},
	{"active_resources_count", "how many of them are active"},
	{"current_utilization", "of processors and memory, 0 to 1, on the average of its droplets"},
	{0},
};

static const struct relation relations[] = {
	{.name = "members",
		.kind = "droplets",
		.path = "members",
		.item = "droplet_id",
		.help = "its droplets"},
	{.name = "region",
		.kind = "regions",
		.path = "droplet_template/region",
		.one = true,
		.help = "where they run"},
	{.name = "size",
		.kind = "sizes",
		.path = "droplet_template/size",
		.one = true,
		.help = "what they are made of"},
	{.name = "image",
		.kind = "images",
		.path = "droplet_template/image",
		.one = true,
		.help = "what they are made from"},
	{0},
};

#define IN_CONFIG(key)                                                                  \
	.name = key, .body = "config/" key, .path = "config/" key, .type = SPEC_NUMBER, \
	.together = true
#define IN_TEMPLATE(key) \
	.name = key, .body = "droplet_template/" key, .path = "droplet_template/" key
#define FRACTION .least = 0.05, .most = 1, .example = "0.6"

static const struct spec_key keys[] = {
	{IN_CONFIG("target_number_instances"), .least = 1, .most = 1000,
		.help = "so many droplets, always", .example = "3"},
	{IN_CONFIG("min_instances"), .least = 1, .most = 500, .help = "or at least so many",
		.example = "2"},
	{IN_CONFIG("max_instances"), .least = 1, .most = 1000, .help = "and at most so many",
		.example = "10"},
	{IN_CONFIG("target_cpu_utilization"), FRACTION, .help = "aiming at this use of processors"},
	{IN_CONFIG("target_memory_utilization"), FRACTION, .help = "aiming at this use of memory"},
	{IN_CONFIG("cooldown_minutes"), .least = 5, .most = 20,
		.help = "from one change of their number to the next", .example = "10"},
	{IN_TEMPLATE("region"), .type = SPEC_REF, .kind = "regions", .required = true,
		.help = "where they run", .example = "sgp1"},
	{IN_TEMPLATE("size"), .type = SPEC_REF, .kind = "sizes", .required = true,
		.help = "what they are made of", .example = "s-1vcpu-2gb"},
	{IN_TEMPLATE("image"), .type = SPEC_REF, .text = true, .kind = "images", .required = true,
		.help = "what they are made from", .example = "debian-12-x64"},
	{IN_TEMPLATE("ssh_keys"), .type = SPEC_REFS, .kind = "ssh_keys", .by = "fingerprint",
		.required = true, .help = "who may log in as root", .example = "sridhar@laptop"},
	{IN_TEMPLATE("tags"), .type = SPEC_WORDS, .kind = "tags", .help = "labels of theirs",
		.example = "tenant, prod"},
	{IN_TEMPLATE("vpc_uuid"), .type = SPEC_REF, .kind = "vpcs", .by = "id",
		.help = "their private network", .example = "backend"},
	{IN_TEMPLATE("ipv6"), .type = SPEC_BOOL, .help = "an address of version 6 for each",
		.example = "true"},
	{IN_TEMPLATE("with_droplet_agent"), .type = SPEC_BOOL,
		.help = "the agent that measures their utilization", .example = "true"},
	{IN_TEMPLATE("user_data"), .type = SPEC_TEXT, .secret = true,
		.help = "for their cloud-init", .example = "\"#cloud-config\\npackages: [git]\""},
	{.name = "stack",
		.body = "droplet_template/user_data",
		.type = SPEC_STACK,
		.help = "the components that install themselves on each, also with docloud away",
		.example = "nginx mysql"},
	{0},
};

static int check_pool(struct spec *spec, struct error *err)
{
	(void)err;
	bool fixed = spec_get(spec, keys[0].name), bounded = false;
	for (const struct spec_key *key = keys + 1; key->together; key++) {
		if (fixed && spec_get(spec, key->name))
			spec_wrong(spec, key->name,
				"%s: target_number_instances and %s exclude each other", key->name,
				key->name);
		bounded = bounded || spec_get(spec, key->name);
	}
	if (!fixed && (bounded || !spec->object) && !spec->partial &&
		!(spec_get(spec, "min_instances") && spec_get(spec, "max_instances")))
		spec_wrong(spec, "",
			"how many is missing: `target_number_instances = 3`, or min_instances and "
			"max_instances");
	droplet_check_parts(spec);
	return 0;
}

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_autoscale_pools = {
	.resource = {.name = "autoscale_pools",
		.scope = "droplet",
		.path = "/v2/droplets/autoscale",
		.list_key = "autoscale_pools",
		.object_key = "autoscale_pool",
		.id_keys = {"id"},
		.name_keys = {"name", "id"},
		.queries = {""},
		.parts = {{"members", "droplets", "droplet_id"}}},
	.help = "droplets that DigitalOcean makes and destroys by itself; rmdir of a pool lets "
		"them be",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = files,
	.aliases = {"id", "name"},
	.update = "PUT",
	.consequence = "droplets that it has stay as they were made",
	.check_spec = check_pool,
	.deletable = true,
};
