#include "fs/file.h"

static const struct spec_key keys[] = {
	{KEY("do_settings/service_cnames"), .type = SPEC_WORDS, .help = "names of yours for it",
		.example = "db.example.com"},
	{0},
};

static const struct file files[] = {FILE_SETTINGS("names of yours for it"), {0}};

const struct kind kind_databases_do_settings = {
	.resource = {.name = "databases/do_settings",
		.path = "/v2/databases/%s/do_settings",
		.single = true},
	.help = "names of yours for it",
	.keys = keys,
	.files = files,
	.update = "PUT",
};
