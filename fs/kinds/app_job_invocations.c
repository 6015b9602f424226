#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"phase", "PENDING, RUNNING, SUCCEEDED, FAILED, CANCELED or SKIPPED"},
	{"deployment_id", "of which deployment"},
	{"started_at", "when it began"},
	{"completed_at", "when it ended"},
	{0},
};

const struct kind kind_app_job_invocations = {
	.resource = {"apps/jobs/invocations", "/v2/apps/%s/job-invocations?job_names=%s", .list_key = "job_invocations",
		.id_keys = {"id"}, .name_keys = {"id"}, .unlisted = true},
	.help = "the runs of a job; `ls apps/X/jobs/J/invocations` shows them, `ls apps/X/jobs/J` does not",
	.fields = fields,
	.actions = ACTIONS({"cancel", "stop it", .path = "/cancel"}),
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_ACTION),
};
