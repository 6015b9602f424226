#ifndef SANDBOX_REST_H
#define SANDBOX_REST_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct object;
struct request;

/* What every kind can do, from its row of the table (kind.h). */
void rest_list(struct request *request, unsigned kind);
void rest_create(struct request *request, unsigned kind);
void rest_get(struct request *request, unsigned kind);
void rest_update(struct request *request, unsigned kind);
void rest_remove(struct request *request, unsigned kind);

/* Answers with an object of a kind, under the kind's key. */
void rest_answer(
	struct request *request, unsigned status, unsigned kind, const struct object *object);

/* The object that the path names; answers 404 and returns NULL when there is none. */
const struct object *rest_find(struct request *request, unsigned kind);

/* Does the body carry the keys that the kind requires? False after an error. */
bool rest_check_required(struct request *request, unsigned kind);

#endif
