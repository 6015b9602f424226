#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "changing.h"
#include "cleanup.h"
#include "clock.h"
#include "collection.h"
#include "memory.h"

/* Which of the objects that are there may a create have made? What create.c asks before its first POST, and after a lost one. */

/* Which of the keys that name this kind does the body set? NULL when the API chooses the name. */
static const char *naming_key(const struct resource *resource, const struct json *body)
{
	if (json_get_string(body, "name") != NULL)
		return "name";
	for (size_t i = 0; i < 2 && resource->name_keys[i] != NULL; i++)
		if (json_get_string(body, resource->name_keys[i]) != NULL)
			return resource->name_keys[i];
	return NULL;
}

static bool is_equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Could the plan's POST have made this object, by its name? */
static bool has_name(
	const struct changes *changes, const struct change_plan *plan, const struct json *object)
{
	const struct json *body = plan->steps[0].body;
	const char *key = naming_key(changing_resource(changes, plan), body);

	if (key == NULL)
		return true; /* every new one might be it: `known` has to have them all */
	return is_equal(json_get_string(body, key), json_get_string(object, key));
}

static bool has_tag(const struct json *object, const char *tag)
{
	for (const struct json *at = json_first(json_get(object, "tags")); at != NULL;
		at = json_next(at))
		if (is_equal(json_string(at), tag))
			return true;
	return false;
}

static bool is_known(const struct json *known, const char *id)
{
	for (const struct json *at = json_first(known); at != NULL; at = json_next(at))
		if (is_equal(json_string(at), id))
			return true;
	return false;
}

struct json *candidates_ids(const struct changes *changes, const struct change_plan *plan,
	const struct snapshot *snapshot)
{
	const struct json *body = plan->steps[0].body;
	const char *directory = changing_resource(changes, plan)->name_keys[0];
	const char *key = naming_key(changing_resource(changes, plan), body);
	CLEANUP_FREE char *base = is_equal(key, directory) ? name_encode(json_get_string(body, key))
							   : NULL;
	struct json *known = json_array();

	for (size_t i = 0; i < snapshot->count; i++) {
		const struct object *object = snapshot->by_id[i];

		/* Ten thousand objects are not parsed to learn what their names say already. */
		if (base != NULL && strcmp(object->base, base) != 0)
			continue;
		CLEANUP_JSON struct json *json = json_parse(object->text, object->length, NULL);
		if (has_name(changes, plan, json))
			json_add_string(known, NULL, object->id);
	}
	/* One of that name was destroyed a moment ago: a listing that lags would show it as the new one. */
	cache_gone(changes->cache, plan->resource, known);
	return known;
}

/*
 * Only docloud with this journal makes droplets with its tag, and what it makes is put into the cache at
 * once: a listing of any age knows all of them. Of other kinds another tool may have made one since; but of
 * what stands in the object above it, as a cluster's databases do, a name is given once, and is no question.
 */
struct json *create_known(struct changes *changes, const struct change_plan *plan)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;

	if ((plan->resource != changes->droplets &&
		    changing_resource(changes, plan)->within == NULL) ||
		cache_peek(changes->cache, plan->resource, &snapshot) != 0 || snapshot->remembered)
		return NULL;
	return candidates_ids(changes, plan, snapshot);
}

int candidates_list(struct changes *changes, const struct change_plan *plan, struct snapshot **ret,
	struct error *err)
{
	struct resource resource = *changing_resource(changes, plan);
	struct intern *slots = intern_create(INTERN_NONE);
	CLEANUP_FREE char *query = NULL;

	resource.parts[0].name = NULL; /* ids are all that counts here */
	if (plan->resource == changes->droplets) {
		const char *name = json_get_string(plan->steps[0].body, "name");
		CLEANUP_FREE char *escaped = http_escape(name != NULL ? name : plan->name);
		query = xasprintf("name=%s", escaped);
		resource.queries[0] = query;
		/*
		 * The list leaves out GPU droplets unless it is asked for nothing else; and what was
		 * sent first may have been one, whatever is asked for now.
		 */
		resource.queries[1] = "type=gpus";
		resource.queries[2] = NULL;
	}
	int rc = collection_fetch(changes->http, changing_priority(changes, plan), &resource, slots,
		NULL, clock_ms() + changes->timeout_ms, ret, err);
	intern_destroy(slots);
	return rc;
}

/*
 * Where an object has what its body named, of what decides which one it is; the first that is there. A droplet has its
 * image by its slug, which it may have lost since, or by its id.
 */
static const struct {
	const char *key, *has[3], *has_number;
} parts[] = {
	{"size", {"size_slug", "size/slug", "size"}, NULL},
	{"region", {"region/slug", "region"}, NULL},
	{"region_slug", {"region_slug"}, NULL},
	{"image", {"image/slug"}, "image/id"},
	{"droplet_id", {"droplet/id"}, NULL},
	{"type", {"type"}, NULL},
	{"data", {"data"}, NULL},
	{"priority", {"priority"}, NULL},
	{"weight", {"weight"}, NULL},
	{"port", {"port"}, NULL},
	{"flags", {"flags"}, NULL},
	{"tag", {"tag"}, NULL},
	{"engine", {"engine"}, NULL},
	{"ip_range", {"ip_range"}, NULL},
	{"size_gigabytes", {"size_gigabytes"}, NULL},
	{"size_gib", {"size_gib"}, NULL},
};

