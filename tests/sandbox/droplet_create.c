#include "droplet.h"

#include "action.h"
#include "hosts.h"
#include "identity.h"
#include "json.h"
#include "kind.h"
#include "request.h"
#include "sandbox.h"
#include "shape.h"
#include "store.h"
#include "tag.h"
#include "volume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MOST = 10, NAME_MOST = 255, USER_DATA_MOST = 64 << 10 };

static const char droplet_shape[] =
	"name:s names:[s] region:s size:s image:x ssh_keys:[x] tags:[s] volumes:[s] vpc_uuid:s "
	"user_data:s backups:b ipv6:b monitoring:b private_networking:b with_droplet_agent:b "
	"backup_policy:{plan:s weekday:s hour:i}";

/* What a create asks for, found: the trees are the order's. */
struct order {
	struct request *request;
	const cJSON *body;
	const cJSON *tags;
	cJSON *region;
	cJSON *size;
	cJSON *image;
	cJSON *keys; /* public keys */
	const char *vpc;
	const char *pool; /* whose member it will be; NULL: of none */
};

static void order_finish(struct order *order)
{
	cJSON_Delete(order->region);
	cJSON_Delete(order->size);
	cJSON_Delete(order->image);
	cJSON_Delete(order->keys);
}

bool droplet_check_name(struct request *request, const char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
	size_t length = name ? strlen(name) : 0;

	if (!length)
		return answer_error(request, 422, "Name can't be blank");
	if (length > NAME_MOST)
		return answer_error(request, 422, "Name is too long (maximum is 255 characters)");
	if (name[strspn(name, allowed)] || strchr(".-", name[length - 1]))
		return answer_error(request, 422,
			"Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and "
			"-)");
	return true;
}

cJSON *droplet_find_size(struct request *request, const char *slug, const char *region)
{
	cJSON *size = slug ? store_read(request->sandbox->store, KIND_SIZE, slug) : NULL;

	if (size && json_true(size, "available") &&
		(!region ||
			json_array_has(cJSON_GetObjectItemCaseSensitive(size, "regions"), region)))
		return size;
	if (!size)
		answer_error(request, 422, "You specified an invalid size for Droplet creation.");
	else
		answer_error(request, 422, "Size is not available in this region.");
	cJSON_Delete(size);
	return NULL;
}

cJSON *droplet_find_image(struct request *request, const cJSON *name, const char *region)
{
	char id[128];
	cJSON *image;

	json_scalar(name, id, sizeof(id));
	image = store_read(request->sandbox->store, KIND_IMAGE, id);
	if (image && (!region || json_array_has(cJSON_GetObjectItemCaseSensitive(image, "regions"),
					 region)))
		return image;
	if (!image)
		answer_error(request, 422, "You specified an invalid image for Droplet creation.");
	else
		answer_error(
			request, 422, "The image you specified is not available in this region.");
	cJSON_Delete(image);
	return NULL;
}

/* The region of that slug, or the first that begins so (`nyc`), takes droplets and has the size. */
static cJSON *order_find_region(const struct order *order, const char *wanted)
{
	const struct store *store = order->request->sandbox->store;
	const char *size = json_text(order->body, "size");
	size_t length = strlen(wanted);

	for (size_t i = 0; i < store_count(store, KIND_REGION); i++) {
		cJSON *region = cJSON_Parse(store_at(store, KIND_REGION, i)->text);
		const char *slug = json_text(region, "slug");
		bool exact = !strcmp(slug, wanted);

		if (json_true(region, "available") && !strncmp(slug, wanted, length) &&
			(exact || (size && json_array_has(cJSON_GetObjectItemCaseSensitive(
								  region, "sizes"),
						   size))))
			return region;
		cJSON_Delete(region);
		if (exact) {
			answer_error(order->request, 422, "Region is not available");
			return NULL;
		}
	}
	answer_error(order->request, 422, "You specified an invalid region for Droplet creation.");
	return NULL;
}

static bool order_find_place(struct order *order)
{
	const cJSON *region = cJSON_GetObjectItemCaseSensitive(order->body, "region");
	const char *slug;

	order->region = order_find_region(order, cJSON_IsString(region) ? region->valuestring : "");
	if (!order->region)
		return false;
	slug = json_text(order->region, "slug");
	order->size = droplet_find_size(order->request, json_text(order->body, "size"), slug);
	if (!order->size)
		return false;
	order->image = droplet_find_image(
		order->request, cJSON_GetObjectItemCaseSensitive(order->body, "image"), slug);
	if (!order->image)
		return false;
	if (json_number(order->image, "min_disk_size", 0) > json_number(order->size, "disk", 0))
		return answer_error(
			order->request, 422, "The image needs a larger disk than this size has.");
	return true;
}

static bool order_find_keys(struct order *order)
{
	const cJSON *keys = cJSON_GetObjectItemCaseSensitive(order->body, "ssh_keys"), *item;
	char id[128];

	order->keys = cJSON_CreateArray();
	cJSON_ArrayForEach(item, keys)
	{
		JSON_AUTO *key = NULL;

		json_scalar(item, id, sizeof(id));
		key = store_read(order->request->sandbox->store, KIND_KEY, id);
		if (!key)
			return answer_error(order->request, 422,
				"%s are invalid key identifiers for Droplet creation.", id);
		json_array_add(order->keys, json_text(key, "public_key"));
	}
	return true;
}

