#include "fs/file.h"

static const struct spec_key keys[] = {
	{"compatibility_level", SPEC_TEXT, "which schemas may follow others", "BACKWARD",
		.among = "NONE BACKWARD BACKWARD_TRANSITIVE FORWARD FORWARD_TRANSITIVE FULL "
			 "FULL_TRANSITIVE"},
	{0},
};

const struct kind kind_databases_compatibility = {
	.resource = {"databases/compatibility", "/v2/databases/%s/schema-registry/config", .single = true},
	.help = "which schemas may follow others",
	.only = {"engine", "kafka"},
	.keys = keys,
	.files = FILES(FILE_SETTINGS("which schemas may follow others")),
	.update = "PUT",
};
