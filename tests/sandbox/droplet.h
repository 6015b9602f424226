#ifndef SANDBOX_DROPLET_H
#define SANDBOX_DROPLET_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

struct object;
struct request;
struct sandbox;

/*
 * Droplets. Their life is in droplet_create.c (new), droplet_action.c (what is done to them) and
 * droplet_destroy.c (gone); here is what these share, and what a droplet answers about itself.
 */

/* The hooks of the kind (kind.h). */
bool droplet_list(struct request *request);
const char *droplet_trait(const cJSON *object, const cJSON *note);
void droplet_gone(struct sandbox *sandbox, const struct object *object);

/* Creating: POST /v2/droplets. */
void droplet_create(struct request *request, unsigned kind);

/* Could a droplet be made of this body, whatever its name? False after an error. */
bool droplet_check(struct request *request, const cJSON *body);

/* Makes a droplet of the body under that name, a member of the pool. False after an error. */
bool droplet_make(struct request *request, const cJSON *body, const char *name, const char *pool);

/* Is it a name that a droplet can have? False after an error. */
bool droplet_check_name(struct request *request, const char *name);

/*
 * The size, image … that a member of the body names, when it can be used in the region; NULL after
 * an error that says why not. For the caller to delete.
 */
cJSON *droplet_find_size(struct request *request, const char *slug, const char *region);
cJSON *droplet_find_image(struct request *request, const cJSON *name, const char *region);

/* Puts a size's numbers into the droplet; the disk only grows when asked. */
void droplet_set_size(cJSON *droplet, const cJSON *size, bool disk);

/* The addresses a droplet comes up with; `address`: the public one of its host, NULL for none. */
void droplet_set_networks(struct sandbox *sandbox, cJSON *droplet, const char *address);
void droplet_set_ipv6(cJSON *droplet);

/* The window of the next backup, tonight; NULL as JSON when backups are off. */
cJSON *droplet_backup_window(bool on);

void droplet_set_feature(cJSON *droplet, const char *feature, bool on);

/* Actions: POST /v2/droplets/ID/actions and /v2/droplets/actions?tag_name=. */
void droplet_action(struct request *request, unsigned kind);
void droplet_action_tagged(struct request *request, unsigned kind);
bool droplet_action_begin(struct sandbox *sandbox, const char *id, const char *action);
bool droplet_action_finish(
	struct sandbox *sandbox, const char *id, const char *action, const cJSON *parameters);

/* Starts the hosts of the droplets that were active when the sandbox was last stopped. */
void droplet_resume(struct sandbox *sandbox);

/* How long something takes that takes `effort` times as long as a boot. */
uint64_t droplet_milliseconds(const struct sandbox *sandbox, double effort);

/* A host went down by itself: its droplet is off. */
void droplet_went_off(struct sandbox *sandbox, uint64_t id);

/* Destroying: DELETE /v2/droplets?tag_name= and …/destroy_with_associated_resources. */
void droplet_remove_tagged(struct request *request, unsigned kind);
void droplet_associated(struct request *request, unsigned kind);
void droplet_destroy_selective(struct request *request, unsigned kind);
void droplet_destroy_dangerous(struct request *request, unsigned kind);
void droplet_destroy_status(struct request *request, unsigned kind);
void droplet_destroy_retry(struct request *request, unsigned kind);

/* What a droplet answers about itself. */
void droplet_snapshots(struct request *request, unsigned kind);
void droplet_backup_policy(struct request *request, unsigned kind);
void droplet_backup_policies(struct request *request, unsigned kind);
void droplet_supported_policies(struct request *request, unsigned kind);
void droplet_firewalls(struct request *request, unsigned kind);
void droplet_neighbors_ids(struct request *request, unsigned kind);

#endif
