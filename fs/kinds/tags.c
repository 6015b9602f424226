#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "fs/file.h"

static const struct field fields[] = {
	{"name", "its name"},
	{"resources/count", "how many things carry it"},
	{"resources/droplets/count", "how many droplets do"},
	{0},
};

/* POST or DELETE /v2/tags/NAME/resources; after it the droplet is read again, for it is the one that changed. */
int tag_step(struct change_plan *plan, const char *tag, const struct subject *droplet, bool on)
{
	struct json *resource = json_object(), *list = json_array(), *body = json_object();
	json_add_string(resource, "resource_id", subject_id(droplet));
	json_add_string(resource, "resource_type", "droplet");
	json_add(list, NULL, resource);
	json_add(body, "resources", list);
	change_plan_add(plan, on ? "POST" : "DELETE", path_format("/v2/tags/%s/resources", tag),
		body, false, on ? "tag %s" : "untag %s", tag);
	return 0;
}

static int attach(struct mount *mount, const struct subject *subject, const struct subject *target,
	const char *name, struct change_plan *plan, struct error *err)
{
	(void)mount;
	(void)name;
	(void)err;
	return tag_step(plan, subject->name, target, true);
}

static int detach(struct mount *mount, const struct subject *subject, const struct subject *target,
	struct change_plan *plan, struct error *err)
{
	(void)mount;
	(void)err;
	return tag_step(plan, subject->name, target, false);
}

static const struct relation relations[] = {
	{.name = "droplets",
		.kind = "droplets",
		.back = "tags",
		.attach = attach,
		.detach = detach,
		.help = "the droplets that carry it: `ln -s ../../../droplets/X tags/T/droplets/` "
			"tags, rm untags"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_COST, {0}};
static const struct spec_key keys[] = {{0}};

/* The OpenAPI document: letters, numbers, colons, dashes and underscores, at most 255. */
static int check_name(const char *name, struct error *err)
{
	size_t length = strlen(name);
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr(":-_", *p))
			return error_set(err, EINVAL,
				"a tag may hold letters, digits, ':', '-' and '_' only, at most "
				"255 of them");
	return length <= 255 ? 0 : error_set(err, EINVAL, "a tag is at most 255 characters long");
}

const struct kind kind_tags = {
	.resource = {.name = "tags",
		.path = "/v2/tags",
		.list_key = "tags",
		.object_key = "tag",
		.id_keys = {"name"},
		.name_keys = {"name"},
		.queries = {""}},
	.help = "labels on droplets and others; mkdir makes one, rmdir takes it off everything",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = files,
	.deletable = true,
	.named_only = true,
	.check_name = check_name,
	.hidden = tag_hidden,
};
