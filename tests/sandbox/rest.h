#ifndef SANDBOX_REST_H
#define SANDBOX_REST_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct life;
struct object;
struct operation;
struct request;
struct sandbox;

/* What every kind can do, from its tables (kind.h). These are for the rows of operations. */
void rest_list(struct request *request, unsigned kind);
void rest_create(struct request *request, unsigned kind);
void rest_get(struct request *request, unsigned kind);
void rest_remove(struct request *request, unsigned kind);

/*
 * The body's members in the place of the object's; the others stay. Where the operation has a `text`,
 * what that has comes after them, filled from both.
 */
void rest_update(struct request *request, unsigned kind);

/* The same, but what the body lacks and could have is as in a new object. */
void rest_replace(struct request *request, unsigned kind);

/* What the body lists is added to the object's list of the same name, or taken from it. */
void rest_join(struct request *request, unsigned kind);
void rest_leave(struct request *request, unsigned kind);

/* Nothing changes, for an object that must exist. The answer is `text`, filled from the object. */
void rest_tell(struct request *request, unsigned kind);

/* A list that is always empty, of an object that must exist. */
void rest_tell_empty(struct request *request, unsigned kind);

/* Answers with an object of a kind, under the operation's or the kind's key, or with its status alone. */
void rest_answer(
	struct request *request, unsigned status, unsigned kind, const struct object *object);

/* Answers with the operation's status and no body. */
void rest_answer_empty(struct request *request);

/*
 * The object that the path names, or where it names none, the one that is meant by that: the default
 * project, the only registry. Answers 404 and returns NULL when there is none.
 */
const struct object *rest_find(struct request *request, unsigned kind);

/* Is the object what the operation needs? */
bool rest_suits(const struct operation *operation, unsigned kind, const struct object *object);

/* The scope of the objects of a kind that the path names: their owners' ids. NULL after a 404. */
const char *rest_scope(struct request *request, unsigned kind);

/* An object as it is shown now. For the caller to delete. */
cJSON *rest_tree(struct sandbox *sandbox, unsigned kind, const struct object *object);

/* The same, without what is counted when asked: to be changed and put back. */
cJSON *rest_kept(const struct object *object);

/* Can it be shown as it is kept? */
bool rest_is_plain(unsigned kind, const struct object *object);

/* Is what the body has in order, by the operation's row? False after an error. */
bool rest_check_body(struct request *request);

/* Are its tags such as can be, is no other of its name there? False after an error. */
bool rest_check_tags(struct request *request, unsigned kind, const cJSON *object);
bool rest_check_name(
	struct request *request, unsigned kind, const char *scope, const cJSON *object);

/* The tags that an object carries exist from now on. */
void rest_ensure_tags(struct sandbox *sandbox, unsigned kind, const cJSON *object);

/* Makes an object of a kind that belongs to `owner` (NULL: to nothing) and has these members. */
const struct object *rest_make(struct request *request, unsigned kind, const char *scope,
	const cJSON *owner, cJSON *object);

/* Removes an object and all that goes with it. Nothing is asked. */
void rest_forget(struct request *request, unsigned kind, const struct object *object);

/* Sets going what the row says, in an object's tree and note. */
void rest_begin_life(
	const struct sandbox *sandbox, const struct life *life, cJSON *tree, cJSON *note);

#endif
