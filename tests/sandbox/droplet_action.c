#include "droplet.h"

#include "action.h"
#include "agenda.h"
#include "hosts.h"
#include "image.h"
#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "shape.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum need { NEED_NOTHING, NEED_ON, NEED_OFF };

/* What can be done to a droplet. */
struct deed {
	const char *type;
	bool internal; /* cannot be asked for */
	double effort; /* how long it takes, in boots */
	enum need need;
	enum host_verb verb;
	/* Is it possible with these parameters? False after an error. */
	bool (*check)(struct request *request, const cJSON *droplet, const cJSON *parameters);
	/* What has become of the droplet when it is done. */
	void (*apply)(
		struct sandbox *sandbox, cJSON *droplet, cJSON *note, const cJSON *parameters);
};

static const char *droplet_region(const cJSON *droplet)
{
	return json_text(cJSON_GetObjectItemCaseSensitive(droplet, "region"), "slug");
}

static bool droplet_has(const cJSON *droplet, const char *feature)
{
	return json_array_has(cJSON_GetObjectItemCaseSensitive(droplet, "features"), feature);
}

static bool check_resize(struct request *request, const cJSON *droplet, const cJSON *parameters)
{
	JSON_AUTO *size = droplet_find_size(
		request, json_text(parameters, "size"), droplet_region(droplet));

	if (!size)
		return false;
	if (!strcmp(json_text(size, "slug"), json_text(droplet, "size_slug")))
		return answer_error(request, 422, "Droplet already has this size.");
	if (json_number(size, "disk", 0) < json_number(droplet, "disk", 0))
		return answer_error(
			request, 422, "This size is not available because it has a smaller disk.");
	return true;
}

static bool check_image(struct request *request, const cJSON *droplet, const cJSON *parameters)
{
	JSON_AUTO *image = droplet_find_image(request,
		cJSON_GetObjectItemCaseSensitive(parameters, "image"), droplet_region(droplet));

	return image != NULL;
}

static bool check_rename(struct request *request, const cJSON *droplet, const cJSON *parameters)
{
	(void)droplet;
	return droplet_check_name(request, json_text(parameters, "name"));
}

static bool check_kernel(struct request *request, const cJSON *droplet, const cJSON *parameters)
{
	(void)droplet, (void)parameters;
	return answer_error(request, 422, "This Droplet's kernel is managed internally.");
}

static bool check_no_ipv6(struct request *request, const cJSON *droplet, const cJSON *parameters)
{
	(void)parameters;
	return !droplet_has(droplet, "ipv6") ||
	       answer_error(request, 422, "IPv6 is already enabled.");
}

static bool check_no_backups(struct request *request, const cJSON *droplet, const cJSON *parameters)
{
	(void)parameters;
	return !droplet_has(droplet, "backups") ||
	       answer_error(request, 422, "Backups are already enabled.");
}

static bool check_backups(struct request *request, const cJSON *droplet, const cJSON *parameters)
{
	(void)parameters;
	return droplet_has(droplet, "backups") ||
	       answer_error(request, 422, "Backups are not enabled.");
}

static void apply_create(
	struct sandbox *sandbox, cJSON *droplet, cJSON *note, const cJSON *parameters)
{
	(void)parameters;
	droplet_set_networks(sandbox, droplet, json_text(note, "address"));
	if (droplet_has(droplet, "ipv6"))
		droplet_set_ipv6(droplet);
	json_set_text(droplet, "status", "active");
}

static void apply_on(struct sandbox *sandbox, cJSON *droplet, cJSON *note, const cJSON *parameters)
{
	(void)sandbox, (void)note, (void)parameters;
	json_set_text(droplet, "status", "active");
}

static void apply_off(struct sandbox *sandbox, cJSON *droplet, cJSON *note, const cJSON *parameters)
{
	(void)sandbox, (void)note, (void)parameters;
	json_set_text(droplet, "status", "off");
}

static void apply_resize(
	struct sandbox *sandbox, cJSON *droplet, cJSON *note, const cJSON *parameters)
{
	JSON_AUTO *size = store_read(sandbox->store, KIND_SIZE, json_text(parameters, "size"));

