#include "rest.h"

#include "identity.h"
#include "json.h"
#include "kind.h"
#include "page.h"
#include "project.h"
#include "relation.h"
#include "request.h"
#include "sandbox.h"
#include "shape.h"
#include "store.h"
#include "tag.h"
#include "template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct wanted {
	const struct request *request;
	const struct kind *kind;
};

/* Finding. */

/* The member of that name has the value. */
static bool rest_has(const struct object *object, const char *name, const char *value)
{
	JSON_AUTO *tree = NULL;
	const cJSON *item;
	char text[256];

	if (!strcmp(name, "name"))
		return object->name && !strcasecmp(object->name, value);
	tree = cJSON_Parse(object->text);
	item = cJSON_GetObjectItemCaseSensitive(tree, name);
	if (cJSON_IsObject(item)) /* a region, shown whole */
		item = cJSON_GetObjectItemCaseSensitive(item, "slug");
	json_scalar(item, text, sizeof(text));
	return !strcasecmp(text, value);
}

static bool rest_matches(const struct object *object, const void *context)
{
	const struct wanted *wanted = context;

	for (size_t i = 0; i < KIND_FILTERS && wanted->kind->filters[i].parameter; i++) {
		const struct filter *filter = &wanted->kind->filters[i];
		const char *value = request_query(wanted->request, filter->parameter);

		if (!value)
			value = filter->fallback;
		if (value && !(filter->matches ? filter->matches(object, value)
					       : rest_has(object, filter->parameter, value)))
			return false;
	}
	return true;
}

const char *rest_scope(struct request *request, unsigned kind)
{
	enum kind_name owner = kind_at(kind)->owner;
	const struct object *object;

	if (!owner)
		return "";
	object = rest_find(request, owner);
	if (!object)
		return NULL;
	snprintf(request->scope, sizeof(request->scope), "%s%s%s", object->scope,
		*object->scope ? "/" : "", object->id);
	return request->scope;
}

/* The one that is meant where none is named: that which is marked as the default, or the newest. */
static const struct object *rest_find_default(
	const struct store *store, unsigned kind, const char *scope)
{
	const struct object *newest = NULL;

	for (size_t i = 0; i < store_count(store, kind); i++) {
		const struct object *object = store_at(store, kind, i);

		if (strcmp(object->scope, scope) != 0)
			continue;
		newest = object;
		if (object->trait && !strcmp(object->trait, "default"))
			break;
	}
	return newest;
}

bool rest_suits(const struct operation *operation, unsigned kind, const struct object *object)
{
	size_t length = strlen(kind_name(kind));
	const char *needs = operation ? operation->needs : NULL, *words;
	JSON_AUTO *tree = NULL;
	char path[64], value[64], word[80], choices[256];

	if (!needs || strncmp(needs, kind_name(kind), length) != 0 || needs[length] != '.')
		return true;
	words = strchr(needs, '=') + 1;
	tree = cJSON_Parse(object->text);
	snprintf(path, sizeof(path), "%.*s", (int)(words - needs - length - 2), needs + length + 1);
	json_scalar(json_at(tree, path), value, sizeof(value));
	snprintf(word, sizeof(word), "|%s|", value);
	snprintf(choices, sizeof(choices), "|%s|", words);
	return strstr(choices, word);
}

const struct object *rest_find(struct request *request, unsigned kind)
{
	const struct store *store = request->sandbox->store;
	const char *scope = rest_scope(request, kind);
	const char *id = request->argument[kind_depth(kind)];
	const struct object *object;

	if (!scope)
		return NULL;
	object = id ? store_find(store, kind, scope, id) : rest_find_default(store, kind, scope);
	if (object && !rest_suits(request->operation, kind, object)) {
		answer_error(request, 412, "This needs %s.", request->operation->needs);
		return NULL;
	}
	if (!object)
		answer_not_found(request);
	return object;
}

/* Showing. */

static long long rest_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void rest_set(cJSON *tree, const char *path, const char *word)
{
	size_t length = strcspn(path, ".");
	cJSON *item;
	char key[64];

	if (cJSON_IsArray(tree)) {
		cJSON_ArrayForEach(item, tree)
		{
			rest_set(item, path, word);
		}
		return;
	}
	snprintf(key, sizeof(key), "%.*s", (int)length, path);
	if (path[length])
		rest_set(cJSON_GetObjectItemCaseSensitive(tree, key), path + length + 1, word);
	else if (tree)
		json_set_text(tree, key, word);
}

void rest_begin_life(
	const struct sandbox *sandbox, const struct life *life, cJSON *tree, cJSON *note)
{
	cJSON *entry;

	if (!life->path)
		return;
	rest_set(tree, life->path, life->at_first);
	entry = cJSON_CreateObject();
	json_set_text(entry, "path", life->path);
	json_set_text(entry, "word", life->at_last);
	json_set_number(entry, "at",
		(double)rest_now() + sandbox->options->boot_seconds * 1000 * life->effort);
	json_set(note, "life", entry);
}

