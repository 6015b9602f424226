#include "fs/file.h"

static const struct spec_key keys[] = {
	{KEY("compatibility_level"), .type = SPEC_TEXT,
		.among = "NONE BACKWARD BACKWARD_TRANSITIVE FORWARD FORWARD_TRANSITIVE FULL "
			 "FULL_TRANSITIVE",
		.help = "which schemas may follow this one", .example = "BACKWARD"},
	{0},
};

static const struct file files[] = {FILE_SETTINGS("which schemas may follow this one"), {0}};

const struct kind kind_databases_schema_compatibility = {
	.resource = {.name = "databases/schemas/compatibility",
		.path = "/v2/databases/%s/schema-registry/config/%s",
		.single = true},
	.help = "which schemas may follow this one",
	.keys = keys,
	.files = files,
	.update = "PUT",
};