	(void)note;
	if (size)
		droplet_set_size(droplet, size, json_true(parameters, "disk"));
}

static void apply_image(
	struct sandbox *sandbox, cJSON *droplet, cJSON *note, const cJSON *parameters)
{
	cJSON *image;
	char id[128];

	(void)note;
	json_scalar(cJSON_GetObjectItemCaseSensitive(parameters, "image"), id, sizeof(id));
	image = store_read(sandbox->store, KIND_IMAGE, id);
	if (image)
		json_set(droplet, "image", image);
	json_set_text(droplet, "status", "active");
}

static void apply_rename(
	struct sandbox *sandbox, cJSON *droplet, cJSON *note, const cJSON *parameters)
{
	(void)sandbox, (void)note;
	json_set_text(droplet, "name", json_text(parameters, "name"));
}

static void apply_ipv6(
	struct sandbox *sandbox, cJSON *droplet, cJSON *note, const cJSON *parameters)
{
	(void)sandbox, (void)note, (void)parameters;
	droplet_set_feature(droplet, "ipv6", true);
	droplet_set_ipv6(droplet);
}

static void apply_policy(
	struct sandbox *sandbox, cJSON *droplet, cJSON *note, const cJSON *parameters)
{
	const cJSON *policy = cJSON_GetObjectItemCaseSensitive(parameters, "backup_policy");

	(void)sandbox;
	droplet_set_feature(droplet, "backups", true);
	json_set(droplet, "next_backup_window", droplet_backup_window(true));
	if (policy)
		json_set(note, "backup_policy", cJSON_Duplicate(policy, true));
}

static void apply_no_backups(
	struct sandbox *sandbox, cJSON *droplet, cJSON *note, const cJSON *parameters)
{
	(void)sandbox, (void)parameters;
	droplet_set_feature(droplet, "backups", false);
	json_set(droplet, "next_backup_window", cJSON_CreateNull());
	cJSON_DeleteItemFromObjectCaseSensitive(note, "backup_policy");
}

static void apply_snapshot(
	struct sandbox *sandbox, cJSON *droplet, cJSON *note, const cJSON *parameters)
{
	const char *name = json_text(parameters, "name");

	(void)note;
	image_snapshot(sandbox, droplet, name && *name ? name : json_text(droplet, "name"));
}

static const struct deed deeds[] = {
	{"create", true, 1, NEED_NOTHING, HOST_START, NULL, apply_create},
	{"power_on", false, 0.3, NEED_OFF, HOST_START, NULL, apply_on},
	{"power_off", false, 0.1, NEED_ON, HOST_STOP, NULL, apply_off},
	{"shutdown", false, 0.2, NEED_ON, HOST_SHUTDOWN, NULL, apply_off},
	{"reboot", false, 0.4, NEED_ON, HOST_REBOOT, NULL, apply_on},
	{"power_cycle", false, 0.4, NEED_ON, HOST_CYCLE, NULL, apply_on},
	{"password_reset", false, 0.3, NEED_NOTHING, HOST_NOTHING, NULL, NULL},
	{"resize", false, 0.8, NEED_OFF, HOST_NOTHING, check_resize, apply_resize},
	{"rebuild", false, 1, NEED_NOTHING, HOST_REBUILD, check_image, apply_image},
	{"restore", false, 1, NEED_NOTHING, HOST_REBUILD, check_image, apply_image},
	{"rename", false, 0.05, NEED_NOTHING, HOST_NOTHING, check_rename, apply_rename},
	{"change_kernel", false, 0.1, NEED_NOTHING, HOST_NOTHING, check_kernel, NULL},
	{"enable_ipv6", false, 0.1, NEED_NOTHING, HOST_NOTHING, check_no_ipv6, apply_ipv6},
	{"enable_private_networking", false, 0.1, NEED_NOTHING, HOST_NOTHING, NULL, NULL},
	{"enable_backups", false, 0.1, NEED_NOTHING, HOST_NOTHING, check_no_backups, apply_policy},
	{"disable_backups", false, 0.1, NEED_NOTHING, HOST_NOTHING, check_backups,
		apply_no_backups},
	{"change_backup_policy", false, 0.1, NEED_NOTHING, HOST_NOTHING, check_backups,
		apply_policy},
	{"snapshot", false, 1, NEED_NOTHING, HOST_NOTHING, NULL, apply_snapshot},
};

