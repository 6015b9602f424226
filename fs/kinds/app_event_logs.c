#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("where its logs can be read, as those of the app"), {0}};

const struct kind kind_app_event_logs = {
	.resource = {.name = "apps/events/logs",
		.path = "/v2/apps/%s/events/%s/logs?type=AUTOSCALE_EVENT",

		.single = true},
	.help = "the logs of an event",
	.files = files,
};