static bool order_check_tags(struct order *order)
{
	const cJSON *tag;

	order->tags = cJSON_GetObjectItemCaseSensitive(order->body, "tags");
	cJSON_ArrayForEach(tag, order->tags)
	{
		if (!cJSON_IsString(tag) || !tag_valid(tag->valuestring))
			return answer_error(order->request, 422,
				"Tag names may only contain letters, numbers, colons, dashes, and "
				"underscores.");
	}
	return true;
}

/* The VPC that was asked for, which must be of the region, or the region's default. */
static bool order_find_vpc(struct order *order)
{
	const struct store *store = order->request->sandbox->store;
	const char *wanted = json_text(order->body, "vpc_uuid");
	const char *slug = json_text(order->region, "slug");

	for (size_t i = 0; i < store_count(store, KIND_VPC); i++) {
		const struct object *object = store_at(store, KIND_VPC, i);
		JSON_AUTO *vpc = cJSON_Parse(object->text);

		if (strcmp(json_text(vpc, "region"), slug) != 0)
			continue;
		if (wanted && *wanted ? !strcmp(object->id, wanted) : json_true(vpc, "default"))
			order->vpc = object->id;
	}
	if (wanted && *wanted && !order->vpc)
		return answer_error(order->request, 422, "Failed to resolve VPC");
	return true;
}

static bool order_check_rest(struct order *order, int count)
{
	const struct sandbox *sandbox = order->request->sandbox;
	const char *user_data = json_text(order->body, "user_data");
	const cJSON *volumes = cJSON_GetObjectItemCaseSensitive(order->body, "volumes");

	if (user_data && strlen(user_data) > USER_DATA_MOST)
		return answer_error(
			order->request, 422, "User data is too long (maximum is 64 KiB)");
	if (cJSON_GetArraySize(volumes) && count > 1)
		return answer_error(
			order->request, 422, "A volume can be attached to one Droplet.");
	if (!volumes_check(order->request, volumes, json_text(order->region, "slug")))
		return false;
	if (store_count(sandbox->store, KIND_DROPLET) + (size_t)count >
		sandbox->options->droplet_limit)
		return answer_error(order->request, 422,
			"creating this/these droplet(s) will exceed your droplet limit");
	return true;
}

/* All that the body names; false after an error. `count`: how many droplets it is to be. */
static bool order_find(struct order *order, int count)
{
	return shape_check(order->request, droplet_shape, order->body) && order_find_place(order) &&
	       order_find_keys(order) && order_check_tags(order) && order_find_vpc(order) &&
	       order_check_rest(order, count);
}

static cJSON *order_build(const struct order *order, const char *name)
{
	static const char *const asked[] = {"backups", "ipv6", "monitoring"};
	cJSON *droplet = cJSON_CreateObject(), *features = cJSON_CreateArray();
	const cJSON *volumes = cJSON_GetObjectItemCaseSensitive(order->body, "volumes");
	char now[STAMP_SIZE];

	identity_now(now);
	json_set_number(
		droplet, "id", store_next_number(order->request->sandbox->store, KIND_DROPLET));
	json_set_text(droplet, "name", name);
	droplet_set_size(droplet, order->size, true);
	json_set_bool(droplet, "locked", true);
	json_set_text(droplet, "status", "new");
	json_set_text(droplet, "kernel", NULL);
	json_set_text(droplet, "created_at", now);
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++)
		if (json_true(order->body, asked[i]))
			json_array_add(features, asked[i]);
	if (!cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(order->body, "with_droplet_agent")))
		json_array_add(features, "droplet_agent");
	json_array_add(features, "private_networking");
	json_set(droplet, "features", features);
	json_set(droplet, "backup_ids", cJSON_CreateArray());
	json_set(droplet, "next_backup_window",
		droplet_backup_window(json_true(order->body, "backups")));
	json_set(droplet, "snapshot_ids", cJSON_CreateArray());
	json_set(droplet, "image", cJSON_Duplicate(order->image, true));
	json_set(droplet, "volume_ids",
		cJSON_IsArray(volumes) ? cJSON_Duplicate(volumes, true) : cJSON_CreateArray());
	json_set(droplet, "networks", cJSON_Parse("{\"v4\":[],\"v6\":[]}"));
	json_set(droplet, "region", cJSON_Duplicate(order->region, true));
	json_set(droplet, "tags",
		cJSON_IsArray(order->tags) ? cJSON_Duplicate(order->tags, true)
					   : cJSON_CreateArray());
	json_set_text(droplet, "vpc_uuid", order->vpc ? order->vpc : "");
	return droplet;
}

