#include "rest.h"

#include "identity.h"
#include "json.h"
#include "kind.h"
#include "page.h"
#include "request.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <string.h>

struct wanted {
	const struct request *request;
	const struct kind *kind;
};

static bool rest_matches(const struct object *object, const void *context)
{
	const struct wanted *wanted = context;

	for (size_t i = 0; i < KIND_FILTERS && wanted->kind->filters[i].parameter; i++) {
		const struct filter *filter = &wanted->kind->filters[i];
		const char *value = request_query(wanted->request, filter->parameter);

		if (!value)
			value = filter->fallback;
		if (value && !filter->matches(object, value))
			return false;
	}
	return true;
}

/* The kind of the objects that those of `kind` belong to: its path is how this one's begins. */
static bool rest_is_parent(unsigned parent, unsigned kind)
{
	size_t length = strlen(kind_at(parent)->path);

	return !strncmp(kind_at(kind)->path, kind_at(parent)->path, length) &&
	       !strncmp(kind_at(kind)->path + length, "/*/", 3);
}

/* The id of the object that this collection belongs to, "" for none; NULL when it is not there. */
static const char *rest_scope(struct request *request, unsigned kind)
{
	const struct object *owner;

	for (unsigned parent = 0; parent < kind_count(); parent++) {
		if (!rest_is_parent(parent, kind))
			continue;
		owner = store_find(request->sandbox->store, parent, NULL, request->argument[0]);
		if (!owner)
			answer_not_found(request);
		return owner ? owner->id : NULL;
	}
	return "";
}

const struct object *rest_find(struct request *request, unsigned kind)
{
	const char *scope = rest_scope(request, kind);
	const struct object *object;

	if (!scope)
		return NULL;
	object = store_find(
		request->sandbox->store, kind, scope, request->argument[*scope ? 1 : 0]);
	if (!object)
		answer_not_found(request);
	return object;
}

void rest_answer(
	struct request *request, unsigned status, unsigned kind, const struct object *object)
{
	cJSON *tree = cJSON_Parse(object->text);

	if (kind_at(kind)->render)
		kind_at(kind)->render(request->sandbox, object, tree);
	if (kind_at(kind)->object_key)
		answer_member(request, status, kind_at(kind)->object_key, tree);
	else
		answer_tree(request, status, tree);
}

void rest_list(struct request *request, unsigned kind)
{
	struct wanted wanted = {request, kind_at(kind)};
	const char *scope;

	if (wanted.kind->list && !wanted.kind->list(request))
		return;
	scope = rest_scope(request, kind);
	if (scope)
		page_answer(request, kind, scope, rest_matches, &wanted);
}

void rest_get(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);

	if (object)
		rest_answer(request, 200, kind, object);
}

bool rest_check_required(struct request *request, unsigned kind)
{
	const struct kind *row = kind_at(kind);

	for (size_t i = 0; i < KIND_REQUIRED && row->required[i]; i++) {
		const cJSON *item = cJSON_GetObjectItemCaseSensitive(
			request->body, row->required[i]);

		if (!item || cJSON_IsNull(item) || (cJSON_IsString(item) && !*item->valuestring))
			return answer_error(request, 422, "%s is required", row->required[i]);
	}
	return true;
}

static bool rest_check_body(struct request *request, unsigned kind)
{
	if (!cJSON_IsObject(request->body))
		return answer_error(request, 400, "The request's body must be a JSON object.");
	return rest_check_required(request, kind);
}

/* Gives a new object its id and its birthday. */
static void rest_identify(struct request *request, unsigned kind, cJSON *object)
{
	const struct kind *row = kind_at(kind);
	char uuid[UUID_SIZE], now[STAMP_SIZE];

	identity_random_uuid(uuid);
	identity_now(now);
	if (row->identity == IDENTITY_UUID)
		json_set_text(object, row->id_key, uuid);
	else if (row->identity == IDENTITY_NUMBER)
		json_set_number(
			object, row->id_key, store_next_number(request->sandbox->store, kind));
	if (row->defaults && strstr(row->defaults, "\"created_at\""))
		json_set_text(object, "created_at", now);
	if (row->defaults && strstr(row->defaults, "\"updated_at\""))
		json_set_text(object, "updated_at", now);
	if (row->defaults)
		json_set_defaults(object, row->defaults);
}

void rest_create(struct request *request, unsigned kind)
{
	const struct kind *row = kind_at(kind);
	struct store *store = request->sandbox->store;
	const char *scope = rest_scope(request, kind);
	JSON_AUTO *object = NULL;
	char id[256];

	if (!scope || !rest_check_body(request, kind))
		return;
	object = cJSON_Duplicate(request->body, true);
	rest_identify(request, kind, object);
	if (row->create && !row->create(request, object))
		return;
	json_scalar(cJSON_GetObjectItemCaseSensitive(object, row->id_key), id, sizeof(id));
	if (!*id) {
		answer_error(request, 422, "%s is required", row->id_key);
		return;
	}
	if (store_find(store, kind, scope, id)) {
		answer_error(request, 422, "%s has already been taken", row->id_key);
		return;
	}
	rest_answer(request, row->create_status ? row->create_status : 201, kind,
		store_put(store, kind, scope, object, NULL));
}

void rest_update(struct request *request, unsigned kind)
{
	const struct kind *row = kind_at(kind);
	const struct object *object = rest_find(request, kind);
	JSON_AUTO *tree = NULL;
	const cJSON *item;
	char now[STAMP_SIZE];

	if (!object)
		return;
	if (!cJSON_IsObject(request->body)) {
		answer_error(request, 400, "The request's body must be a JSON object.");
		return;
	}
	tree = cJSON_Parse(object->text);
	cJSON_ArrayForEach(item, request->body)
	{
		if (strcmp(item->string, row->id_key) != 0 &&
			strcmp(item->string, "created_at") != 0)
			json_set(tree, item->string, cJSON_Duplicate(item, true));
	}
	identity_now(now);
	if (cJSON_HasObjectItem(tree, "updated_at"))
		json_set_text(tree, "updated_at", now);
	if (row->update && !row->update(request, tree))
		return;
	rest_answer(request, 200, kind,
		store_put(request->sandbox->store, kind, object->scope, tree, NULL));
}

/* Removes what belongs to an object that goes. */
static void rest_remove_children(struct store *store, unsigned kind, const char *scope)
{
	for (unsigned child = 0; child < kind_count(); child++) {
		if (!rest_is_parent(kind, child))
			continue;
		for (size_t i = store_count(store, child); i-- > 0;)
			if (!strcmp(store_at(store, child, i)->scope, scope))
				store_remove(store, child, store_at(store, child, i));
	}
}

void rest_remove(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);

	if (!object)
		return;
	if (kind_at(kind)->remove && !kind_at(kind)->remove(request, object))
		return;
	if (kind_at(kind)->remove_status)
		rest_answer(request, kind_at(kind)->remove_status, kind, object);
	else
		answer_nothing(request);
	rest_remove_children(request->sandbox->store, kind, object->id);
	store_remove(request->sandbox->store, kind, object);
}
