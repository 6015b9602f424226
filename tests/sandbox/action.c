#include "action.h"

#include "agenda.h"
#include "droplet.h"
#include "identity.h"
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

static void action_id(double id, char text[32])
{
	snprintf(text, 32, "%.0f", id);
}

/* Whose action it is, of its note. */
static unsigned action_kind(const cJSON *note)
{
	const char *kind = json_text(note, "kind");

	return kind ? kind_named(kind, strlen(kind)) : KIND_NONE;
}

static void action_end(struct sandbox *sandbox, uint64_t number, bool begun)
{
	char id[32], now[STAMP_SIZE];
	const struct object *object;
	bool done = begun;

	action_id((double)number, id);
	identity_now(now);
	pthread_rwlock_wrlock(&sandbox->world);
	object = store_find(sandbox->store, KIND_ACTION, NULL, id);
	if (object) {
		JSON_AUTO *tree = cJSON_Parse(object->text);
		JSON_AUTO *note = store_note(object);
		unsigned kind = action_kind(note);

		if (kind)
			done = kind_at(kind)->acted(sandbox, json_text(note, "id"),
				begun ? json_text(tree, "type") : "",
				cJSON_GetObjectItemCaseSensitive(note, "parameters"));
		json_set_text(tree, "status", done ? "completed" : "errored");
		json_set_text(tree, "completed_at", now);
		store_put(sandbox->store, KIND_ACTION, NULL, tree, note);
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
	uint64_t start = identity_milliseconds(), wanted = 0, taken;
	char id[32], droplet[32] = "", type[64] = "";
	const struct object *object;
	bool begun;

	action_id((double)number, id);
	pthread_rwlock_rdlock(&sandbox->world);
	object = store_find(sandbox->store, KIND_ACTION, NULL, id);
	if (object) {
		JSON_AUTO *tree = cJSON_Parse(object->text);
		JSON_AUTO *note = store_note(object);

		if (action_kind(note) == KIND_DROPLET)
			snprintf(droplet, sizeof(droplet), "%s", json_text(note, "id"));
		snprintf(type, sizeof(type), "%s", json_text(tree, "type"));
		wanted = (uint64_t)json_number(note, "milliseconds", 0);
	}
	pthread_rwlock_unlock(&sandbox->world);
	begun = !*droplet || droplet_action_begin(sandbox, droplet, type);
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
	char now[STAMP_SIZE], owner[128];

	identity_now(now);
	json_set_number(tree, "id", id);
	json_set_text(tree, "status", "in-progress");
	json_set_text(tree, "type", order->type);
	json_set_text(tree, "started_at", now);
	json_set_text(tree, "completed_at", NULL);
	if (kind_at(order->kind)->identity == IDENTITY_NUMBER)
		json_set_number(tree, "resource_id", strtod(order->id, NULL));
	else
		json_set_text(tree, "resource_id", NULL);
	json_set_text(tree, "resource_type",
		order->resource_type ? order->resource_type : kind_name(order->kind));
	if (region)
		json_set(tree, "region", region);
	json_set_text(tree, "region_slug", order->region);
	if (order->parameters)
		json_set(note, "parameters", cJSON_Duplicate(order->parameters, true));
	snprintf(owner, sizeof(owner), "%s/%s", kind_name(order->kind), order->id);
	json_set_text(note, "kind", kind_name(order->kind));
	json_set_text(note, "id", order->id);
	json_set_text(note, "owner", owner);
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

cJSON *action_tree(const struct sandbox *sandbox, double id)
{
	char text[32];

	action_id(id, text);
	return store_read(sandbox->store, KIND_ACTION, text);
}

void action_answer(struct request *request, double id)
{
	answer_member(
		request, request->operation->status, "action", action_tree(request->sandbox, id));
}

const char *action_trait(const cJSON *object, const cJSON *note)
{
	(void)object;
	return json_text(note, "owner");
}

static bool action_is_of(const struct object *object, const void *context)
{
	return object->trait && !strcmp(object->trait, context);
}

void action_list_of(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	char owner[128];

	if (!object)
		return;
	snprintf(owner, sizeof(owner), "%s/%s", kind_name(kind), object->id);
	page_answer(request, KIND_ACTION, NULL, action_is_of, owner);
}

void action_get_of(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind), *action;
	char owner[128];

	if (!object)
		return;
	action = store_find(request->sandbox->store, KIND_ACTION, NULL, request->argument[1]);
	snprintf(owner, sizeof(owner), "%s/%s", kind_name(kind), object->id);
	if (action && action_is_of(action, owner))
		rest_answer(request, 200, KIND_ACTION, action);
	else
		answer_not_found(request);
}
