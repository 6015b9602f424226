#ifndef DOCLOUD_SPEC_H
#define DOCLOUD_SPEC_H

#include "api/snapshot.h"
#include "kind.h"
#include "provision/text.h"

/*
 * What defines an object: `key = value` lines, or a JSON or YAML object with the API's keys. Parsed and checked against the
 * table of its kind and an inventory; every mistake is named in one message. Knows no mount: what it has to look up, it
 * asks its world for.
 */
struct spec_world {
	/* The listing of a kind, to be released; errors as cache_get(). */
	int (*list)(void *context, unsigned kind, struct snapshot **ret, struct error *err);
	/* EINVAL when a stack is wrong; at_boot: or gives a secret to the user data. NULL: not checked. */
	int (*check_stack)(void *context, const char *text, bool at_boot, struct error *err);
	void *context;
};

/* More is not read. */
#define SPEC_MAX (256u << 10)

struct spec_value {
	const struct spec_key *key;
	unsigned line;		/* 0: of a JSON text */
	char *text;		/* a single value as written; NULL for a list or object of JSON */
	bool literal;		/* text came out of JSON: quotes in it are its own */
	const struct json *raw; /* of JSON */
	struct json *json;	/* as the API takes it; NULL: nothing, or wrong */
	struct json *target;	/* the object that a reference names */
	bool wrong;
};

struct spec {
	struct spec_world world;
	const struct kind *kind;
	const char *name;	   /* of the object's directory; borrowed, as object */
	const struct json *object; /* as it is now; NULL: it is to be created */
	char *text;		   /* without a byte order mark */
	struct json *whole;	   /* the text, when it is JSON */
	struct spec_value *values;
	size_t count;
	struct text wrong; /* the mistakes, "; " between them */
	unsigned
		item_line; /* of the list whose items are being read: mistakes of their members are told as of it */
	bool partial;
	bool more; /* lines of a secret were met, and told of */
};

/*
 * Parse and check. partial: more may come; lines that are complete are checked, and nothing is said of what is missing
 * (JSON and YAML are not looked at). An empty text is empty values here. EFBIG beyond SPEC_MAX; EINVAL with all mistakes, the
 * errors of check_spec(), or those of the world. *ret is set when it returns 0 only. Without a world the text is taken
 * apart and nothing of it checked.
 */
int spec_parse(const struct spec_world *world, const struct kind *kind, const char *name,
	const struct json *object, const char *text, size_t length, bool partial, struct spec **ret,
	struct error *err);
void spec_free(struct spec *spec);
#define CLEANUP_SPEC __attribute__((cleanup(spec_cleanup)))
static inline void spec_cleanup(struct spec **spec)
{
	spec_free(*spec);
}

/* The value of a key as the API takes it; NULL when the text does not say or it was wrong. */
const struct json *spec_get(const struct spec *spec, const char *key);
/* The object that a reference names; NULL as above. */
const struct json *spec_target(const struct spec *spec, const char *key);
/* The stack in it, borrowed; NULL when there is none. */
const char *spec_stack(const struct spec *spec);
/* In spec_body.c: the body of a create, or of the update of what is there: with PUT what the spec does not say stays, with PATCH it is not
 * in it. */
struct json *spec_body(const struct spec *spec);
/* The same for an update that only renames; NULL of a kind whose name is none of its keys. */
struct json *spec_rename_body(const struct kind *kind, const struct json *object, const char *name);

/* Is that as good as not said: null, "", []? */
bool spec_is_nothing(const struct json *value);

/* In spec_value.c: what an object shows as the present value of a key; NULL: nothing. */
const struct json *spec_shown(const struct spec_key *key, const struct json *object);

/* For check_spec(): one mistake more, on the line of that key. */
void spec_wrong(struct spec *spec, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A word as JSON: numbers and truths by their looks, unless it was quoted. */
struct json *spec_word(const char *text, bool quoted);
/* In spec_value.c: from what was written to what the API takes. Mistakes are noted; a negative errno only when they
 * could not be told. */
int spec_convert(struct spec *spec, struct spec_value *value, struct error *err);

/* In spec_item.c: an item of a list whose key has members, as words or as JSON, is added to the list, as several where it
 * says several. As spec_convert(). */
int spec_item(struct spec *spec, const struct spec_key *key, const char *words, struct json *list,
	struct error *err);
int spec_item_json(struct spec *spec, const struct spec_key *key, const struct json *item,
	struct json *list, struct error *err);
/* The words for an item, freed by the caller. */
char *spec_item_words(const struct spec_key *key, const struct json *item);

#endif
