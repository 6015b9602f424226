#include "project.h"

#include "identity.h"
#include "json.h"
#include "kind.h"
#include "page.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"
#include "template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { URN_SIZE = 300 };

static void project_urn(unsigned kind, const char *id, char urn[URN_SIZE])
{
	snprintf(urn, URN_SIZE, "do:%s:%s", kind_at(kind)->urn, id);
}

const char *project_trait(const cJSON *object, const cJSON *note)
{
	(void)note;
	return json_true(object, "is_default") ? "default" : "";
}

static const char *project_default(const struct store *store)
{
	for (size_t i = 0; i < store_count(store, KIND_PROJECT); i++)
		if (!strcmp(store_at(store, KIND_PROJECT, i)->trait, "default"))
			return store_at(store, KIND_PROJECT, i)->id;
	return "";
}

/* Writes down that a resource is in a project. */
static void project_note(struct sandbox *sandbox, const char *urn, const char *project)
{
	JSON_AUTO *assignment = cJSON_CreateObject();
	char now[STAMP_SIZE];

	identity_now(now);
	json_set_text(assignment, "urn", urn);
	json_set_text(assignment, "project", project);
	json_set_text(assignment, "assigned_at", now);
	store_put(sandbox->store, KIND_ASSIGNMENT, NULL, assignment, NULL);
}

void project_place(struct sandbox *sandbox, unsigned kind, cJSON *object)
{
	const char *chosen = json_text(object, "project_id");
	const char *project = project_default(sandbox->store);
	char urn[URN_SIZE], id[256];

	if (!kind_at(kind)->urn)
		return;
	json_scalar(
		cJSON_GetObjectItemCaseSensitive(object, kind_at(kind)->id_key), id, sizeof(id));
	project_urn(kind, id, urn);
	if (chosen && *chosen && strcmp(chosen, project) != 0)
		project_note(sandbox, urn, chosen);
	else if (cJSON_HasObjectItem(object, "project_id"))
		json_set_text(object, "project_id", project);
}

void project_forget(struct sandbox *sandbox, unsigned kind, const struct object *object)
{
	const struct object *assignment;
	char urn[URN_SIZE];

	if (!kind_at(kind)->urn)
		return;
	project_urn(kind, object->id, urn);
	assignment = store_find(sandbox->store, KIND_ASSIGNMENT, NULL, urn);
	if (assignment)
		store_remove(sandbox->store, KIND_ASSIGNMENT, assignment);
}

void project_load(struct sandbox *sandbox)
{
	struct blanks blanks;
	JSON_AUTO *project = NULL;

	if (store_count(sandbox->store, KIND_PROJECT))
		return;
	blanks_init(&blanks, sandbox, NULL, NULL);
	project = template_fill(&blanks, kind_at(KIND_PROJECT)->template);
	json_set_text(project, "id", blanks.uuid);
	json_set_text(project, "name", "first-project");
	json_set_text(project, "purpose", "Just trying out DigitalOcean");
	json_set_bool(project, "is_default", true);
	store_put(sandbox->store, KIND_PROJECT, NULL, project, NULL);
}

/* There is one default: when another one becomes it, this is it no longer. */
bool project_update(struct request *request, cJSON *object)
{
	struct store *store = request->sandbox->store;
	JSON_AUTO *old = NULL;
	const char *id = project_default(store);

	if (!strcmp(id, json_text(object, "id"))) {
		json_set_bool(object, "is_default", true);
		return true;
	}
	if (!json_true(object, "is_default"))
		return true;
	old = store_read(store, KIND_PROJECT, id);
	json_set_bool(old, "is_default", false);
	store_put(store, KIND_PROJECT, NULL, old, NULL);
	return true;
}

static bool project_has(const struct store *store, const struct object *project, const char *urn)
{
	const struct object *assignment = store_find(store, KIND_ASSIGNMENT, NULL, urn);
	JSON_AUTO *tree = assignment ? cJSON_Parse(assignment->text) : NULL;

	return tree ? !strcmp(json_text(tree, "project"), project->id)
		    : !strcmp(project->trait, "default");
}

