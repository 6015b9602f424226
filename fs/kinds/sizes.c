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
	{"regions", "regions", "where it is offered", .path = "regions"},
	{"droplets", "droplets", "the droplets of this size", .back = "size_slug"},
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
	double wanted = strcasecmp(end, "gb") == 0 ? number * 1024 : strcasecmp(end, "mb") == 0 ? number : -1;
	return end != word && json_is_true(json_get(object, "available")) &&
	       json_get_integer(object, "memory", &memory) && wanted == (double)memory;
}

const struct kind kind_sizes = {
	.resource = {"sizes", "/v2/sizes", .scope = "sizes", .list_key = "sizes", .object_key = "size",
		.id_keys = {"slug"}, .name_keys = {"slug"}, .catalogue = true},
	.help = "what droplets can be made of: processors, memory, disk, price",
	.fields = fields,
	.relations = relations,
	.files = FILES(FILE_JSON),
	.alias_path = "label",
	.alias = size_alias,
};
