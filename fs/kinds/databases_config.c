#include "fs/file.h"

static const struct spec_key keys[] = {
	{KEY("config"), .type = SPEC_OBJECT,
		.help = "as the documentation of the engine names them",
		.example = "{\"backup_hour\": 3}"},
	{0},
};

static const struct file files[] = {
	FILE_SETTINGS("the engine's own settings, as a JSON object; what is left out stays"), {0}};

const struct kind kind_databases_config = {
	.resource = {.name = "databases/config", .path = "/v2/databases/%s/config", .single = true},
	.help = "the engine's own settings, as a JSON object; what is left out stays",
	.keys = keys,
	.files = files,
	.update = "PATCH",
};
