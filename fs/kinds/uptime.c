#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"type", "ping, http or https"},
	{"target", "what is asked: an address, a host's name or a URL"},
	{"regions", "where from"},
	{"enabled", "false: it pauses"},
	{0},
};

static const struct spec_key keys[] = {
	{"type", SPEC_TEXT, "how it asks", "https", .required = true, .among = "ping http https"},
	{"target", SPEC_TEXT, "what it asks: an address, a host's name or a URL", "https://tenant42.example.com",
		.required = true},
	{"regions", SPEC_WORDS, "where from", "us_east, eu_west", .required = true,
		.among = "us_east us_west eu_west se_asia"},
	{"enabled", SPEC_BOOL, "false: it pauses", "true", .fallback = "true"},
	{0},
};

const struct kind kind_uptime = {
	.resource = {"uptime", "/v2/uptime/checks", .scope = "uptime", .list_key = "checks", .object_key = "check",
		.id_keys = {"id"}, .name_keys = {"name", "id"}},
	.help = "checks from outside whether something answers; `state` in each says it",
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
