#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("what runs: the instances of its components"), {0}};

const struct kind kind_app_instances = {
	.resource = {.name = "apps/instances",
		.path = "/v2/apps/%s/instances",

		.single = true},
	.help = "what runs",
	.files = files,
};
