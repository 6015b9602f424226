#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("each time the number of its droplets changed: reason, status, how many there "
		    "were and were wanted; the latest 200"),
	{0}};

const struct kind kind_autoscale_history = {
	.resource = {.name = "autoscale_pools/history",
		.path = "/v2/droplets/autoscale/%s/history?per_page=200",
		.single = true},
	.help = "what a pool did by itself",
	.files = files,
};
