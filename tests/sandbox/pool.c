#include "pool.h"

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

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What a config may hold, as the document bounds it; `fixed`: of pools of a fixed number, `needed`: of the others. */
static const struct {
	const char *key;
	double least, most;
	bool whole, fixed, needed;
} pool_limits[] = {
	{"target_number_instances", 1, 1000, true, true, false},
	{"min_instances", 1, 500, true, false, true},
	{"max_instances", 1, 1000, true, false, true},
	{"target_cpu_utilization", 0.05, 1, false, false, false},
	{"target_memory_utilization", 0.05, 1, false, false, false},
	{"cooldown_minutes", 5, 20, true, false, false},
};

/* A droplet's note says whose member it is: thousands are looked through without parsing each. */
static bool pool_has(const struct object *droplet, const char *pool)
{
	char text[64];

	snprintf(text, sizeof(text), "\"pool\":\"%s\"", pool);
	return droplet->note && strstr(droplet->note, text);
}

static size_t pool_count(const struct store *store, const char *pool)
{
	size_t count = 0;

	for (size_t i = 0; i < store_count(store, KIND_DROPLET); i++)
		count += pool_has(store_at(store, KIND_DROPLET, i), pool);
	return count;
}

static size_t pool_desired(const cJSON *pool)
{
	const cJSON *config = cJSON_GetObjectItemCaseSensitive(pool, "config");

	return (size_t)json_number(
		config, "target_number_instances", json_number(config, "min_instances", 0));
}

/* History. */

static void event_put(struct store *store, const char *pool, cJSON *event, size_t current,
	size_t desired, const char *status)
{
	char now[STAMP_SIZE];

	identity_now(now);
	json_set_number(event, "current_instance_count", (double)current);
	json_set_number(event, "desired_instance_count", (double)desired);
	json_set_text(event, "status", status);
	json_set_text(event, "updated_at", now);
	store_put(store, KIND_POOL_EVENT, pool, event, NULL);
}

static cJSON *event_new(const char *reason)
{
	cJSON *event = cJSON_CreateObject();
	char uuid[UUID_SIZE], now[STAMP_SIZE];
	struct timespec clock;

	/* As the document's example: a UUID of version 7, which orders by its time. */
	clock_gettime(CLOCK_REALTIME, &clock);
	identity_uuid((((uint64_t)clock.tv_sec * 1000 + (uint64_t)clock.tv_nsec / 1000000) << 16),
		identity_random(), uuid);
	uuid[14] = '7';
	identity_now(now);
	json_set_text(event, "history_event_id", uuid);
	json_set_text(event, "reason", reason);
	json_set_text(event, "created_at", now);
	return event;
}

/* What is still to be done for the pool; NULL when there is nothing. For the caller to delete. */
static cJSON *event_open(const struct store *store, const char *pool)
{
	for (size_t i = store_count(store, KIND_POOL_EVENT); i-- > 0;) {
		const struct object *object = store_at(store, KIND_POOL_EVENT, i);
		cJSON *event = strcmp(object->scope, pool) != 0 ? NULL : cJSON_Parse(object->text);

		if (event && !strcmp(json_text(event, "status"), "in_progress"))
			return event;
		cJSON_Delete(event);
	}
	return NULL;
}

/* Members. */

/* One more; false when the API would refuse such a droplet, too. The document does not say how they are called. */
static bool pool_grow(struct request *request, const cJSON *pool)
{
	const cJSON *template = cJSON_GetObjectItemCaseSensitive(pool, "droplet_template");
	const char *base = json_text(template, "name");
	char name[256];

	if (!base || !*base)
		base = json_text(pool, "name");
	snprintf(name, sizeof(name), "%.240s-%08x", base, (unsigned)identity_random());
	return droplet_make(request, template, name, json_text(pool, "id"));
}

/* One less: the newest. */
static void pool_shrink(struct request *request, const char *pool)
{
	struct store *store = request->sandbox->store;

	for (size_t i = store_count(store, KIND_DROPLET); i-- > 0;) {
		const struct object *object = store_at(store, KIND_DROPLET, i);

		if (!pool_has(object, pool))
			continue;
		rest_forget(request, KIND_DROPLET, object);
		return;
	}
}

static void pool_tend(struct sandbox *sandbox, const struct object *object)
{
	struct request request = {.sandbox = sandbox};
	struct store *store = sandbox->store;
	JSON_AUTO *pool = cJSON_Parse(object->text);
	const char *id = json_text(pool, "id");
	JSON_AUTO *event = event_open(store, id);
	size_t desired = pool_desired(pool), count = pool_count(store, id);
	bool done = true;

	if (count == desired && !event)
		return;
	if (!event)
		event = event_new(count < desired ? "SCALE_UP" : "SCALE_DOWN");
	for (; done && count < desired; count += done)
		done = pool_grow(&request, pool);
	for (; count > desired; count--)
		pool_shrink(&request, id);
	free(request.text);
	event_put(store, id, event, count, desired, done ? "success" : "error");
	json_set_text(pool, "status", done ? "active" : "error");
	store_put(store, KIND_POOL, NULL, pool, NULL);
}

