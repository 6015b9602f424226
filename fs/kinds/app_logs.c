#include "fs/file.h"

const struct kind kind_app_logs = {
	.resource = {"apps/logs", "/v2/apps/%s/logs?type=RUN", .single = true},
	.help = "the logs of what runs",
	.files = FILES(FILE_ANSWER("where its logs can be read: live_url follows, historic_urls "
				   "are files; valid for a while")),
};
