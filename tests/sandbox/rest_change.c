#include "rest.h"

#include "identity.h"
#include "json.h"
#include "kind.h"
#include "request.h"
#include "sandbox.h"
#include "shape.h"
#include "store.h"
#include "tag.h"
#include "template.h"

#include <string.h>

/* How an object changes (rest.h). */

static bool rest_is_fixed(const struct kind *row, const char *key)
{
	size_t length = strlen(key);
	const char *at = row->fixed;

	if (!strcmp(key, row->id_key) || !strcmp(key, "created_at"))
		return true;
	while (at && (at = strstr(at, key))) {
		if ((at == row->fixed || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
		at += length;
	}
	return false;
}

/* What a body could have changed and does not have is as in a new object. */
static void rest_reset(
	struct request *request, const struct kind *row, const cJSON *taken, cJSON *tree)
{
	struct blanks blanks;
	JSON_AUTO *fresh = NULL;
	cJSON *item, *next;

	blanks_init(&blanks, request->sandbox, tree, NULL);
	fresh = template_fill(&blanks, row->template ? row->template : "{}");
	for (item = tree->child; item; item = next) {
		cJSON *value = cJSON_GetObjectItemCaseSensitive(fresh, item->string);

		next = item->next;
		if (rest_is_fixed(row, item->string) || cJSON_HasObjectItem(taken, item->string) ||
			!shape_has(request->operation->body, item->string))
			continue;
		if (value)
			json_set(tree, item->string, cJSON_Duplicate(value, true));
		else
			cJSON_DeleteItemFromObjectCaseSensitive(tree, item->string);
	}
}

static void rest_take_over(struct request *request, const struct kind *row, cJSON *tree, bool whole)
{
	JSON_AUTO *taken = shape_take(request->operation->body, request->body);
	const cJSON *item;

	if (whole)
		rest_reset(request, row, taken, tree);
	cJSON_ArrayForEach(item, taken)
	{
		if (!rest_is_fixed(row, item->string))
			json_set(tree, item->string, cJSON_Duplicate(item, true));
	}
}

/* Puts a changed tree back and answers with the object. */
static void rest_put_back(
	struct request *request, unsigned kind, const struct object *object, cJSON *tree)
{
	struct sandbox *sandbox = request->sandbox;
	JSON_AUTO *note = store_note(object);
	char now[STAMP_SIZE];

	identity_now(now);
	if (cJSON_HasObjectItem(tree, "updated_at"))
		json_set_text(tree, "updated_at", now);
	if (!note)
		note = cJSON_CreateObject();
	rest_begin_life(sandbox, &request->operation->life, tree, note);
	rest_ensure_tags(sandbox, kind, tree);
	rest_answer(request, request->operation->status, kind,
		store_put(sandbox->store, kind, object->scope, tree, note));
}

/* The row's template, filled with what the object and the body have. */
static void rest_fill_in(struct request *request, cJSON *tree)
{
	JSON_AUTO *values = cJSON_Duplicate(tree, true);
	JSON_AUTO *change = NULL;
	struct blanks blanks;

	json_merge(values, request->body);
	blanks_init(&blanks, request->sandbox, values, NULL);
	change = template_fill(&blanks, request->operation->text);
	json_merge(tree, change);
}

static void rest_change(struct request *request, unsigned kind, bool whole)
{
	const struct kind *row = kind_at(kind);
	const struct object *object = rest_find(request, kind);
	JSON_AUTO *tree = NULL;

	if (!object || !rest_check_body(request))
		return;
	tree = rest_kept(object);
	if (request->operation->body)
		rest_take_over(request, row, tree, whole);
	if (request->operation->text)
		rest_fill_in(request, tree);
	if ((row->update && !row->update(request, tree)) ||
		!rest_check_name(request, kind, object->scope, tree) ||
		!rest_check_tags(request, kind, tree))
		return;
	rest_put_back(request, kind, object, tree);
}

void rest_update(struct request *request, unsigned kind)
{
	rest_change(request, kind, false);
}

void rest_replace(struct request *request, unsigned kind)
{
	rest_change(request, kind, true);
}

static void rest_drop(cJSON *list, const cJSON *value)
{
	cJSON *item, *next;

	for (item = list ? list->child : NULL; item; item = next) {
		next = item->next;
		if (cJSON_Compare(item, value, true))
			cJSON_Delete(cJSON_DetachItemViaPointer(list, item));
	}
}

/* Each list of the body, with the object's list of that name. */
static void rest_regroup(struct request *request, unsigned kind, bool join)
{
	const struct object *object = rest_find(request, kind);
	JSON_AUTO *tree = NULL;
	const cJSON *list, *value;

	if (!object || !rest_check_body(request))
		return;
	tree = rest_kept(object);
	cJSON_ArrayForEach(list, request->body)
	{
		cJSON *mine = cJSON_GetObjectItemCaseSensitive(tree, list->string);

		if (!cJSON_IsArray(mine)) {
			mine = cJSON_CreateArray();
			json_set(tree, list->string, mine);
		}
		cJSON_ArrayForEach(value, list)
		{
			rest_drop(mine, value);
			if (join)
				cJSON_AddItemToArray(mine, cJSON_Duplicate(value, true));
		}
	}
	if ((!kind_at(kind)->update || kind_at(kind)->update(request, tree)) &&
		rest_check_tags(request, kind, tree))
		rest_put_back(request, kind, object, tree);
}

void rest_join(struct request *request, unsigned kind)
{
	rest_regroup(request, kind, true);
}

void rest_leave(struct request *request, unsigned kind)
{
	rest_regroup(request, kind, false);
}
