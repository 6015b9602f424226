#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("its partitions, who reads them and how far, and all of its settings"), {0}};

const struct kind kind_databases_topic_details = {
	.resource = {.name = "databases/topics/details",
		.path = "/v2/databases/%s/topics/%s",
		.object_key = "topic",
		.single = true},
	.help = "a topic's partitions, who reads them and how far, and all of its settings",
	.files = files,
};
