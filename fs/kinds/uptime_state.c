#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("up or down, since when, in % of thirty days, from each region; and the last "
		    "outage"),
	{0}};

const struct kind kind_uptime_state = {
	.resource = {.name = "uptime/state",
		.path = "/v2/uptime/checks/%s/state",
		.object_key = "state",
		.single = true},
	.help = "up or down, from each region",
	.files = files,
};