static void pools_tend(struct sandbox *sandbox, uint64_t ignored)
{
	(void)ignored;
	pthread_rwlock_wrlock(&sandbox->world);
	for (size_t i = 0; i < store_count(sandbox->store, KIND_POOL); i++)
		pool_tend(sandbox, store_at(sandbox->store, KIND_POOL, i));
	pthread_rwlock_unlock(&sandbox->world);
}

void pools_wake(struct sandbox *sandbox)
{
	agenda_add(sandbox->agenda, 0, pools_tend, 0);
}

/* Requests. */

static bool pool_check_config(struct request *request, const cJSON *config)
{
	bool fixed = cJSON_HasObjectItem(config, "target_number_instances");

	for (size_t i = 0; i < sizeof(pool_limits) / sizeof(*pool_limits); i++) {
		const cJSON *item = cJSON_GetObjectItemCaseSensitive(config, pool_limits[i].key);
		double value = cJSON_IsNumber(item) ? item->valuedouble : NAN;

		if (!item && !(pool_limits[i].needed && !fixed))
			continue;
		if (item && fixed != pool_limits[i].fixed)
			return answer_error(request, 422,
				"config: target_number_instances and %s exclude each other",
				pool_limits[i].key);
		if (!(value >= pool_limits[i].least && value <= pool_limits[i].most) ||
			(pool_limits[i].whole && floor(value) != value))
			return answer_error(request, 422, "config: %s must be from %g to %g",
				pool_limits[i].key, pool_limits[i].least, pool_limits[i].most);
	}
	if (!fixed &&
		json_number(config, "min_instances", 0) > json_number(config, "max_instances", 0))
		return answer_error(
			request, 422, "config: min_instances must not exceed max_instances");
	return true;
}

static bool pool_check(struct request *request, const cJSON *pool)
{
	const cJSON *config = cJSON_GetObjectItemCaseSensitive(pool, "config");
	const cJSON *template = cJSON_GetObjectItemCaseSensitive(pool, "droplet_template");

	if (!cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(template, "ssh_keys")))
		return answer_error(request, 422, "droplet_template: ssh_keys is required");
	return pool_check_config(request, config) &&
	       droplet_check_name(request, json_text(pool, "name")) &&
	       droplet_check(request, template);
}

/* A change of what the pool is to be: written down as under way, and done behind the request. */
static void pool_begin(struct sandbox *sandbox, const cJSON *pool)
{
	const char *id = json_text(pool, "id");
	JSON_AUTO *event = event_new("CONFIGURATION_CHANGE");

	event_put(sandbox->store, id, event, pool_count(sandbox->store, id), pool_desired(pool),
		"in_progress");
	pools_wake(sandbox);
}

bool pool_create(struct request *request, cJSON *object)
{
	if (!pool_check(request, object))
		return false;
	pool_begin(request->sandbox, object);
	return true;
}

bool pool_update(struct request *request, cJSON *object)
{
	const struct object *before = rest_find(request, KIND_POOL);

	if (!pool_check(request, object))
		return false;
	if (strcmp(before->name, json_text(object, "name")) != 0)
		return answer_error(request, 422, "name cannot be updated");
	pool_begin(request->sandbox, object);
	return true;
}

void pool_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	size_t active = 0;

	for (size_t i = 0; i < store_count(sandbox->store, KIND_DROPLET); i++) {
		const struct object *droplet = store_at(sandbox->store, KIND_DROPLET, i);

		active += pool_has(droplet, object->id) &&
			  strstr(droplet->text, "\"status\":\"active\"");
	}
	json_set_number(tree, "active_resources_count", (double)active);
}

void pool_delete_dangerous(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, kind);
	char id[UUID_SIZE];

	if (!object)
		return;
	if (!request->dangerous) {
		answer_error(request, 422, "The header X-Dangerous must be set to true.");
		return;
	}
	snprintf(id, sizeof(id), "%s", object->id);
	rest_remove(request, kind);
	while (pool_count(request->sandbox->store, id) > 0)
		pool_shrink(request, id);
}

static cJSON *pool_member(const struct object *object)
{
	JSON_AUTO *droplet = cJSON_Parse(object->text);
	const char *status = json_text(droplet, "status"),
		   *created = json_text(droplet, "created_at");
	cJSON *member = cJSON_CreateObject();

	json_set_number(member, "droplet_id", json_number(droplet, "id", 0));
	json_set_text(member, "created_at", created);
	json_set_text(member, "updated_at", created);
	json_set_text(member, "health_status", "healthy");
	json_set_text(member, "status",
		!strcmp(status, "new")	    ? "provisioning"
		: !strcmp(status, "active") ? "active"
					    : "off");
	json_set(member, "current_utilization", cJSON_Parse("{\"memory\":0,\"cpu\":0}"));
	return member;
}

void pool_members(struct request *request, unsigned kind)
{
	const struct store *store = request->sandbox->store;
	const struct object *pool = rest_find(request, kind);
	struct page page;

	if (!pool)
		return;
	page_begin(&page, request, "droplets");
	for (size_t i = 0; i < store_count(store, KIND_DROPLET); i++) {
		const struct object *object = store_at(store, KIND_DROPLET, i);

		if (pool_has(object, pool->id) && page_next(&page))
			page_show_tree(&page, pool_member(object));
	}
	page_end(&page);
}
