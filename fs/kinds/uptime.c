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
	{KEY("type"), .type = SPEC_TEXT, .among = "ping http https", .required = true,
		.help = "how it asks", .example = "https"},
	{KEY("target"), .type = SPEC_TEXT, .required = true,
		.help = "what it asks: an address, a host's name or a URL",
		.example = "https://tenant42.example.com"},
	{KEY("regions"), .type = SPEC_WORDS, .among = "us_east us_west eu_west se_asia",
		.required = true, .help = "where from", .example = "us_east, eu_west"},
	{KEY("enabled"), .type = SPEC_BOOL, .fallback = "true", .help = "false: it pauses",
		.example = "true"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_uptime = {
	.resource = {.name = "uptime",
		.scope = "uptime",
		.path = "/v2/uptime/checks",
		.list_key = "checks",
		.object_key = "check",
		.id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.help = "checks from outside whether something answers; `state` in each says it",
	.fields = fields,
	.keys = keys,
	.files = files,
	.aliases = {"id", "name"},
	.update = "PUT",
	.renames = true,
	.deletable = true,
};
