#include "fs/file.h"

const struct kind kind_app_job_logs = {
	.resource = {"apps/jobs/invocations/logs", "/v2/apps/%s/jobs/%s/invocations/%s/logs?type=JOB_INVOCATION",

		.single = true},
	.help = "the logs of a run",
	.files = FILES(FILE_ANSWER("where its logs can be read, as those of the app")),
};