/* What the object says of itself, when its time has come. */
static void rest_live(const struct object *object, cJSON *tree)
{
	JSON_AUTO *note = object->lives ? store_note(object) : NULL;
	const cJSON *life = cJSON_GetObjectItemCaseSensitive(note, "life");

	if (life && json_number(life, "at", 0) <= (double)rest_now())
		rest_set(tree, json_text(life, "path"), json_text(life, "word"));
}

cJSON *rest_kept(const struct object *object)
{
	cJSON *tree = cJSON_Parse(object->text);

	rest_live(object, tree);
	return tree;
}

bool rest_is_plain(unsigned kind, const struct object *object)
{
	return !kind_at(kind)->render && !kind_at(kind)->secret && !object->lives;
}

cJSON *rest_tree(struct sandbox *sandbox, unsigned kind, const struct object *object)
{
	cJSON *tree = rest_kept(object);

	if (kind_at(kind)->render)
		kind_at(kind)->render(sandbox, object, tree);
	if (kind_at(kind)->secret)
		cJSON_DeleteItemFromObject(tree, kind_at(kind)->secret);
	return tree;
}

void rest_answer_empty(struct request *request)
{
	answer_text(request, request->operation->status, NULL, 0);
}

/* Takes the tree. */
static void rest_answer_tree(struct request *request, unsigned status, unsigned kind, cJSON *tree)
{
	const char *key = request->operation->key;

	if (!key)
		key = kind_at(kind)->object_key;
	if (status == 204 || (key && !*key)) {
		rest_answer_empty(request);
		cJSON_Delete(tree);
	} else if (key) {
		answer_member(request, status, key, tree);
	} else {
		answer_tree(request, status, tree);
	}
}

void rest_answer(
	struct request *request, unsigned status, unsigned kind, const struct object *object)
{
	rest_answer_tree(request, status, kind, rest_tree(request->sandbox, kind, object));
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
		rest_answer(request, request->operation->status, kind, object);
}

/* The tree of the object that this one belongs to; NULL for none. For the caller to delete. */
static cJSON *rest_owner(struct request *request, unsigned kind)
{
	enum kind_name owner = kind_at(kind)->owner;
	const struct object *object = owner ? rest_find(request, owner) : NULL;

	return object ? cJSON_Parse(object->text) : NULL;
}

void rest_tell(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	JSON_AUTO *tree = NULL;
	JSON_AUTO *owner = NULL;
	struct blanks blanks;

	if (!object || !rest_check_body(request))
		return;
	if (!request->operation->text) {
		rest_answer_empty(request);
		return;
	}
	tree = rest_tree(request->sandbox, kind, object);
	owner = rest_owner(request, kind);
	blanks_init(&blanks, request->sandbox, tree, owner);
	answer_tree(request, request->operation->status,
		template_fill(&blanks, request->operation->text));
}

void rest_tell_empty(struct request *request, unsigned kind)
{
	struct page page;

	if (!rest_find(request, kind))
		return;
	page_begin(&page, request, request->operation->key);
	page_end(&page);
}

/* Making. */

bool rest_check_body(struct request *request)
{
	const char *shape = request->operation->body;

	if (!shape)
		return true;
	if (request->body && !cJSON_IsObject(request->body))
		return answer_error(request, 400, "The request's body must be a JSON object.");
	return shape_check(request, shape, request->body);
}

bool rest_check_tags(struct request *request, unsigned kind, const cJSON *object)
{
	const cJSON *tags = cJSON_GetObjectItemCaseSensitive(object, "tags"), *tag;

	if (kind_at(kind)->own_tags)
		return true;
	cJSON_ArrayForEach(tag, tags)
	{
		if (!cJSON_IsString(tag) || !tag_valid(tag->valuestring))
			return answer_error(request, 422,
				"Tag names may only contain letters, numbers, colons, dashes, and "
				"underscores.");
	}
	return true;
}

void rest_ensure_tags(struct sandbox *sandbox, unsigned kind, const cJSON *object)
{
	if (!kind_at(kind)->own_tags)
		tag_ensure(sandbox, cJSON_GetObjectItemCaseSensitive(object, "tags"));
}

bool rest_check_name(struct request *request, unsigned kind, const char *scope, const cJSON *object)
{
	const struct store *store = request->sandbox->store;
	const char *name = json_text(object, "name");
	char id[256];

	json_scalar(
		cJSON_GetObjectItemCaseSensitive(object, kind_at(kind)->id_key), id, sizeof(id));
	for (size_t i = 0; name && kind_at(kind)->unique_name && i < store_count(store, kind);
		i++) {
		const struct object *other = store_at(store, kind, i);

		if (!strcmp(other->scope, scope) && other->name && !strcasecmp(other->name, name) &&
			strcmp(other->id, id) != 0)
			return answer_error(request, 409, "The name %s is already in use.", name);
	}
	return true;
}

