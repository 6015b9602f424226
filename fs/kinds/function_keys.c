#include "fs/file.h"

static const struct field fields[] = {
	{"id", "what one logs in as"},
	{"name", "its name"},
	{"expires_at", "until when; empty: for ever"},
	{"secret", "the password, which the API says once: here until the unmount", .secret = true},
	{0},
};

static const struct spec_key keys[] = {
	{"expires_in", SPEC_TEXT, "how long it lasts, at least 1h; nothing: for ever", "7d", .fallback = "",
		.fixed = "make another key", .unshown = true},
	{0},
};

const struct kind kind_function_keys = {
	.resource = {"functions/keys", "/v2/functions/namespaces/%s/keys", .list_key = "access_keys",
		.object_key = "access_key", .id_keys = {"id"}, .name_keys = {"name", "id"}, .once = "secret",
		.unlisted = true},
	.help = "keys to a namespace, whose `secret` can be read until the unmount; `ls functions/X/keys` shows them, "
		"`ls functions/X` does not",
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PUT",
	.renames = true,
	.named_only = true,
	.deletable = true,
};
