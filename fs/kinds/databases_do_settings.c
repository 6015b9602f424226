#include "fs/file.h"

static const struct spec_key keys[] = {
	{"do_settings/service_cnames", SPEC_WORDS, "names of yours for it", "db.example.com"},
	{0},
};

const struct kind kind_databases_do_settings = {
	.resource = {"databases/do_settings", "/v2/databases/%s/do_settings", .single = true},
	.help = "names of yours for it",
	.keys = keys,
	.files = FILES(FILE_SETTINGS("names of yours for it")),
	.update = "PUT",
};
