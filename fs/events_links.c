#include "events_links.h"

#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "node.h"
#include "relation.h"
#include "urn.h"

/* One relation of one kind (`side` has its links), seen from an object at either end. */
struct link {
	const struct links_events *events;
	unsigned side;
	unsigned entry; /* the relation's number */
	unsigned kind;	/* the object's */
	struct object *object;
};

static struct node node_of(
	const struct link *link, const struct object *whose, enum node_type type, uint32_t other)
{
	return (struct node){.kind = (uint8_t)link->side,
		.type = (uint8_t)type,
		.slot = whose->slot,
		.entry = type == NODE_OBJECT ? 0 : (uint16_t)link->entry,
		.other = other};
}

/* The relation of that object to what is shown: its one link, or the directory with the link in it. */
static void tell(const struct link *link, const struct object *whose, const struct object *shown)
{
	const struct events_target *target = link->events->target;
	struct forget *forget = link->events->forget;
	const struct relation *relation = &kinds[link->side]->relations[link->entry];
	if (relation->one) {
		for (uint32_t via = 0; via < 2; via++)
			forget_name(forget, node_pack(node_of(link, whose, NODE_OBJECT, via)),
				relation->name);
		return;
	}
	uint64_t dir = node_pack(node_of(link, whose, NODE_LINKS, 0));
	target->inode(target->context, dir);
	if (!shown)
		return;
	uint32_t other = shown->slot;
	if (!relation->kind) {
		CLEANUP_FREE char *urn = urn_of(kinds[link->kind], shown->id);
		other = intern_put(link->events->mount->words, urn);
	}
	forget_name(forget, dir, shown->name);
	forget_text(forget, node_pack(node_of(link, whose, NODE_LINKED, other)));
}

/* The object's own directory shows what it names. */
static void tell_own(void *context, char *key)
{
	const struct link *link = context;
	const struct relation *relation = &kinds[link->side]->relations[link->entry];
	const struct snapshot *told = link->events->told[kind_find(relation->kind)];
	const struct object *target = told ? relation_target(told, key) : NULL;
	if (target)
		tell(link, link->object, target);
	free(key);
}

/* What the object names has a directory that shows it. */
static void tell_named(void *context, char *key)
{
	const struct link *link = context;
	const struct snapshot *told = link->events->told[link->side];
	const struct object *whose = told ? snapshot_by_id(told, key) : NULL;
	if (whose)
		tell(link, whose, link->object);
	free(key);
}

/* What names the object has a link to it. More than those, where the text is elsewhere in theirs, does no harm. */
static void tell_naming(const struct link *link)
{
	const struct snapshot *told = link->events->told[link->side];
	for (size_t i = 0; told && i < told->count; i++) {
		const struct object *whose = told->by_id[i];
		if (strstr(whose->text, link->object->id) ||
			strstr(whose->text, link->object->base))
			tell(link, whose, link->object);
	}
}

static void tell_relation(struct link *link, const struct json *json, bool listed, bool own)
{
	const struct relation *relation = &kinds[link->side]->relations[link->entry];
	const struct kind *kind = kinds[link->kind];
	bool to_us = relation->kind ? strcmp(relation->kind, kind->resource.name) == 0
				    : kind->urn != NULL;
	if (link->side == link->kind) {
		if (own)
			tell(link, link->object, NULL);
		if (relation->path && relation->kind && !relation->one)
			relation_named(
				json, relation, kinds[kind_find(relation->kind)], tell_own, link);
	}
	if (to_us && relation->back)
		relation_named(json, relation, kinds[link->side], tell_named, link);
	if (to_us && relation->path && listed)
		tell_naming(link);
}

void links_tell(const struct links_events *events, unsigned kind, struct object *object,
	bool listed, bool own)
{
	const struct json *json = object_parse(events->mount, object);
	for (unsigned side = 0; side < KINDS; side++) {
		const struct relation *relations = kinds[side]->relations;
		for (unsigned i = 0; relations && relations[i].name; i++) {
			struct link link = {events, side, i, kind, object};
			tell_relation(&link, json, listed, own);
		}
	}
}
