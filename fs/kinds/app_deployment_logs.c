#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("where the logs of its build can be read, as those of the app"), {0}};

const struct kind kind_app_deployment_logs = {
	.resource = {.name = "apps/deployments/logs",
		.path = "/v2/apps/%s/deployments/%s/logs?type=BUILD",

		.single = true},
	.help = "the logs of a build",
	.files = files,
};
