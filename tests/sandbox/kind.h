#ifndef SANDBOX_KIND_H
#define SANDBOX_KIND_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct object;
struct request;
struct sandbox;

/*
 * A kind of resource is a row of the table in kind.c: its path, the keys of its answers, what may be
 * done with it, and hooks for what a table cannot say. rest.c serves every kind from its row.
 */

/* The kinds that other code names; the table holds more of them, which need no name. */
enum kind_name {
	KIND_REGION,
	KIND_SIZE,
	KIND_IMAGE,
	KIND_KEY,
	KIND_TAG,
	KIND_SNAPSHOT,
	KIND_DROPLET,
	KIND_ACTION,
	KIND_VPC,
	KIND_VOLUME,
	KIND_DESTRUCTION,
	KIND_POOL,
	KIND_POOL_EVENT,
	KIND_NAMED /* the unnamed ones follow */
};

enum identity {
	IDENTITY_UUID,	 /* made here */
	IDENTITY_NUMBER, /* made here, counting up from `first_number` */
	IDENTITY_GIVEN,	 /* the client's: a name, an address */
};

enum verb {
	VERB_LIST = 1,
	VERB_GET = 2,
	VERB_CREATE = 4,
	VERB_PUT = 8,
	VERB_PATCH = 16,
	VERB_DELETE = 32,
	VERB_ALL = 63,
};

struct filter {
	const char *parameter;
	bool (*matches)(const struct object *object, const char *value);
	const char *fallback; /* the value when the parameter is not given; NULL: no filter then */
};

enum { KIND_FILTERS = 4, KIND_REQUIRED = 6 };

struct kind {
	const char *path; /* of the collection; a `*` is the object it belongs to */
	const char *list_key;
	const char *object_key; /* NULL: the object is the whole answer */
	const char *id_key;
	const char *alias_key; /* a second key that finds it: slug, fingerprint */
	enum identity identity;
	double first_number;
	unsigned verbs;
	unsigned create_status; /* 201 when 0 */
	unsigned remove_status; /* 204 when 0; another answers with the object that was */
	bool newest_first;
	const char *required[KIND_REQUIRED]; /* keys that a create must carry */
	const char *defaults;		     /* JSON: what a new object has besides */
	struct filter filters[KIND_FILTERS];

	/* What objects are told apart by in filters, besides their name and tags. */
	const char *(*trait)(const cJSON *object, const cJSON *note);

	/*
	 * The hooks of a request. Each may refuse by answering with an error and returning false.
	 * `list`: is the query sound; `create`: complete `object`, which is a copy of the body;
	 * `update`: `object` has taken the body's members over; `remove`: before it goes.
	 */
	bool (*list)(struct request *request);
	bool (*create)(struct request *request, cJSON *object);
	bool (*update)(struct request *request, cJSON *object);
	bool (*remove)(struct request *request, const struct object *object);

	/* For what is counted when asked, not kept; called for each answer. */
	void (*render)(struct sandbox *sandbox, const struct object *object, cJSON *tree);
};

const struct kind *kind_at(unsigned kind);
unsigned kind_count(void);

#endif