/* What is to be known later and is not shown: for the host, and for the backups. */
static cJSON *order_note(const struct order *order, const cJSON *droplet)
{
	cJSON *note = cJSON_CreateObject();
	struct sandbox *sandbox = order->request->sandbox;
	const cJSON *policy = cJSON_GetObjectItemCaseSensitive(order->body, "backup_policy");
	char address[HOSTS_ADDRESS_SIZE];

	json_set(note, "keys", cJSON_Duplicate(order->keys, true));
	json_set_text(note, "user_data", json_text(order->body, "user_data"));
	if (order->pool)
		json_set_text(note, "pool", order->pool);
	if (policy)
		json_set(note, "backup_policy", cJSON_Duplicate(policy, true));
	if (sandbox->hosts &&
		hosts_reserve(sandbox->hosts, (uint64_t)json_number(droplet, "id", 0), address))
		json_set_text(note, "address", address);
	return note;
}

/* Makes one droplet and adds it and its action to the answer. */
static void order_place(
	const struct order *order, const char *name, cJSON *droplets, cJSON *actions)
{
	struct sandbox *sandbox = order->request->sandbox;
	cJSON *droplet = order_build(order, name), *link = cJSON_CreateObject();
	JSON_AUTO *note = order_note(order, droplet);
	char href[96], id[32];
	double action;

	snprintf(id, sizeof(id), "%.0f", json_number(droplet, "id", 0));
	store_put(sandbox->store, KIND_DROPLET, NULL, droplet, note);
	volumes_attach(sandbox, cJSON_GetObjectItem(droplet, "volume_ids"), strtod(id, NULL));
	action = action_start(
		sandbox, &(struct action_order){
				 .type = "create",
				 .kind = KIND_DROPLET,
				 .id = id,
				 .region = json_text(order->region, "slug"),
				 .milliseconds = (uint64_t)(sandbox->options->boot_seconds * 1000),
			 });
	snprintf(href, sizeof(href), "%s/v2/actions/%.0f", order->request->base, action);
	json_set_number(link, "id", action);
	json_set_text(link, "rel", "create");
	json_set_text(link, "href", href);
	cJSON_AddItemToArray(actions, link);
	cJSON_AddItemToArray(droplets, droplet);
}

static void order_place_all(const struct order *order, const cJSON *names)
{
	cJSON *answer = cJSON_CreateObject(), *links = cJSON_CreateObject();
	cJSON *droplets = cJSON_CreateArray(), *actions = cJSON_CreateArray();
	const cJSON *name;

	tag_ensure(order->request->sandbox, order->tags);
	cJSON_ArrayForEach(name, names)
	{
		order_place(order, name->valuestring, droplets, actions);
	}
	if (cJSON_HasObjectItem(order->body, "names")) {
		json_set(answer, "droplets", droplets);
	} else {
		json_set(answer, "droplet", cJSON_DetachItemFromArray(droplets, 0));
		cJSON_Delete(droplets);
	}
	json_set(links, "actions", actions);
	json_set(answer, "links", links);
	answer_tree(order->request, 202, answer);
}

/* The names asked for, always as a list; NULL after an error. */
static cJSON *order_names(struct request *request)
{
	const cJSON *names = cJSON_GetObjectItemCaseSensitive(request->body, "names"), *name;
	cJSON *list = names ? cJSON_Duplicate(names, true) : cJSON_CreateArray();
	bool sound = true;

	if (!names)
		cJSON_AddItemToArray(
			list, cJSON_CreateString(json_text(request->body, "name")
							 ? json_text(request->body, "name")
							 : ""));
	if (!cJSON_IsArray(list) || !cJSON_GetArraySize(list))
		sound = answer_error(request, 422, "Name can't be blank");
	else if (cJSON_GetArraySize(list) > NAMES_MOST)
		sound = answer_error(
			request, 422, "You can only create up to 10 Droplets at a time.");
	cJSON_ArrayForEach(name, list)
	{
		sound = sound && droplet_check_name(request, cJSON_GetStringValue(name));
	}
	if (sound)
		return list;
	cJSON_Delete(list);
	return NULL;
}

void droplet_create(struct request *request, unsigned kind)
{
	struct order order = {.request = request, .body = request->body};
	JSON_AUTO *names = NULL;

	(void)kind;
	if (!cJSON_IsObject(request->body)) {
		answer_error(request, 400, "The request's body must be a JSON object.");
		return;
	}
	names = order_names(request);
	if (names && order_find(&order, cJSON_GetArraySize(names)))
		order_place_all(&order, names);
	order_finish(&order);
}

bool droplet_check(struct request *request, const cJSON *body)
{
	struct order order = {.request = request, .body = body};
	bool found = order_find(&order, 0);

	order_finish(&order);
	return found;
}

bool droplet_make(struct request *request, const cJSON *body, const char *name, const char *pool)
{
	struct order order = {.request = request, .body = body, .pool = pool};
	JSON_AUTO *droplets = cJSON_CreateArray();
	JSON_AUTO *actions = cJSON_CreateArray();
	bool found = order_find(&order, 1);

	if (found) {
		tag_ensure(request->sandbox, order.tags);
		order_place(&order, name, droplets, actions);
	}
	order_finish(&order);
	return found;
}
