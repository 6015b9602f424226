#include "fs/file.h"

const struct kind kind_uptime_state = {
	.resource = {"uptime/state", "/v2/uptime/checks/%s/state", .object_key = "state", .single = true},
	.help = "up or down, from each region",
	.files = FILES(FILE_ANSWER("up or down, since when, in % of thirty days, from each region; "
				   "and the last outage")),
};
