#include "fs/file.h"

const struct kind kind_databases_topic_details = {
	.resource = {"databases/topics/details", "/v2/databases/%s/topics/%s", .object_key = "topic", .single = true},
	.help = "a topic's partitions, who reads them and how far, and all of its settings",
	.files = FILES(FILE_ANSWER("its partitions, who reads them and how far, and all of its settings")),
};
