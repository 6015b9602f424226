#ifndef SANDBOX_STORE_H
#define SANDBOX_STORE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * The objects of the account, by kind (a number that kind.h knows) and in the order they were made.
 *
 * An object is its JSON text: a page of a list is copied together from texts, and ten thousand
 * droplets take little more room than on the wire. What lists are filtered by stands beside it. A
 * change reads the text into a tree, edits it and puts it back.
 *
 * With a directory each object is also a file there, replaced whole, and read again at the start.
 *
 * The caller holds the world's lock (sandbox.h): shared for reading, alone for the rest.
 */
struct store;

struct object {
	unsigned long sequence;
	const char *id;
	const char *alias; /* slug, fingerprint; NULL for none */
	const char *scope; /* id of the object it belongs to; "" for none */
	const char *name;  /* NULL for none */
	const char *tags;  /* "\nweb\nprod\n" */
	const char *trait; /* NULL for none */
	const char *text;
	size_t length;
	bool lives;	  /* has a word that changes by itself: struct life */
	const char *note; /* JSON that the API does not show; NULL for none */
};

/* NULL with a message on stderr when the directory cannot be used. `directory` may be NULL. */
struct store *store_create(const char *directory);
void store_destroy(struct store *store);

/* Was anything read from the directory? */
bool store_loaded(const struct store *store);

/*
 * Puts a tree in, replacing the object with its id. `note` NULL keeps the note there was; neither
 * tree is taken. Returns the object.
 */
const struct object *store_put(struct store *store, unsigned kind, const char *scope,
	const cJSON *tree, const cJSON *note);

void store_remove(struct store *store, unsigned kind, const struct object *object);

/* Puts another note on an object. Returns it; the old one is gone. */
const struct object *store_put_note(
	struct store *store, unsigned kind, const struct object *object, const cJSON *note);

/* By id or alias; `scope` NULL for kinds that belong to nothing. */
const struct object *store_find(
	const struct store *store, unsigned kind, const char *scope, const char *id);

/* The object's tree or note, for the caller to delete; NULL when there is none. */
cJSON *store_read(const struct store *store, unsigned kind, const char *id);
cJSON *store_note(const struct object *object);

size_t store_count(const struct store *store, unsigned kind);
const struct object *store_at(const struct store *store, unsigned kind, size_t index);

/* A number no object of this kind has had. */
double store_next_number(struct store *store, unsigned kind);

bool object_has_tag(const struct object *object, const char *tag);

#endif
