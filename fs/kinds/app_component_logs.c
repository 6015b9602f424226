#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("where its logs can be read: live_url follows, "
						"historic_urls are files; valid for a while"),
	{0}};

const struct kind kind_app_component_logs = {
	.resource = {.name = "apps/components/logs",
		.path = "/v2/apps/%s/components/%s/logs?type=RUN",

		.single = true},
	.help = "the logs of a component",
	.files = files,
};
