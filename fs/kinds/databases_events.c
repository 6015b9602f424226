#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("what was done to it; the last 200"), {0}};

const struct kind kind_databases_events = {
	.resource = {.name = "databases/events",
		.path = "/v2/databases/%s/events?per_page=200",
		.single = true},
	.help = "what was done to it; the last 200",
	.files = files,
};
