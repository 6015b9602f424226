#ifndef SANDBOX_POOL_H
#define SANDBOX_POOL_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct object;
struct request;
struct sandbox;

/*
 * Autoscale pools: so many droplets of one template, made and destroyed here, behind the requests. Nothing is
 * measured in a sandbox, so that a pool between bounds stays at the lower one.
 */

/* The hooks of the kind (kind.h). */
bool pool_create(struct request *request, cJSON *object);
bool pool_update(struct request *request, cJSON *object);
void pool_render(struct sandbox *sandbox, const struct object *object, cJSON *tree);

/* DELETE …/ID/dangerous, which does not keep the members. */
void pool_delete_dangerous(struct request *request, unsigned kind);

/* GET …/ID/members. */
void pool_members(struct request *request, unsigned kind);

/* A droplet is about to go, or the sandbox has started: in a moment every pool has what it is to have. */
void pools_wake(struct sandbox *sandbox);

#endif
