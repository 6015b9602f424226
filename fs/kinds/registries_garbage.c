#include "fs/file.h"

static const struct field fields[] = {
	{"status", "requested, waiting, scanning, deleting, cancelling, succeeded, cancelled …"},
	{"blobs_deleted", "so many pieces went"},
	{"freed_bytes", "bytes"},
	{0},
};

const struct kind kind_registries_garbage = {
	.resource = {"registries/garbage_collections", "/v2/registries/%s/garbage-collections",
		.items = "/v2/registries/%s/garbage-collection", .list_key = "garbage_collections",
		.object_key = "garbage_collection", .id_keys = {"uuid"}, .name_keys = {"uuid"}, .unlisted = true},
	.help = "what `collect_garbage` began; `ls` of the registry does not show it, `ls "
		"registries/X/garbage_collections` does",
	.fields = fields,
	.actions = ACTIONS({"cancel", "stop it, so that images can be pushed again", .params = "cancel@true",
		.method = "PUT", .path = ""}),
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_ACTION),
};
