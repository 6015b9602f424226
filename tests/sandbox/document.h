#ifndef SANDBOX_DOCUMENT_H
#define SANDBOX_DOCUMENT_H

#include <cjson/cJSON.h>

struct object;
struct request;
struct sandbox;

/*
 * What an object has beside itself, at a path of its own: the settings of a database cluster, the
 * subscription of an account. The operation's `key` names it and its `text` is what it is as long as
 * nobody changed it. It is kept in the object's note.
 */
void document_get(struct request *request, unsigned kind);

/* The body's members go into it; into its member of the document's name, where it is no more than that. */
void document_change(struct request *request, unsigned kind);

/* It is as it was at first. */
void document_clear(struct request *request, unsigned kind);

/* A document of no object, which stays as it is: `text`. */
void document_tell(struct request *request, unsigned kind);

/* The document of that name; NULL when nobody changed it. For the caller to delete. */
cJSON *document_read(const struct object *object, const char *name);

/* Puts a document in the place of the old one; takes it. NULL removes it. */
void document_write(struct sandbox *sandbox, unsigned kind, const struct object *object,
	const char *name, cJSON *document);

#endif
