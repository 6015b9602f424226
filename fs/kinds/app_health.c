#include "fs/file.h"

const struct kind kind_app_health = {
	.resource = {"apps/health", "/v2/apps/%s/health", .object_key = "app_health", .single = true},
	.help = "whether it is healthy",
	.files = FILES(FILE_ANSWER("of each component: healthy or not, replicas, % of processor and memory")),
};
