#ifndef SANDBOX_ACTION_H
#define SANDBOX_ACTION_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

struct request;
struct sandbox;

/*
 * Actions: what takes its time. One is started under the world's lock, and when its time has passed
 * the row of its resource's type (action.c) says what it comes to.
 */
struct action_order {
	const char *type;
	const char *resource_type;
	double resource_id;
	const char *region;	 /* slug; NULL for none */
	const cJSON *parameters; /* kept for the end; not taken */
	uint64_t milliseconds;
};

/* Returns the action's id. */
double action_start(struct sandbox *sandbox, const struct action_order *order);

/* Starts again what was under way when the sandbox was last stopped. */
void action_resume(struct sandbox *sandbox);

/* Answers with an action: {"action": …}. */
void action_answer(struct request *request, unsigned status, double id);

/* GET …/ID/actions and …/ID/actions/ID of any resource that has some. */
void action_list_of(struct request *request, unsigned kind);
void action_get_of(struct request *request, unsigned kind);

#endif
