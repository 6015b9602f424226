#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

/* One key is answered as a list of one. */
static void key_get(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	cJSON *list;

	if (!object)
		return;
	list = cJSON_CreateArray();
	cJSON_AddItemToArray(list, rest_tree(request->sandbox, kind, object));
	answer_member(request, 200, "keys", list);
}

#define KEYS "/v2/spaces/keys"
#define KEY KEYS "/{access_key}"
#define GRANTS "grants:[{bucket:x permission!:(read|readwrite|fullaccess)}]"

static const struct operation operations[] = {
	{"GET", KEYS, "spaces_key:read", 200, rest_list},
	{"POST", KEYS, "spaces_key:create_credentials", 201, rest_create,
		.body = "name!:s " GRANTS},
	{"GET", KEY, "spaces_key:read", 200, key_get},
	{"PUT", KEY, "spaces_key:update", 200, rest_update, .body = "name:s " GRANTS},
	{"PATCH", KEY, "spaces_key:update", 200, rest_update, .body = "name:s " GRANTS},
	{"DELETE", KEY, "spaces_key:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(spaces_key) = {
	.path = KEYS,
	.list_key = "keys",
	.object_key = "key",
	.id_key = "access_key",
	.identity = IDENTITY_GIVEN,
	.secret = "secret_key",
	.template = "{'access_key':'DO00${secret}','secret_key':'${secret}${random}','grants':[],"
		    "'created_at':'${now}'}",
	.filters = {{"name"}},
	.operations = operations,
};
