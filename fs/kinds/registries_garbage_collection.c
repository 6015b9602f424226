#include "fs/file.h"

const struct kind kind_registries_garbage_collection = {
	.resource = {"registries/garbage_collection", "/v2/registries/%s/garbage-collection",
		.object_key = "garbage_collection", .optional = true, .single = true},
	.help = "the garbage collection under way",
	.files = FILES(FILE_ANSWER("the garbage collection under way")),
};
