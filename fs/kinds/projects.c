#include <errno.h>

#include "api/cleanup.h"
#include "fs/file.h"
#include "fs/urn.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"description", "what people noted"},
	{"purpose", "what it is for"},
	{"environment", "Development, Staging, Production, or nothing"},
	{"is_default", "true of the one that things belong to which name none"},
	{0},
};

/* What leaves a project goes to the default one. */
static int give_back(struct mount *mount, const struct subject *subject, const struct subject *target,
	struct change_plan *plan, struct error *err)
{
	(void)mount;
	if (json_is_true(json_get(subject_json(subject), "is_default")))
		return error_set(
			err, EPERM, "%s is the default project: `ln -s` in another one moves it there", subject->name);
	struct json *body = json_object(), *list = json_array();
	CLEANUP_FREE char *urn = urn_of(target->kind, subject_id(target));
	json_add_string(list, NULL, urn);
	json_add(body, "resources", list);
	change_plan_add(plan, "POST", xstrdup("/v2/projects/default/resources"), body, false,
		"move %s to the default project", target->name);
	return 0;
}

static const struct relation relations[] = {
	{"resources", NULL,
		"what belongs to it: `ln -s ../../../droplets/X projects/P/resources/` moves it here, rm to the "
		"default project",
		.path = "resources", .item = "urn", .link = {"/resources", "resources[]"}, .detach = give_back},
	{0},
};

static const struct spec_key keys[] = {
	{"purpose", SPEC_TEXT, "what it is for", "\"Web Application\"", .required = true},
	{"description", SPEC_TEXT, "what people noted", "\"the shop\"", .clears = true},
	{"environment", SPEC_TEXT, "how serious it is", "Production", .among = "Development Staging Production"},
	{"is_default", SPEC_BOOL, "the one that things belong to which name none; on a draft, say it later", "true",
		LATER},
	{0},
};

const struct kind kind_projects = {
	.resource = {"projects", "/v2/projects", .scope = "project", .list_key = "projects", .object_key = "project",
		.id_keys = {"id"}, .name_keys = {"name", "id"}, .parts = {{"resources", "resources", "urn"}}},
	.help = "what belongs together",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_COST, FILE_SPEC),
	.update = "PATCH",
	.renames = true,
	.deletable = true,
};
