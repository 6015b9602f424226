#include "fs/file.h"

static const struct spec_key keys[] = {
	{"storage/enabled", SPEC_BOOL, "whether it does", "true"},
	{"storage/threshold_percent", SPEC_NUMBER, "percent in use when it does", "80", LIMITS(15, 95)},
	{"storage/increment_gib", SPEC_NUMBER, "GiB by which it does", "10", LIMITS(10, 500)},
	{0},
};

const struct kind kind_databases_autoscale = {
	.resource = {"databases/autoscale", "/v2/databases/%s/autoscale", .object_key = "autoscale", .single = true},
	.help = "how its storage grows by itself",
	.keys = keys,
	.files = FILES(FILE_SETTINGS("how its storage grows by itself")),
	.update = "PUT",
};
