#include "fs/file.h"

static const struct spec_key keys[] = {
	{KEY("compatibility_level"), .type = SPEC_TEXT,
		.among = "NONE BACKWARD BACKWARD_TRANSITIVE FORWARD FORWARD_TRANSITIVE FULL "
			 "FULL_TRANSITIVE",
		.help = "which schemas may follow others", .example = "BACKWARD"},
	{0},
};

static const struct file files[] = {FILE_SETTINGS("which schemas may follow others"), {0}};

const struct kind kind_databases_compatibility = {
	.resource = {.name = "databases/compatibility",
		.path = "/v2/databases/%s/schema-registry/config",
		.single = true},
	.help = "which schemas may follow others",
	.only = {"engine", "kafka"},
	.keys = keys,
	.files = files,
	.update = "PUT",
};
