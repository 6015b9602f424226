#include "fs/file.h"

static const struct field fields[] = {
	{"name", "its name in the app's spec"},
	{"state", "HEALTHY, UNHEALTHY or UNKNOWN"},
	{"replicas_desired", "how many of it are wanted"},
	{"replicas_ready", "and how many answer"},
	{"cpu_usage_percent", "% of what it may use"},
	{"memory_usage_percent", "% of what it may use"},
	{0},
};

const struct kind kind_app_components = {
	.resource = {"apps/components", "/v2/apps/%s/health", .list_key = "app_health/components", .id_keys = {"name"},
		.name_keys = {"name"}, .unlisted = true},
	.help = "what an app runs; `ls apps/X/components` shows them, `ls apps/X` does not",
	.fields = fields,
	.files = FILES(FILE_JSON),
};
