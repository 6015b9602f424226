#include "fs/file.h"

const struct kind kind_app_bandwidth = {
	.resource = {"apps/bandwidth", "/v2/apps/%s/metrics/bandwidth_daily", .single = true},
	.help = "bytes that left it yesterday",
	.files = FILES(FILE_ANSWER("bytes that left it yesterday")),
};
