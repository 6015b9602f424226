#ifndef SANDBOX_NETWORK_H
#define SANDBOX_NETWORK_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

struct object;
struct request;
struct sandbox;

/* VPCs, and what other kinds have to do with regions. */

/* The hooks of the kinds (kind.h). */
bool vpc_create(struct request *request, cJSON *object);
bool vpc_update(struct request *request, cJSON *object);
bool vpc_remove(struct request *request, const struct object *object);

/* Posted as a slug, answered with the whole region: volumes, load balancers, reserved addresses. */
bool network_expand_region(struct request *request, cJSON *object);

/* An address for a reserved one, of the loopback network: nobody's. */
bool reserved_ip_create(struct request *request, cJSON *object);
bool reserved_ipv6_create(struct request *request, cJSON *object);

/* Every region's default VPC; their ids follow from the seed. */
void vpc_load(struct sandbox *sandbox, uint64_t *seed);

/* GET /v2/vpcs/ID/members */
void vpc_members(struct request *request, unsigned kind);

#endif
