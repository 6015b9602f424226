#include "fs/file.h"

const struct kind kind_app_deployment_logs = {
	.resource = {"apps/deployments/logs", "/v2/apps/%s/deployments/%s/logs?type=BUILD", .single = true},
	.help = "the logs of a build",
	.files = FILES(FILE_ANSWER("where the logs of its build can be read, as those of the app")),
};
