#ifndef SANDBOX_TEMPLATE_H
#define SANDBOX_TEMPLATE_H

#include "identity.h"

#include <cjson/cJSON.h>

struct sandbox;

/*
 * JSON with blanks, and with apostrophes for quotation marks. In a text `${NAME}` is filled in; a text that is `$NAME` as a whole becomes the
 * value itself, whatever its type.
 *
 * A name is one of: now, later (in a year), uuid, secret (the same within one filling), random, ipv4,
 * ipv6; `owner.KEY` of the object that this one belongs to; `=KIND`, the id of the newest object of
 * that kind, `^KIND` of the oldest; else a member of the object, by its path.
 */
struct blanks {
	const struct sandbox *sandbox;
	const cJSON *object; /* NULL: none */
	const cJSON *owner;  /* NULL: none */
	char uuid[UUID_SIZE];
	char secret[33];
};

void blanks_init(struct blanks *blanks, const struct sandbox *sandbox, const cJSON *object,
	const cJSON *owner);

/* The whole template, filled. */
cJSON *template_fill(const struct blanks *blanks, const char *text);

/* Adds to `object`, which is the blanks' own, what the template has and it lacks. */
void template_complete(const struct blanks *blanks, cJSON *object, const char *text);

#endif
