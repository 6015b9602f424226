#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "tag.h"

static const struct field fields[] = {
	{"name", "its name"},
	{"resources/count", "how many things carry it"},
	{"resources/droplets/count", "how many droplets do"},
	{0},
};

#define TAGGED .back = "tags", .attach = tag_attach, .detach = tag_detach

static const struct relation relations[] = {
	{"droplets", "droplets",
		"the droplets that carry it: `ln -s ../../../droplets/X tags/T/droplets/` tags, rm untags", TAGGED},
	{"volumes", "volumes", "the volumes that do", TAGGED},
	{"snapshots", "snapshots", "the snapshots that do", TAGGED},
	{"images", "images", "the images that do: your own ones", TAGGED},
	{"databases", "databases", "the clusters of databases that do, from when they were made", .back = "tags"},
	{0},
};

static const struct spec_key keys[] = {{0}};

/* The OpenAPI document: letters, numbers, colons, dashes and underscores, at most 255. */
static int check_name(const char *name, struct error *err)
{
	size_t length = strlen(name);
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr(":-_", *p))
			return error_set(err, EINVAL,
				"a tag may hold letters, digits, ':', '-' and '_' only, at most 255 of them");
	return length <= 255 ? 0 : error_set(err, EINVAL, "a tag is at most 255 characters long");
}

const struct kind kind_tags = {
	.resource = {"tags", "/v2/tags", .scope = "tag", .list_key = "tags", .object_key = "tag", .id_keys = {"name"},
		.name_keys = {"name"}},
	.help = "labels on droplets and others; mkdir makes one, rmdir takes it off everything",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_COST),
	.deletable = true,
	.named_only = true,
	.check_name = check_name,
	.hidden = tag_hidden,
};
