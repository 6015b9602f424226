#include "fs/file.h"

const struct kind kind_databases_events = {
	.resource = {"databases/events", "/v2/databases/%s/events?per_page=200", .single = true},
	.help = "what was done to it; the last 200",
	.files = FILES(FILE_ANSWER("what was done to it; the last 200")),
};
