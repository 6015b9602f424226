#include "fs/file.h"

static const struct field fields[] = {
	{"slug", "its name: instance_size_slug in an app's spec"},
	{"usd_per_month", "USD"},
	{"cpus", "how many"},
	{"memory_bytes", "bytes"},
	{"bandwidth_allowance_gib", "GiB a month that are in the price"},
	{"single_instance_only", "true: a component can have one of it"},
	{0},
};

const struct kind kind_app_sizes = {
	.resource = {"app_sizes", "/v2/apps/tiers/instance_sizes", .scope = "app", .list_key = "instance_sizes",
		.object_key = "instance_size", .id_keys = {"slug"}, .name_keys = {"slug"}, .catalogue = true},
	.help = "how large the instances of an app's component can be",
	.fields = fields,
	.files = FILES(FILE_JSON),
};
