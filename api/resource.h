#ifndef DOCLOUD_RESOURCE_H
#define DOCLOUD_RESOURCE_H

#include <stdbool.h>

/*
 * What belongs to an object and is listed by itself, at …/ID/NAME: fetched with the listing, and shown in the object as
 * if it had been sent there.
 */
struct resource_part {
	const char *name;     /* "members" */
	const char *list_key; /* "droplets" */
	const char *id_key;   /* what its items are told apart, and ordered, by */
};

/*
 * How DigitalOcean's API serves one kind of resource: a row of data, const for ever.
 *
 * A nested kind belongs to the objects of another one, as records do to domains. Its name begins with that kind's,
 * "domains/records", and its path has a %s for each object on the way: "/v2/domains/%s/records". Each object of the kind
 * above has such a listing of its own, and with it a resource whose path is filled in (cache_nested()). %.0s stands for
 * one that is not said, as to printf().
 */
struct resource {
	const char *name; /* the directory, and the word in messages: "droplets" */
	const char *path; /* "/v2/droplets" */
	const char *
		items; /* where single ones are, "/v2/nfs/access_points", filled as path is; NULL: beneath path, without its query */
	const char
		*under; /* what the path was filled with, escaped: "example.com"; NULL: nothing */
	const char *
		scope; /* what a token's scopes call it: "droplet" of droplet:read; of a nested one NULL: as above it */
	const char *list_key;	  /* where a page keeps its objects: "droplets" */
	const char *object_key;	  /* where a single answer keeps it: "droplet" */
	const char *id_keys[2];	  /* first that is there and not null: {"id"}, {"slug"} */
	const char *name_keys[2]; /* what the directory is called, same rule: {"slug", "id"} */
	bool joined;		  /* the name is both of name_keys: "A-www" */
	const char *queries[3]; /* a listing is the union of these: {"", "type=gpus"}; none: {""} */
	struct resource_part parts[2]; /* up to one without a name */
	const char *
		within; /* of a nested kind: the member of the object above that has it all, so that no request is needed */
	const char *
		gathered; /* of a nested kind: the member that says whose each is, as one listing has those of all */
	bool single; /* one object and no list: the account. Its object_key may be NULL: the answer itself */
	bool unlisted; /* of a nested one: there for who asks by name, and no walk of the tree costs a request for each */
	bool optional; /* of a nested single one: when the API knows of none, it is {} */
	bool text;     /* of a single one: no JSON, but a text, shown as {"text": …} */
	const char *
		once; /* a member that only the answer to a create has: kept until the unmount, and never on disk */
	bool latest;	/* of a listing that is without end, newest first: a page of it */
	bool catalogue; /* changes seldom: the longer ttl */
};

#endif
