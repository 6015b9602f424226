#ifndef DOCLOUD_ITEMS_H
#define DOCLOUD_ITEMS_H

#include <stddef.h>

#include "json.h"
#include "snapshot.h"

/*
 * The items of a list in an answer, `{"droplets":[…],"links":…}`, one after another. An object of an earlier listing whose
 * text stands there byte by byte is that object, and nothing is parsed: of 10,000 droplets of which ten changed, ten are.
 */
struct known;

/* The objects of a snapshot (NULL: none) by their texts; borrows them. */
struct known *known_create(const struct snapshot *snapshot);
void known_destroy(struct known *known);

struct item {
	struct object *known;	 /* borrowed; or NULL, and then: */
	const struct json *json; /* valid until the next item is asked for */
	const char *text;	 /* as it came, of length bytes; NULL where that is not at hand */
	size_t length;
};

struct items {
	const struct known *known;
	const char *body, *at, *end; /* at: of the next item; NULL once there is none */
	size_t length;		     /* of body */
	struct json *whole;	     /* the answer, parsed, where it does not begin as above */
	struct json_room *room;	     /* where items are parsed */
	struct json *rest;
	const struct json *next; /* in whole */
};

/*
 * 0, and items_finish() when done with it; -EINVAL as json_parse() for what is no JSON; -EBADMSG, without a sentence, for an
 * answer that has no such list. null is a list without items.
 */
int items_begin(struct items *items, const char *body, size_t length, const char *key,
	const struct known *known, struct error *err);
/* 1 and an item, 0 at the end, -EINVAL as json_parse(). */
int items_next(struct items *items, struct item *ret, struct error *err);
/* After the end: what else the answer says, its links and meta. Borrowed. */
const struct json *items_rest(const struct items *items);
void items_finish(struct items *items);

#endif
