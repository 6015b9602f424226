#include "fs/file.h"

static const struct field fields[] = {
	{"tag_count", "so many tags"},
	{"manifest_count", "so many images"},
	{"latest_manifest", "the newest of them"},
	{0},
};

const struct kind kind_registries_repositories = {
	.resource = {"registries/repositories", "/v2/registries/%s/repositoriesV2",
		.items = "/v2/registries/%s/repositories", .list_key = "repositories", .id_keys = {"name"},
		.name_keys = {"name"}},
	.help = "what was pushed, by name; `docker push` makes one, rmdir destroys it and all in it",
	.fields = fields,
	.files = FILES(FILE_JSON, FILE_ERROR),
	.deletable = true,
};
