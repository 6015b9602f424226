#ifndef SANDBOX_KIND_H
#define SANDBOX_KIND_H

#include "kinds/kinds.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct object;
struct request;
struct sandbox;

/*
 * A kind of resource is a file of tables in kinds/: what its objects are made of, what may be done
 * to them, what they have to do with others. rest.c serves every kind from its tables; a function of
 * its own is for what they cannot say.
 */

enum identity {
	IDENTITY_UUID,	 /* made here */
	IDENTITY_NUMBER, /* made here, counting up from `first_number` */
	IDENTITY_GIVEN,	 /* the client's, or its `create` hook's: a name, an address */
};

struct filter {
	const char *parameter;
	/* NULL: the value is that of the member of this name. */
	bool (*matches)(const struct object *object, const char *value);
	const char *fallback; /* the value when the parameter is not given; NULL: no filter then */
};

/* A word that is another one for a while: `status` is `creating`, then `online`. */
struct life {
	const char *path; /* "status", "status.state"; NULL: no such word */
	const char *at_first;
	const char *at_last;
	double effort; /* how long it takes, in boots of a droplet */
};

/* What becomes of an object that names another one when that goes. */
enum release {
	RELEASE_DROP,	/* it names it no longer */
	RELEASE_REMOVE, /* it goes, too */
	RELEASE_REFUSE, /* the other one cannot go */
};

struct reference {
	const char *path; /* "droplet_ids", "droplet.id", "vpcs.vpc_uuid"; lists are gone through */
	enum kind_name target;
	enum release release;
	unsigned status; /* of a refusal */
	const char *message;
};

/* One operation of the API, as the document has it. */
struct operation {
	const char *method;
	const char
		*path; /* with its parameters in braces; their values are the request's arguments */
	const char *scopes; /* that the token must have, separated by spaces; NULL: none */
	unsigned status;    /* of a success */
	void (*handle)(struct request *request, unsigned kind);
	const char
		*body;	 /* what must be in the request's, in the words of shape.h; NULL: nothing */
	const char *key; /* what the answer is the value of, where it is not the kind's own key */
	const char *text; /* for the handler: a template of JSON (template.h), mostly */
	struct life life; /* what it sets going */
	const char
		*needs; /* what an object that the path names must be: "database.engine=pg|mysql" */
	const char *sample; /* a body that is right, where `body` alone does not say enough */
};

enum { KIND_FILTERS = 6, KIND_REFERENCES = 8 };

struct kind {
	const char
		*path; /* of the collection, or a name of its own: how it is told in --state=DIR */
	const char *list_key;
	const char *object_key; /* NULL: the object is the whole answer */
	const char *id_key;
	const char *alias_key; /* a second key that finds it: slug, fingerprint */
	enum kind_name owner;  /* whose objects these belong to; KIND_NONE: nobody's */
	enum identity identity;
	double first_number;
	const char *urn; /* how a project calls it: "droplet"; NULL: projects do not have it */
	bool newest_first;
	bool unpaged;	      /* its list has neither links nor meta */
	bool unique_name;     /* two of one name are refused */
	bool own_tags;	      /* what it calls tags are none of the account's */
	const char *template; /* what a new object has besides (template.h) */
	struct life life;     /* of a new one */
	const char *secret;   /* a member that is told once, in the answer to the create */
	const char *fixed;    /* members that stay as they were made, separated by spaces */
	struct filter filters[KIND_FILTERS];
	struct reference references[KIND_REFERENCES];
	const struct operation *operations; /* up to one without a method */

	/* What objects are told apart by in filters, besides their name and tags. */
	const char *(*trait)(const cJSON *object, const cJSON *note);

	/*
	 * The hooks of a request. Each may refuse by answering with an error and returning false.
	 * `list`: is the query sound; `create`: complete `object`, which has the body's members;
	 * `update`: `object` has taken the body's members over; `remove`: before it goes.
	 */
	bool (*list)(struct request *request);
	bool (*create)(struct request *request, cJSON *object);
	bool (*update)(struct request *request, cJSON *object);
	bool (*remove)(struct request *request, const struct object *object);

	/* After it was made and put in: what comes with it. */
	void (*created)(struct request *request, const struct object *object);

	/* It goes, for whatever reason. */
	void (*gone)(struct sandbox *sandbox, const struct object *object);

	/* For what is counted when asked, not kept; called for each answer. */
	void (*render)(struct sandbox *sandbox, const struct object *object, cJSON *tree);

	/* An action on the object of that id, as action.h has them, was done. */
	bool (*acted)(struct sandbox *sandbox, const char *id, const char *action,
		const cJSON *parameters);
};

const struct kind *kind_at(unsigned kind);

/* The kind of that name (volume, database_user), KIND_NONE for no such kind. */
enum kind_name kind_named(const char *name, size_t length);

/* What it is called, for people: "volume". */
const char *kind_name(unsigned kind);

/* How many owners one of these has, one above the other: the place of its id in the arguments. */
unsigned kind_depth(unsigned kind);

#endif
