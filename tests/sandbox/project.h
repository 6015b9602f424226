#ifndef SANDBOX_PROJECT_H
#define SANDBOX_PROJECT_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct object;
struct request;
struct sandbox;

/*
 * Projects. What is in none by name is in the default project; only what is in another one is written
 * down, as an assignment.
 */

/* A new object: into the project that it names, or the default one. */
void project_place(struct sandbox *sandbox, unsigned kind, cJSON *object);

/* It goes, with its assignment. */
void project_forget(struct sandbox *sandbox, unsigned kind, const struct object *object);

/* The first project, where there is none yet. */
void project_load(struct sandbox *sandbox);

/* The hooks of the kind and its operations. */
const char *project_trait(const cJSON *object, const cJSON *note);
bool project_update(struct request *request, cJSON *object);
bool project_remove(struct request *request, const struct object *object);
void project_resources(struct request *request, unsigned kind);
void project_assign(struct request *request, unsigned kind);

#endif
