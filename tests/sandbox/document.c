#include "document.h"

#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"
#include "template.h"

#include <string.h>

cJSON *document_read(const struct object *object, const char *name)
{
	JSON_AUTO *note = store_note(object);

	return cJSON_DetachItemFromObjectCaseSensitive(
		cJSON_GetObjectItemCaseSensitive(note, "documents"), name);
}

void document_write(struct sandbox *sandbox, unsigned kind, const struct object *object,
	const char *name, cJSON *document)
{
	JSON_AUTO *note = store_note(object);
	cJSON *documents;

	if (!note)
		note = cJSON_CreateObject();
	documents = cJSON_GetObjectItemCaseSensitive(note, "documents");
	if (!documents)
		documents = cJSON_AddObjectToObject(note, "documents");
	if (document)
		json_set(documents, name, document);
	else
		cJSON_DeleteItemFromObjectCaseSensitive(documents, name);
	store_put_note(sandbox->store, kind, object, note);
}

/* The document as it is now. For the caller to delete. */
static cJSON *document_now(struct request *request, unsigned kind, const struct object *object)
{
	cJSON *document = document_read(object, request->operation->key);
	JSON_AUTO *tree = NULL;
	struct blanks blanks;

	if (document)
		return document;
	tree = rest_tree(request->sandbox, kind, object);
	blanks_init(&blanks, request->sandbox, tree, NULL);
	return template_fill(&blanks, request->operation->text);
}

void document_get(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);

	if (object)
		answer_tree(
			request, request->operation->status, document_now(request, kind, object));
}

void document_change(struct request *request, unsigned kind)
{
	const char *name = request->operation->key;
	const struct object *object = rest_find(request, kind);
	cJSON *document, *inner;

	if (!object || !rest_check_body(request))
		return;
	document = document_now(request, kind, object);
	inner = cJSON_GetObjectItemCaseSensitive(document, name);
	if (cJSON_IsObject(inner) && !cJSON_HasObjectItem(request->body, name))
		json_merge(inner, request->body);
	else
		json_merge(document, request->body);
	document_write(request->sandbox, kind, object, name, cJSON_Duplicate(document, true));
	if (request->operation->status == 204 || !strcmp(request->operation->method, "PATCH")) {
		rest_answer_empty(request);
		cJSON_Delete(document);
	} else {
		answer_tree(request, request->operation->status, document);
	}
}

void document_clear(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);

	if (!object)
		return;
	document_write(request->sandbox, kind, object, request->operation->key, NULL);
	rest_answer_empty(request);
}

void document_tell(struct request *request, unsigned kind)
{
	struct blanks blanks;

	(void)kind;
	if (!rest_check_body(request))
		return;
	blanks_init(&blanks, request->sandbox, NULL, NULL);
	answer_tree(request, request->operation->status,
		template_fill(&blanks, request->operation->text));
}
