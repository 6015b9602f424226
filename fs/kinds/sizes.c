#include <stdlib.h>
#include <strings.h>

#include "fs/file.h"

static const struct field fields[] = {
	{"slug", "what specs call it"},
	{"memory", "MiB"},
	{"vcpus", "virtual processors"},
	{"disk", "GiB"},
	{"transfer", "TiB a month that cost nothing extra"},
	{"price_monthly", "USD a month"},
	{"price_hourly", "USD an hour"},
	{"available", "true when new droplets can have it"},
	{"description", "the class of machine"},
	{0},
};

static const struct relation relations[] = {
	{.name = "regions", .kind = "regions", .path = "regions", .help = "where it is offered"},
	{.name = "droplets",
		.kind = "droplets",
		.back = "size_slug",
		.help = "the droplets of this size"},
	{0},
};

/* "2GB" or "512 MB", when it can be had: of several that have it the caller asks which one. */
static bool size_alias(const struct json *object, const char *word)
{
	char *end;
	int64_t memory = 0;
	double number = strtod(word, &end);
	while (*end == ' ')
		end++;
	double wanted = strcasecmp(end, "gb") == 0   ? number * 1024
			: strcasecmp(end, "mb") == 0 ? number
						     : -1;
	return end != word && json_is_true(json_get(object, "available")) &&
	       json_get_integer(object, "memory", &memory) && wanted == (double)memory;
}

static const struct file files[] = {FILE_JSON, {0}};

const struct kind kind_sizes = {
	.resource = {.name = "sizes",
		.scope = "sizes",
		.path = "/v2/sizes",
		.list_key = "sizes",
		.object_key = "size",
		.id_keys = {"slug"},
		.name_keys = {"slug"},
		.queries = {""},
		.catalogue = true},
	.help = "what droplets can be made of: processors, memory, disk, price",
	.fields = fields,
	.relations = relations,
	.files = files,
	.aliases = {"label"},
	.alias = size_alias,
};