/* What any of them may be told. */
static const char deed_shape[] =
	"size:s disk:b image:x name:s kernel:i backup_policy:{plan:s weekday:s hour:i}";

static const struct deed *deed_find(const char *type)
{
	for (size_t i = 0; type && i < sizeof(deeds) / sizeof(*deeds); i++)
		if (!strcmp(deeds[i].type, type))
			return &deeds[i];
	return NULL;
}

static bool deed_possible(struct request *request, const struct deed *deed, const cJSON *droplet)
{
	bool off = !strcmp(json_text(droplet, "status"), "off");

	if (json_true(droplet, "locked"))
		return answer_error(request, 422, "Droplet already has a pending event.");
	if (deed->need == NEED_ON && off)
		return answer_error(request, 422, "Droplet is already powered off.");
	if (deed->need == NEED_OFF && !off)
		return answer_error(request, 422,
			strcmp(deed->type, "power_on") ? "Droplet must be powered off."
						       : "Droplet is already powered on.");
	return shape_check(request, deed_shape, request->body) &&
	       (!deed->check || deed->check(request, droplet, request->body));
}

/* Locks the droplet and starts the deed; returns the action's id. */
static double deed_start(struct request *request, const struct deed *deed, cJSON *droplet)
{
	struct sandbox *sandbox = request->sandbox;
	char id[32];

	snprintf(id, sizeof(id), "%.0f", json_number(droplet, "id", 0));
	json_set_bool(droplet, "locked", true);
	store_put(sandbox->store, KIND_DROPLET, NULL, droplet, NULL);
	return action_start(
		sandbox, &(struct action_order){
				 .type = deed->type,
				 .kind = KIND_DROPLET,
				 .id = id,
				 .region = droplet_region(droplet),
				 .parameters = request->body,
				 .milliseconds = droplet_milliseconds(sandbox, deed->effort),
			 });
}

static const struct deed *deed_asked(struct request *request)
{
	const char *type = json_text(request->body, "type");
	const struct deed *deed = deed_find(type);

	if (deed && !deed->internal)
		return deed;
	answer_error(request, 422, "\"%s\" is not an action of Droplets", type ? type : "");
	return NULL;
}

void droplet_action(struct request *request, unsigned kind)
{
	const struct object *object = rest_find(request, KIND_DROPLET);
	const struct deed *deed = object ? deed_asked(request) : NULL;
	JSON_AUTO *droplet = NULL;

	(void)kind;
	if (!deed)
		return;
	droplet = cJSON_Parse(object->text);
	if (deed_possible(request, deed, droplet))
		action_answer(request, deed_start(request, deed, droplet));
}

void droplet_action_tagged(struct request *request, unsigned kind)
{
	struct store *store = request->sandbox->store;
	const char *tag = request_query(request, "tag_name");
	const struct deed *deed = deed_asked(request);
	cJSON *actions;

	(void)kind;
	if (!deed)
		return;
	if (!tag) {
		answer_error(request, 422, "tag_name is required");
		return;
	}
	actions = cJSON_CreateArray();
	for (size_t i = 0; i < store_count(store, KIND_DROPLET); i++) {
		const struct object *object = store_at(store, KIND_DROPLET, i);
		JSON_AUTO *droplet = NULL;

		if (!object_has_tag(object, tag))
			continue;
		droplet = cJSON_Parse(object->text);
		if (!deed_possible(request, deed, droplet))
			continue;
		cJSON_AddItemToArray(
			actions, action_tree(request->sandbox, deed_start(request, deed, droplet)));
	}
	answer_member(request, 201, "actions", actions);
}

