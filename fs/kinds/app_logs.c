#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("where its logs can be read: live_url follows, "
						"historic_urls are files; valid for a while"),
	{0}};

const struct kind kind_app_logs = {
	.resource = {.name = "apps/logs",
		.path = "/v2/apps/%s/logs?type=RUN",

		.single = true},
	.help = "the logs of what runs",
	.files = files,
};
