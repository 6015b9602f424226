#include "action.h"

#include "agenda.h"
#include "droplet.h"
#include "identity.h"
#include "image.h"
#include "json.h"
#include "kind.h"
#include "page.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Whose actions come to what. `begin` is what happens in the real world meanwhile, and may block;
 * `finish` is what the API shows afterwards, and is given no action when the beginning failed.
 */
static const struct action_resource {
	const char *type;
	bool (*begin)(struct sandbox *sandbox, const char *id, const char *action);
	bool (*finish)(struct sandbox *sandbox, const char *id, const char *action,
		const cJSON *parameters);
} action_resources[] = {
	{"droplet", droplet_action_begin, droplet_action_finish},
	{"image", NULL, image_action_finish},
};

static const struct action_resource *action_resource(const char *type)
{
	for (size_t i = 0; i < sizeof(action_resources) / sizeof(*action_resources); i++)
		if (!strcmp(action_resources[i].type, type))
			return &action_resources[i];
	return NULL;
}

static void action_id(double id, char text[32])
{
	snprintf(text, 32, "%.0f", id);
}

static void action_end(struct sandbox *sandbox, uint64_t number, bool begun)
{
	const struct action_resource *resource;
	char id[32], resource_id[32], now[STAMP_SIZE];
	const struct object *object;
	bool done = begun;

	action_id((double)number, id);
	identity_now(now);
	pthread_rwlock_wrlock(&sandbox->world);
	object = store_find(sandbox->store, KIND_ACTION, NULL, id);
	if (object) {
		JSON_AUTO *tree = cJSON_Parse(object->text);
		JSON_AUTO *note = store_note(object);

		action_id(json_number(tree, "resource_id", 0), resource_id);
		resource = action_resource(json_text(tree, "resource_type"));
		if (resource)
			done = resource->finish(sandbox, resource_id,
				begun ? json_text(tree, "type") : "",
				cJSON_GetObjectItemCaseSensitive(note, "parameters"));
		json_set_text(tree, "status", done ? "completed" : "errored");
		json_set_text(tree, "completed_at", now);
		store_put(sandbox->store, KIND_ACTION, NULL, tree, NULL);
	}
	pthread_rwlock_unlock(&sandbox->world);
}

static void action_finish(struct sandbox *sandbox, uint64_t number)
{
	action_end(sandbox, number, true);
}

static void action_fail(struct sandbox *sandbox, uint64_t number)
{
	action_end(sandbox, number, false);
}

/* Does what the action needs of the hosts, then waits for the rest of its time. */
static void action_begin(struct sandbox *sandbox, uint64_t number)
{
	const struct action_resource *resource = NULL;
	uint64_t start = identity_milliseconds(), wanted = 0, taken;
	char id[32], resource_id[32] = "", type[64] = "";
	const struct object *object;
	bool begun;

	action_id((double)number, id);
	pthread_rwlock_rdlock(&sandbox->world);
	object = store_find(sandbox->store, KIND_ACTION, NULL, id);
	if (object) {
		JSON_AUTO *tree = cJSON_Parse(object->text);
		JSON_AUTO *note = store_note(object);

		action_id(json_number(tree, "resource_id", 0), resource_id);
		snprintf(type, sizeof(type), "%s", json_text(tree, "type"));
		resource = action_resource(json_text(tree, "resource_type"));
		wanted = (uint64_t)json_number(note, "milliseconds", 0);
	}
	pthread_rwlock_unlock(&sandbox->world);
	begun = !resource || !resource->begin || resource->begin(sandbox, resource_id, type);
	taken = identity_milliseconds() - start;
	agenda_add(sandbox->agenda, wanted > taken ? wanted - taken : 0,
		begun ? action_finish : action_fail, number);
}

/* With no hosts there is nothing to do meanwhile. */
static void action_schedule(struct sandbox *sandbox, double id, uint64_t milliseconds)
{
	if (sandbox->hosts)
		agenda_add(sandbox->agenda, 0, action_begin, (uint64_t)id);
	else
		agenda_add(sandbox->agenda, milliseconds, action_finish, (uint64_t)id);
}

double action_start(struct sandbox *sandbox, const struct action_order *order)
{
	double id = store_next_number(sandbox->store, KIND_ACTION);
	cJSON *region = order->region ? store_read(sandbox->store, KIND_REGION, order->region)
				      : NULL;
	JSON_AUTO *tree = cJSON_CreateObject();
	JSON_AUTO *note = cJSON_CreateObject();
	char now[STAMP_SIZE];

	identity_now(now);
	json_set_number(tree, "id", id);
	json_set_text(tree, "status", "in-progress");
	json_set_text(tree, "type", order->type);
	json_set_text(tree, "started_at", now);
	json_set_text(tree, "completed_at", NULL);
	json_set_number(tree, "resource_id", order->resource_id);
	json_set_text(tree, "resource_type", order->resource_type);
	if (region)
		json_set(tree, "region", region);
	json_set_text(tree, "region_slug", order->region);
	if (order->parameters)
		json_set(note, "parameters", cJSON_Duplicate(order->parameters, true));
	json_set_number(note, "milliseconds", (double)order->milliseconds);
	store_put(sandbox->store, KIND_ACTION, NULL, tree, note);
	action_schedule(sandbox, id, order->milliseconds);
	return id;
}

void action_resume(struct sandbox *sandbox)
{
	for (size_t i = 0; i < store_count(sandbox->store, KIND_ACTION); i++) {
		const struct object *object = store_at(sandbox->store, KIND_ACTION, i);
		JSON_AUTO *tree = cJSON_Parse(object->text);
		JSON_AUTO *note = store_note(object);

		if (!strcmp(json_text(tree, "status"), "in-progress"))
			action_schedule(sandbox, json_number(tree, "id", 0),
				(uint64_t)json_number(note, "milliseconds", 0));
	}
}

void action_answer(struct request *request, unsigned status, double id)
{
	char text[32];

	action_id(id, text);
	rest_answer(request, status, KIND_ACTION,
		store_find(request->sandbox->store, KIND_ACTION, NULL, text));
}

/* How an action's text names its resource: a list of thousands is searched without parsing each. */
struct action_owner {
	char text[96];
};

static void action_set_owner(struct action_owner *owner, unsigned kind, const char *id)
{
	snprintf(owner->text, sizeof(owner->text), "\"resource_id\":%.0f,\"resource_type\":\"%s\"",
		strtod(id, NULL), kind_at(kind)->object_key);
}

static bool action_is_of(const struct object *object, const void *context)
{
	const struct action_owner *owner = context;

	return strstr(object->text, owner->text);
}

void action_list_of(struct request *request, unsigned kind)
{
	const struct object *object = store_find(
		request->sandbox->store, kind, NULL, request->argument[0]);
	struct action_owner owner;

	if (!object) {
		answer_not_found(request);
		return;
	}
	action_set_owner(&owner, kind, object->id);
	page_answer(request, KIND_ACTION, NULL, action_is_of, &owner);
}

void action_get_of(struct request *request, unsigned kind)
{
	const struct object *action = store_find(
		request->sandbox->store, KIND_ACTION, NULL, request->argument[1]);
	struct action_owner owner;

	action_set_owner(&owner, kind, request->argument[0]);
	if (action && action_is_of(action, &owner))
		rest_answer(request, 200, KIND_ACTION, action);
	else
		answer_not_found(request);
}
