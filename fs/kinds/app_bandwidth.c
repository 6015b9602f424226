#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("bytes that left it yesterday"), {0}};

const struct kind kind_app_bandwidth = {
	.resource = {.name = "apps/bandwidth",
		.path = "/v2/apps/%s/metrics/bandwidth_daily",

		.single = true},
	.help = "bytes that left it yesterday",
	.files = files,
};
