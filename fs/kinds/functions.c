#include "fs/file.h"

static const struct field fields[] = {
	{"namespace", "DigitalOcean's name for it"},
	{"label", "its name"},
	{"region", "where it runs"},
	{"api_host", "what its functions are called at"},
	{"key", "the password to that, whose user is uuid", .secret = true},
	{0},
};

static const struct relation relations[] = {
	{.name = "region", .kind = "regions", .path = "region", .one = true, .help = "where it is"},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("region"), .type = SPEC_REF, .kind = "regions", .required = true,
		.fixed = "make another one there", .help = "where it runs", .example = "sgp1"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_functions = {
	.resource = {.name = "functions",
		.scope = "function",
		.path = "/v2/functions/namespaces",
		.list_key = "namespaces",
		.object_key = "namespace",
		.id_keys = {"namespace"},
		.name_keys = {"label", "namespace"}},
	.help = "namespaces of serverless functions; these are put there by `doctl serverless "
		"deploy`",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = files,
	.named_by = "label",
	.deletable = true,
};
