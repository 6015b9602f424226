#ifndef SANDBOX_ACTION_H
#define SANDBOX_ACTION_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

struct request;
struct sandbox;

/*
 * Actions: what takes its time. One is started under the world's lock, and when its time has passed
 * the resource's kind says what it comes to (`acted` in kind.h).
 */
struct action_order {
	const char *type;
	unsigned kind; /* of what it is done to */
	const char *id;
	const char *resource_type; /* as the action calls it; NULL: by the key of its kind */
	const char *region;	   /* slug; NULL for none */
	const cJSON *parameters;   /* kept for the end; not taken */
	uint64_t milliseconds;
};

/* Returns the action's id. */
double action_start(struct sandbox *sandbox, const struct action_order *order);

/* Starts again what was under way when the sandbox was last stopped. */
void action_resume(struct sandbox *sandbox);

/* The action's tree. For the caller to delete. */
cJSON *action_tree(const struct sandbox *sandbox, double id);

/* Answers with an action: {"action": …}, with the operation's status. */
void action_answer(struct request *request, double id);

/* What an action is of, for the lists of a resource's actions: "volume/ID". */
const char *action_trait(const cJSON *object, const cJSON *note);

/* GET …/ID/actions and …/ID/actions/ID of any resource that has some. */
void action_list_of(struct request *request, unsigned kind);
void action_get_of(struct request *request, unsigned kind);

#endif
