#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"origin", "the space that it serves"},
	{"endpoint", "where it serves that"},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("ttl"), .type = SPEC_NUMBER, .among = "60 600 3600 86400 604800",
		.help = "seconds that the edges may keep things for", .example = "3600"},
	{KEY("custom_domain"), .type = SPEC_TEXT, .help = "a name of your own for the endpoint",
		.example = "static.example.com"},
	{KEY("certificate_id"), .type = SPEC_REF, .kind = "certificates", .by = "id",
		.help = "for that name", .example = "static"},
	{0},
};

static const struct action actions[] = {
	{.name = "purge",
		.params = "files[]",
		.method = "DELETE",
		.path = "/cache",
		.help = "let the edges forget these paths: `purge files=css/*,index.html`"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_cdn = {
	.resource = {.name = "cdn",
		.scope = "cdn",
		.path = "/v2/cdn/endpoints",
		.list_key = "endpoints",
		.object_key = "endpoint",
		.id_keys = {"id"},
		.name_keys = {"origin", "id"}},
	.help = "spaces served from near their readers; called by their origin: `mkdir "
		"cdn/static.nyc3.digitaloceanspaces.com`",
	.fields = fields,
	.keys = keys,
	.actions = actions,
	.files = files,
	.update = "PUT",
	.named_by = "origin",
	.deletable = true,
};
