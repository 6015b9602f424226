#include "fs/file.h"
#include "fs/spec.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"status", "PROVISIONING, ACTIVE or DELETING"},
	{"vpc_ids", "the two networks"},
	{0},
};

static const struct relation relations[] = {
	{"vpcs", "vpcs", "the two networks", .path = "vpc_ids"},
	{0},
};

static const struct spec_key keys[] = {
	{"vpc_ids", SPEC_REFS, "the two networks", "shop, backup", .kind = "vpcs", .required = true, FIXED},
	{0},
};

static int check(struct spec *spec, struct error *err)
{
	(void)err;
	if (spec_get(spec, keys->name) && json_count(spec_get(spec, keys->name)) != 2)
		spec_wrong(spec, keys->name, "vpc_ids: a peering joins two networks, not %zu",
			json_count(spec_get(spec, keys->name)));
	return 0;
}

const struct kind kind_vpc_peerings = {
	.resource = {"vpc_peerings", "/v2/vpc_peerings", .scope = "vpc_peering", .list_key = "vpc_peerings",
		.object_key = "vpc_peering", .id_keys = {"id"}, .name_keys = {"name", "id"}},
	.help = "two private networks that reach each other",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PATCH",
	.renames = true,
	.check_spec = check,
	.deletable = true,
};
