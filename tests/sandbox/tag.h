#ifndef SANDBOX_TAG_H
#define SANDBOX_TAG_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct object;
struct request;
struct sandbox;

/* Is it a name that a tag can have? */
bool tag_valid(const char *name);

/* Makes the tags named in the array that do not exist yet. */
void tag_ensure(struct sandbox *sandbox, const cJSON *names);

/* The hooks of the kind (kind.h). */
bool tag_create(struct request *request, cJSON *object);
bool tag_remove(struct request *request, const struct object *object);
void tag_render(struct sandbox *sandbox, const struct object *object, cJSON *tree);

/* POST and DELETE /v2/tags/NAME/resources. */
void tag_assign(struct request *request, unsigned kind);
void tag_unassign(struct request *request, unsigned kind);

#endif
