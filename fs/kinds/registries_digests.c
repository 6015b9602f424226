#include "fs/file.h"

static const struct field fields[] = {
	{"tags", "its tags"},
	{"size_bytes", "bytes"},
	{"compressed_size_bytes", "bytes in the registry"},
	{"updated_at", "when it was pushed"},
	{"blobs", "what it is made of"},
	{0},
};

const struct kind kind_registries_digests = {
	.resource = {"registries/repositories/digests", "/v2/registries/%s/repositories/%s/digests",
		.list_key = "manifests", .id_keys = {"digest"}, .name_keys = {"digest"}, .unlisted = true},
	.help = "the images in a repository, by digest; rmdir destroys one with its tags. `ls` of the repository does "
		"not show it, `ls registries/X/repositories/Y/digests` does",
	.fields = fields,
	.files = FILES(FILE_JSON, FILE_ERROR),
	.deletable = true,
};
