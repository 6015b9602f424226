#include "fs/file.h"

const struct kind kind_app_instances = {
	.resource = {"apps/instances", "/v2/apps/%s/instances", .single = true},
	.help = "what runs",
	.files = FILES(FILE_ANSWER("what runs: the instances of its components")),
};
