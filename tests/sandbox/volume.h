#ifndef SANDBOX_VOLUME_H
#define SANDBOX_VOLUME_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct object;
struct request;
struct sandbox;

/* Can the volumes with these ids be attached to a new droplet in that region? False after an error. */
bool volumes_check(struct request *request, const cJSON *ids, const char *region);

/* Attaches them to the droplet, whose own list is the caller's. */
void volumes_attach(struct sandbox *sandbox, const cJSON *ids, double droplet);

#endif
