#include "fs/file.h"

static const struct field fields[] = {
	{"name", "its name in the app's spec"},
	{"kind", "when it runs: PRE_DEPLOY, POST_DEPLOY, FAILED_DEPLOY, SCHEDULED"},
	{"run_command", "what it runs"},
	{"envs", "what is in its environment; what is secret there DigitalOcean shows encrypted"},
	{0},
};

const struct kind kind_app_jobs = {
	.resource = {"apps/jobs", "/v2/apps/%s/jobs", .list_key = "jobs", .id_keys = {"name"}, .name_keys = {"name"},
		.within = "spec/jobs"},
	.help = "the jobs in an app's spec; `invocations` in each are its runs",
	.fields = fields,
	.files = FILES(FILE_JSON),
};
