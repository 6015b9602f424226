#include "fs/file.h"

const struct kind kind_app_component_logs = {
	.resource = {"apps/components/logs", "/v2/apps/%s/components/%s/logs?type=RUN", .single = true},
	.help = "the logs of a component",
	.files = FILES(FILE_ANSWER("where its logs can be read: live_url follows, historic_urls "
				   "are files; valid for a while")),
};
