#include "fs/file.h"

static const struct spec_key keys[] = {
	{KEY("storage/enabled"), .type = SPEC_BOOL, .help = "whether it does", .example = "true"},
	{KEY("storage/threshold_percent"), .type = SPEC_NUMBER, .least = 15, .most = 95,
		.help = "percent in use when it does", .example = "80"},
	{KEY("storage/increment_gib"), .type = SPEC_NUMBER, .least = 10, .most = 500,
		.help = "GiB by which it does", .example = "10"},
	{0},
};

static const struct file files[] = {FILE_SETTINGS("how its storage grows by itself"), {0}};

const struct kind kind_databases_autoscale = {
	.resource = {.name = "databases/autoscale",
		.path = "/v2/databases/%s/autoscale",
		.object_key = "autoscale",
		.single = true},
	.help = "how its storage grows by itself",
	.keys = keys,
	.files = files,
	.update = "PUT",
};
