#include "events_links.h"

#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "node.h"
#include "relation.h"

/* One relation of one kind (`side` has its directories), seen from an object at either end. */
struct link {
	const struct links_events *events;
	unsigned side;
	unsigned entry; /* the relation's number */
	struct object *object;
};

static void tell_dir(const struct link *link, const struct object *whose, const char *name)
{
	const struct events_target *target = link->events->target;
	struct node dir = {.kind = (uint8_t)link->side,
		.type = NODE_LINKS,
		.slot = whose->slot,
		.entry = (uint16_t)link->entry};
	target->inode(target->context, node_pack(dir));
	if (name)
		target->entry(target->context, node_pack(dir), name);
}

/* The object's own directory shows what it names. */
static void tell_own(void *context, char *key)
{
	const struct link *link = context;
	const struct relation *relation = &kinds[link->side]->relations[link->entry];
	const struct snapshot *told = link->events->told[kind_find(relation->kind)];
	const struct object *target = told ? relation_target(told, key) : NULL;
	if (target)
		tell_dir(link, link->object, target->name);
	free(key);
}

/* What the object names has a directory that shows it. */
static void tell_named(void *context, char *key)
{
	const struct link *link = context;
	const struct snapshot *told = link->events->told[link->side];
	const struct object *whose = told ? snapshot_by_id(told, key) : NULL;
	if (whose)
		tell_dir(link, whose, link->object->name);
	free(key);
}

/* What names the object has. More than those, where the text is elsewhere in theirs, does no harm. */
static void tell_naming(const struct link *link)
{
	const struct snapshot *told = link->events->told[link->side];
	for (size_t i = 0; told && i < told->count; i++) {
		const struct object *whose = told->by_id[i];
		if (strstr(whose->text, link->object->id) ||
			strstr(whose->text, link->object->base))
			tell_dir(link, whose, link->object->name);
	}
}

static void tell_relation(struct link *link, unsigned kind, const struct json *json, bool listed)
{
	const struct relation *relation = &kinds[link->side]->relations[link->entry];
	if (relation->one || !relation->kind)
		return;
	bool to_us = strcmp(relation->kind, kinds[kind]->resource.name) == 0;
	if (link->side == kind) {
		tell_dir(link, link->object, NULL);
		if (relation->path)
			relation_named(
				json, relation, kinds[kind_find(relation->kind)], tell_own, link);
	}
	if (to_us && relation->back)
		relation_named(json, relation, kinds[link->side], tell_named, link);
	if (to_us && relation->path && listed)
		tell_naming(link);
}

void links_tell(
	const struct links_events *events, unsigned kind, struct object *object, bool listed)
{
	const struct json *json = object_parse(events->mount, object);
	for (unsigned side = 0; side < KINDS; side++) {
		const struct relation *relations = kinds[side]->relations;
		for (unsigned i = 0; relations && relations[i].name; i++) {
			struct link link = {events, side, i, object};
			tell_relation(&link, kind, json, listed);
		}
	}
}
