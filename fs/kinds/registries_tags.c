#include "fs/file.h"

static const struct field fields[] = {
	{"manifest_digest", "which image it is"},
	{"size_bytes", "bytes"},
	{"compressed_size_bytes", "bytes in the registry"},
	{"updated_at", "when it was pushed"},
	{0},
};

const struct kind kind_registries_tags = {
	.resource = {"registries/repositories/tags", "/v2/registries/%s/repositories/%s/tags", .list_key = "tags",
		.id_keys = {"tag"}, .name_keys = {"tag"}, .unlisted = true},
	.help = "the tags of a repository; rmdir removes one. `ls` of the repository does not show it, `ls "
		"registries/X/repositories/Y/tags` does",
	.fields = fields,
	.files = FILES(FILE_JSON, FILE_ERROR),
	.deletable = true,
};