static bool droplet_do(struct sandbox *sandbox, const char *id, enum host_verb verb)
{
	JSON_AUTO *droplet = NULL;
	JSON_AUTO *note = NULL;
	const struct object *object;
	struct host_plan plan;

	pthread_rwlock_rdlock(&sandbox->world);
	object = store_find(sandbox->store, KIND_DROPLET, NULL, id);
	if (object) {
		droplet = cJSON_Parse(object->text);
		note = store_note(object);
	}
	pthread_rwlock_unlock(&sandbox->world);
	plan = (struct host_plan){
		.id = strtoull(id, NULL, 10),
		.name = json_text(droplet, "name"),
		.address = json_text(note, "address"),
		.user_data = json_text(note, "user_data"),
		.keys = cJSON_GetObjectItemCaseSensitive(note, "keys"),
	};
	/* Droplets that were there from the start have no hosts. */
	return !plan.address || hosts_do(sandbox->hosts, verb, &plan);
}

bool droplet_action_begin(struct sandbox *sandbox, const char *id, const char *action)
{
	const struct deed *deed = deed_find(action);

	return !deed || deed->verb == HOST_NOTHING || droplet_do(sandbox, id, deed->verb);
}

bool droplet_action_finish(
	struct sandbox *sandbox, const char *id, const char *action, const cJSON *parameters)
{
	const struct object *object = store_find(sandbox->store, KIND_DROPLET, NULL, id);
	const struct deed *deed = deed_find(action);
	JSON_AUTO *droplet = NULL;
	JSON_AUTO *note = NULL;

	if (!object)
		return false;
	droplet = cJSON_Parse(object->text);
	note = store_note(object);
	if (!note)
		note = cJSON_CreateObject();
	json_set_bool(droplet, "locked", false);
	if (deed && deed->apply)
		deed->apply(sandbox, droplet, note, parameters);
	else if (!deed)
		json_set_text(droplet, "status", "off");
	store_put(sandbox->store, KIND_DROPLET, NULL, droplet, note);
	return deed != NULL;
}

void droplet_went_off(struct sandbox *sandbox, uint64_t id)
{
	JSON_AUTO *droplet = NULL;
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)id);
	pthread_rwlock_wrlock(&sandbox->world);
	droplet = store_read(sandbox->store, KIND_DROPLET, text);
	/* While an action runs, what that comes to decides. */
	if (droplet && !json_true(droplet, "locked")) {
		json_set_text(droplet, "status", "off");
		store_put(sandbox->store, KIND_DROPLET, NULL, droplet, NULL);
	}
	pthread_rwlock_unlock(&sandbox->world);
}

static void droplet_start_host(struct sandbox *sandbox, uint64_t number)
{
	char id[32];

	snprintf(id, sizeof(id), "%llu", (unsigned long long)number);
	if (!droplet_do(sandbox, id, HOST_START))
		droplet_went_off(sandbox, number);
}

/* The network of this run may be another than the last one's: a host gets its address anew. */
static void droplet_readdress(struct sandbox *sandbox, const struct object *object)
{
	JSON_AUTO *droplet = cJSON_Parse(object->text);
	JSON_AUTO *note = store_note(object);
	char address[HOSTS_ADDRESS_SIZE];

	if (!json_text(note, "address") ||
		!hosts_reserve(sandbox->hosts, strtoull(object->id, NULL, 10), address))
		return;
	json_set_text(note, "address", address);
	if (strcmp(json_text(droplet, "status"), "new") != 0) {
		droplet_set_networks(sandbox, droplet, address);
		if (droplet_has(droplet, "ipv6"))
			droplet_set_ipv6(droplet);
	}
	if (!strcmp(json_text(droplet, "status"), "active"))
		agenda_add(sandbox->agenda, 0, droplet_start_host, strtoull(object->id, NULL, 10));
	store_put(sandbox->store, KIND_DROPLET, NULL, droplet, note);
}

void droplet_resume(struct sandbox *sandbox)
{
	for (size_t i = 0; sandbox->hosts && i < store_count(sandbox->store, KIND_DROPLET); i++)
		droplet_readdress(sandbox, store_at(sandbox->store, KIND_DROPLET, i));
}
