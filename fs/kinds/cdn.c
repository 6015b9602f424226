#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"origin", "the space that it serves"},
	{"endpoint", "where it serves that"},
	{0},
};

static const struct spec_key keys[] = {
	{"ttl", SPEC_NUMBER, "seconds that the edges may keep things for", "3600", .among = "60 600 3600 86400 604800"},
	{"custom_domain", SPEC_TEXT, "a name of your own for the endpoint", "static.example.com"},
	{"certificate_id", SPEC_REF, "for that name", "static", .kind = "certificates"},
	{0},
};

const struct kind kind_cdn = {
	.resource = {"cdn", "/v2/cdn/endpoints", .scope = "cdn", .list_key = "endpoints", .object_key = "endpoint",
		.id_keys = {"id"}, .name_keys = {"origin", "id"}},
	.help = "spaces served from near their readers; called by their origin: `mkdir "
		"cdn/static.nyc3.digitaloceanspaces.com`",
	.fields = fields,
	.keys = keys,
	.actions = ACTIONS({"purge", "let the edges forget these paths: `purge files=css/*,index.html`",
		.params = "files[]", .method = "DELETE", .path = "/cache"}),
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.update = "PUT",
	.named_by = "origin",
	.deletable = true,
};
