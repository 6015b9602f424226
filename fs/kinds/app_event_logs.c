#include "fs/file.h"

const struct kind kind_app_event_logs = {
	.resource = {"apps/events/logs", "/v2/apps/%s/events/%s/logs?type=AUTOSCALE_EVENT", .single = true},
	.help = "the logs of an event",
	.files = FILES(FILE_ANSWER("where its logs can be read, as those of the app")),
};
