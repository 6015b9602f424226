#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("of each component: healthy or not, replicas, % of processor and memory"), {0}};

const struct kind kind_app_health = {
	.resource = {.name = "apps/health",
		.path = "/v2/apps/%s/health",
		.object_key = "app_health",
		.single = true},
	.help = "whether it is healthy",
	.files = files,
};
