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
	{"region", "regions", "where it is", .path = "region", .one = true},
	{0},
};

static const struct spec_key keys[] = {
	{"region", SPEC_REF, "where it runs", "sgp1", .kind = "regions", .required = true,
		.fixed = "make another one there"},
	{0},
};

const struct kind kind_functions = {
	.resource = {"functions", "/v2/functions/namespaces", .scope = "function", .list_key = "namespaces",
		.object_key = "namespace", .id_keys = {"namespace"}, .name_keys = {"label", "namespace"}},
	.help = "namespaces of serverless functions; these are put there by `doctl serverless deploy`",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.named_by = "label",
	.deletable = true,
};
