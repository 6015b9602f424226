#include "fs/file.h"

static const struct field fields[] = {
	{"access_key", "what one logs in as"},
	{"secret_key", "the password, which the API says once: here until the unmount", .secret = true},
	{"name", "its name"},
	{"grants", "to what of which bucket"},
	{0},
};

static const struct spec_key grant[] = {
	{"permission", SPEC_TEXT, .required = true, .among = "read readwrite fullaccess"},
	{"bucket", SPEC_TEXT, .lead = "on", .fallback = ""},
	{0},
};

static const struct spec_key keys[] = {
	{"grants", SPEC_ITEMS,
		"what it may do, a line each: read, readwrite, or fullaccess on a bucket; `fullaccess` alone on all",
		"readwrite on tenant42", .members = grant, .fallback = ""},
	{0},
};

const struct kind kind_spaces_keys = {
	.resource = {"spaces_keys", "/v2/spaces/keys", .scope = "spaces_key", .list_key = "keys", .object_key = "key",
		.id_keys = {"access_key"}, .name_keys = {"name", "access_key"}, .once = "secret_key"},
	.help = "keys to the object storage; the `secret_key` of one made here can be read until the unmount, by the "
		"mount's owner alone: keep it",
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PATCH",
	.renames = true,
	.deletable = true,
};