/* "" for what is not there, and for what is more than one value. */
static char *scalar(const struct json *json, const char *path)
{
	const struct json *value = json_get(json, path);
	enum json_type type = json_type(value);

	return type == JSON_OBJECT || type == JSON_ARRAY ? xstrdup("") : json_text(value);
}

/* What the object has in that part's place, as the body says it. */
static char *its_part(const struct json *object, size_t part, const char *wanted)
{
	char *its = NULL;

	if (parts[part].has_number != NULL && wanted[strspn(wanted, "0123456789")] == '\0')
		return scalar(object, parts[part].has_number);
	for (size_t i = 0; i < 3 && parts[part].has[i] != NULL && (its == NULL || its[0] == '\0');
		i++) {
		free(its);
		its = scalar(object, parts[part].has[i]);
	}
	return its;
}

/* As the API may write it: a domain's name without the dot at its end, or as @ where it is the zone's, an address shortened. */
static bool is_alike(const char *wanted, const char *its)
{
	size_t length = strlen(wanted), its_length = strlen(its);
	struct in6_addr a, b;

	if (strcmp(wanted, "@") == 0 || strcmp(its, "@") == 0)
		return true;
	if (inet_pton(AF_INET6, wanted, &a) == 1 && inet_pton(AF_INET6, its, &b) == 1)
		return memcmp(&a, &b, sizeof a) == 0;
	length -= length > 0 && wanted[length - 1] == '.';
	its_length -= its_length > 0 && its[its_length - 1] == '.';
	return length == its_length && strncasecmp(wanted, its, length) == 0;
}

/* Is the object another one than the body asks for? err then says in what, and what to do. */
static bool is_other(const struct change_plan *plan, const struct json *object, struct error *err)
{
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		CLEANUP_FREE char *wanted = scalar(plan->steps[0].body, parts[i].key);
		CLEANUP_FREE char *its = its_part(object, i, wanted);

		if (wanted[0] == '\0' || its[0] == '\0' || is_alike(wanted, its))
			continue;
		error_set(err, EEXIST,
			"an earlier request, whose answer was lost, has made %s with the %s %s "
			"instead of %s: use that one, or `rmdir` it and write the spec again",
			plan->name, parts[i].key, its, wanted);
		return true;
	}
	return false;
}

/* Only a droplet shows whose it is, so that it is ours though it is another one than is asked for now. */
static bool is_ours(const struct changes *changes, const struct change *change,
	const struct object *object, const struct json *json)
{
	const struct change_plan *plan = &change->plan;

	return has_name(changes, plan, json) && !is_known(change->known, object->id) &&
	       (plan->resource == changes->droplets ? has_tag(json, changes->tag)
						    : !is_other(plan, json, NULL));
}

/* Claim the object, if no other create has, and show it. */
static bool claim(struct changes *changes, struct change *change, const struct object *object,
	const struct json *json)
{
	if (!changing_claim(changes, change, object->id))
		return false;
	cache_put(changes->cache, change->plan.resource, json);
	return true;
}

int candidate_look(struct changes *changes, struct change *change, struct error *err)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	int rc = candidates_list(changes, &change->plan, &snapshot, err);
	bool droplet = change->plan.resource == changes->droplets;

	if (rc != 0)
		return rc;
	/* One that is as it was asked for, and else one that was asked for before that. */
	for (int other = 0; other <= droplet; other++) {
		for (size_t i = 0; i < snapshot->count; i++) {
			const struct object *object = snapshot->by_id[i];
			CLEANUP_JSON struct json *json = json_parse(
				object->text, object->length, NULL);
			struct error difference = {0};

			if (!is_ours(changes, change, object, json) ||
				is_other(&change->plan, json, &difference) != other ||
				!claim(changes, change, object, json))
				continue;
			return other ? error_move(err, &difference) : 1;
		}
	}
	return 0;
}

/* Did a create that failed, and of which it is not known whether it made something, make this? Its ticket, or 0. Under lock. */
static int64_t unsure_maker(const struct changes *changes, unsigned resource,
	const struct object *object, const struct json *json)
{
	const struct change *change;

	TAILQ_FOREACH(change, &changes->tickets.ended, ticket.turn)
	{
		if (change->plan.kind == CHANGE_CREATE && change->plan.resource == resource &&
			change->state.phase == CHANGE_FAILED && change->unsure &&
			is_ours(changes, change, object, json))
			return change->ticket.number;
	}
	return 0;
}

void candidate_leaves(struct changes *changes, unsigned resource, const struct object *object)
{
	CLEANUP_JSON struct json *json = json_parse(object->text, object->length, NULL);
	int64_t ticket;

	do {
		pthread_mutex_lock(&changes->lock);
		ticket = unsure_maker(changes, resource, object, json);
		pthread_mutex_unlock(&changes->lock);
		if (ticket != 0)
			change_forget(changes, ticket);
	} while (ticket != 0);
}

void candidate_tell_twin(struct changes *changes, const struct change *change, struct error *err)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;

	if (candidates_list(changes, &change->plan, &snapshot, NULL) != 0)
		return;
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct object *object = snapshot->by_id[i];
		CLEANUP_JSON struct json *json = json_parse(object->text, object->length, NULL);

		if (strcmp(object->id, change->state.id) == 0 ||
			!is_ours(changes, change, object, json) ||
			changing_is_claimed(changes, change, object->id))
			continue;
		cache_put(changes->cache, change->plan.resource, json);
		error_set(err, EEXIST,
			"%s was made twice: a request that had no answer in time took effect after "
			"all. It is %s; the other one is %s: remove that",
			change->plan.name, change->state.id, object->id);
	}
}
