#include "kind.h"
#include "rest.h"

/* What DigitalOcean offers; it is loaded by ../catalogue.c. */

static const struct operation region_operations[] = {
	{"GET", "/v2/regions", "regions:read", 200, rest_list},
	{0},
};

DEFINE_KIND(region) = {
	.path = "/v2/regions",
	.list_key = "regions",
	.object_key = "region",
	.id_key = "slug",
	.identity = IDENTITY_GIVEN,
	.operations = region_operations,
};

static const struct operation size_operations[] = {
	{"GET", "/v2/sizes", "sizes:read", 200, rest_list},
	{0},
};

DEFINE_KIND(size) = {
	.path = "/v2/sizes",
	.list_key = "sizes",
	.object_key = "size",
	.id_key = "slug",
	.identity = IDENTITY_GIVEN,
	.operations = size_operations,
};