/* Gives a new object its id and what its kind has besides. */
static void rest_identify(struct request *request, unsigned kind, const cJSON *owner, cJSON *object)
{
	const struct kind *row = kind_at(kind);
	struct blanks blanks;

	blanks_init(&blanks, request->sandbox, object, owner);
	if (row->identity == IDENTITY_UUID)
		json_set_text(object, row->id_key, blanks.uuid);
	else if (row->identity == IDENTITY_NUMBER)
		json_set_number(
			object, row->id_key, store_next_number(request->sandbox->store, kind));
	if (row->template)
		template_complete(&blanks, object, row->template);
}

/* With its id and hooks, but not yet in the store; false after an error. */
static bool rest_prepare(struct request *request, unsigned kind, const char *scope,
	const cJSON *owner, cJSON *object)
{
	const struct kind *row = kind_at(kind);
	struct store *store = request->sandbox->store;
	char id[256];

	rest_identify(request, kind, owner, object);
	if (row->create && !row->create(request, object))
		return false;
	json_scalar(cJSON_GetObjectItemCaseSensitive(object, row->id_key), id, sizeof(id));
	if (!*id)
		return answer_error(request, 422, "%s is required", row->id_key);
	if (store_find(store, kind, scope, id))
		return answer_error(request, 422, "%s has already been taken", row->id_key);
	return rest_check_name(request, kind, scope, object) &&
	       rest_check_tags(request, kind, object);
}

const struct object *rest_make(struct request *request, unsigned kind, const char *scope,
	const cJSON *owner, cJSON *object)
{
	const struct kind *row = kind_at(kind);
	struct sandbox *sandbox = request->sandbox;
	const struct object *made = NULL;
	cJSON *outer = request->note;

	request->note = cJSON_CreateObject();
	if (rest_prepare(request, kind, scope, owner, object)) {
		rest_ensure_tags(sandbox, kind, object);
		rest_begin_life(sandbox, &row->life, object, request->note);
		project_place(sandbox, kind, object);
		made = store_put(sandbox->store, kind, scope, object,
			request->note->child ? request->note : NULL);
		if (row->created)
			row->created(request, made);
	}
	cJSON_Delete(request->note);
	request->note = outer;
	return made;
}

void rest_create(struct request *request, unsigned kind)
{
	JSON_AUTO *owner = NULL;
	JSON_AUTO *object = NULL;
	const struct object *made;
	const char *scope = rest_scope(request, kind);
	char kept[sizeof(request->scope)], id[256];
	cJSON *tree;

	if (!scope || !rest_check_body(request))
		return;
	snprintf(kept, sizeof(kept), "%s", scope);
	owner = rest_owner(request, kind);
	object = shape_take(
		request->operation->body ? request->operation->body : "", request->body);
	if (!rest_make(request, kind, kept, owner, object))
		return;
	json_scalar(
		cJSON_GetObjectItemCaseSensitive(object, kind_at(kind)->id_key), id, sizeof(id));
	made = store_find(request->sandbox->store, kind, kept, id);
	tree = rest_tree(request->sandbox, kind, made);
	if (kind_at(kind)->secret)
		json_set_text(
			tree, kind_at(kind)->secret, json_text(object, kind_at(kind)->secret));
	rest_answer_tree(request, request->operation->status, kind, tree);
}

/* Removing. */

/* Removes what belongs to an object that goes. */
static void rest_forget_children(
	struct request *request, unsigned kind, const struct object *object)
{
	struct store *store = request->sandbox->store;
	char scope[512];

	snprintf(scope, sizeof(scope), "%s%s%s", object->scope, *object->scope ? "/" : "",
		object->id);
	for (unsigned child = KIND_NONE + 1; child < KIND_COUNT; child++) {
		if (kind_at(child)->owner != kind)
			continue;
		for (size_t i = store_count(store, child); i-- > 0;)
			if (!strcmp(store_at(store, child, i)->scope, scope))
				rest_forget(request, child, store_at(store, child, i));
	}
}

void rest_forget(struct request *request, unsigned kind, const struct object *object)
{
	struct store *store = request->sandbox->store;
	TEXT_AUTO *id = strdup(object->id);
	TEXT_AUTO *scope = strdup(object->scope);

	if (!id || !scope)
		abort();
	if (kind_at(kind)->gone)
		kind_at(kind)->gone(request->sandbox, object);
	rest_forget_children(request, kind, object);
	relation_release(request, kind, object);
	/* What named it and was named by it has changed it. */
	object = store_find(store, kind, scope, id);
	project_forget(request->sandbox, kind, object);
	store_remove(store, kind, object);
}

void rest_remove(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);

	if (!object || !relation_check(request, kind, object))
		return;
	if (kind_at(kind)->remove && !kind_at(kind)->remove(request, object))
		return;
	rest_answer(request, request->operation->status, kind, object);
	rest_forget(request, kind, object);
}
