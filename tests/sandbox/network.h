#ifndef SANDBOX_NETWORK_H
#define SANDBOX_NETWORK_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

struct request;
struct sandbox;

/* Posted as a slug, answered with the whole region: volumes, load balancers, reserved addresses. */
bool network_expand_region(struct request *request, cJSON *object);

/* Every region's default VPC; their ids follow from the seed. */
void vpc_load(struct sandbox *sandbox, uint64_t *seed);

/* The id of a region's default VPC. */
const char *vpc_default(const struct sandbox *sandbox, const char *region);

/* Gives an object without one the default VPC of the region, under that key. False after an error. */
bool vpc_choose(struct request *request, cJSON *object, const char *key, const char *region);

#endif
