#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("the garbage collection under way"), {0}};

const struct kind kind_registries_garbage_collection = {
	.resource = {.name = "registries/garbage_collection",
		.path = "/v2/registries/%s/garbage-collection",
		.object_key = "garbage_collection",
		.optional = true,
		.single = true},
	.help = "the garbage collection under way",
	.files = files,
};
