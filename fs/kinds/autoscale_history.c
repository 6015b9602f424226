#include "fs/file.h"

const struct kind kind_autoscale_history = {
	.resource = {"autoscale_pools/history", "/v2/droplets/autoscale/%s/history?per_page=200", .single = true},
	.help = "what a pool did by itself",
	.files = FILES(FILE_ANSWER("each time the number of its droplets changed: reason, status, "
				   "how many there were and were wanted; the latest 200")),
};
