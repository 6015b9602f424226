#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("where its logs can be read, as those of the app"), {0}};

const struct kind kind_app_job_logs = {
	.resource = {.name = "apps/jobs/invocations/logs",
		.path = "/v2/apps/%s/jobs/%s/invocations/%s/logs?type=JOB_INVOCATION",

		.single = true},
	.help = "the logs of a run",
	.files = files,
};