bool project_remove(struct request *request, const struct object *object)
{
	const struct store *store = request->sandbox->store;

	if (!strcmp(object->trait, "default"))
		return answer_error(request, 412, "cannot delete the default project");
	for (size_t i = 0; i < store_count(store, KIND_ASSIGNMENT); i++)
		if (project_has(store, object, store_at(store, KIND_ASSIGNMENT, i)->id))
			return answer_error(request, 412,
				"cannot delete a project with resources. Move or remove the "
				"resources first.");
	return true;
}

static cJSON *project_entry(const struct store *store, unsigned kind, const struct object *object,
	const char *urn, const char *status)
{
	JSON_AUTO *assignment = store_read(store, KIND_ASSIGNMENT, urn);
	JSON_AUTO *tree = cJSON_Parse(object->text);
	cJSON *entry = cJSON_CreateObject(), *links = cJSON_CreateObject();
	const char *stamp = json_text(
		assignment ? assignment : tree, assignment ? "assigned_at" : "created_at");
	char link[400];

	snprintf(link, sizeof(link), "https://api.digitalocean.com%s/%s", kind_at(kind)->path,
		object->id);
	json_set_text(entry, "urn", urn);
	json_set_text(entry, "assigned_at", stamp ? stamp : "2026-01-01T00:00:00Z");
	json_set_text(links, "self", link);
	json_set(entry, "links", links);
	json_set_text(entry, "status", status);
	return entry;
}

void project_resources(struct request *request, unsigned kind)
{
	const struct store *store = request->sandbox->store;
	const struct object *project = rest_find(request, kind);
	struct page page;
	char urn[URN_SIZE];

	if (!project)
		return;
	page_begin(&page, request, "resources");
	for (unsigned k = KIND_NONE + 1; k < KIND_COUNT; k++)
		for (size_t i = 0; kind_at(k)->urn && i < store_count(store, k); i++) {
			const struct object *object = store_at(store, k, i);

			project_urn(k, object->id, urn);
			if (project_has(store, project, urn) && page_next(&page))
				page_show_tree(&page, project_entry(store, k, object, urn, "ok"));
		}
	page_end(&page);
}

/* The resource that a URN names; NULL when there is none. */
static const struct object *project_resource(
	const struct store *store, const char *urn, unsigned *ret_kind)
{
	const char *type = strncmp(urn, "do:", 3) ? "" : urn + 3, *id = strchr(type, ':');

	for (unsigned kind = KIND_NONE + 1; id && kind < KIND_COUNT; kind++) {
		const char *name = kind_at(kind)->urn;

		*ret_kind = kind;
		if (name && strlen(name) == (size_t)(id - type) &&
			!strncmp(name, type, strlen(name)))
			return store_find(store, kind, NULL, id + 1);
	}
	return NULL;
}

/* Puts it into the project; the resource itself tells so, where it does. */
static const struct object *project_move(struct sandbox *sandbox, unsigned kind,
	const struct object *object, const char *urn, const char *project)
{
	JSON_AUTO *tree = cJSON_Parse(object->text);

	project_note(sandbox, urn, project);
	if (!cJSON_HasObjectItem(tree, "project_id"))
		return object;
	json_set_text(tree, "project_id", project);
	return store_put(sandbox->store, kind, object->scope, tree, NULL);
}

void project_assign(struct request *request, unsigned kind)
{
	struct store *store = request->sandbox->store;
	const struct object *project = rest_find(request, kind), *object;
	const cJSON *urns = cJSON_GetObjectItemCaseSensitive(request->body, "resources"), *urn;
	unsigned type = KIND_NONE;
	cJSON *answer;

	if (!project || !rest_check_body(request))
		return;
	cJSON_ArrayForEach(urn, urns)
	{
		if (!project_resource(store, urn->valuestring, &type)) {
			answer_error(request, 404, "resource %s was not found", urn->valuestring);
			return;
		}
	}
	answer = cJSON_CreateArray();
	cJSON_ArrayForEach(urn, urns)
	{
		bool there = project_has(store, project, urn->valuestring);

		object = project_resource(store, urn->valuestring, &type);
		if (!there)
			object = project_move(
				request->sandbox, type, object, urn->valuestring, project->id);
		cJSON_AddItemToArray(answer, project_entry(store, type, object, urn->valuestring,
						     there ? "already_assigned" : "assigned"));
	}
	answer_member(request, 200, "resources", answer);
}
