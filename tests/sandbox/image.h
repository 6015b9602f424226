#ifndef SANDBOX_IMAGE_H
#define SANDBOX_IMAGE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct object;
struct request;
struct sandbox;

/* Images and snapshots: a droplet's snapshot is both, under one number. */

/* The hooks of the kinds (kind.h). */
const char *image_trait(const cJSON *object, const cJSON *note);
bool image_create(struct request *request, cJSON *object);
bool image_update(struct request *request, cJSON *object);
bool image_remove(struct request *request, const struct object *object);
const char *snapshot_trait(const cJSON *object, const cJSON *note);
void image_gone(struct sandbox *sandbox, const struct object *object);
void snapshot_gone(struct sandbox *sandbox, const struct object *object);

/* Takes a snapshot of a droplet and enters it there. */
void image_snapshot(struct sandbox *sandbox, cJSON *droplet, const char *name);

/* POST /v2/images/ID/account_transfer and what ends it. */
void image_transfer(struct request *request, unsigned kind);
void image_transfer_end(struct request *request, unsigned kind);

/* POST /v2/images/ID/actions. */
void image_action(struct request *request, unsigned kind);
bool image_action_finish(
	struct sandbox *sandbox, const char *id, const char *action, const cJSON *parameters);

#endif
