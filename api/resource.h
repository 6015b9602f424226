#ifndef DOCLOUD_RESOURCE_H
#define DOCLOUD_RESOURCE_H

#include <stdbool.h>

/* How DigitalOcean's API serves one kind of resource: a row of data, const for ever. */
struct resource {
	const char *name;	  /* the directory, and the word in messages: "droplets" */
	const char *path;	  /* "/v2/droplets" */
	const char *list_key;	  /* where a page keeps its objects: "droplets" */
	const char *object_key;	  /* where a single answer keeps it: "droplet" */
	const char *id_keys[2];	  /* first that is there and not null: {"id"}, {"slug"} */
	const char *name_keys[2]; /* what the directory is called, same rule: {"slug", "id"} */
	const char *queries[3]; /* a listing is the union of these: {"", "type=gpus"}; none: {""} */
	bool single;		/* one object and no list: the account */
	bool catalogue;		/* changes seldom: the longer ttl */
};

#endif
