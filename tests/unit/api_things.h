#ifndef DOCLOUD_TESTS_API_THINGS_H
#define DOCLOUD_TESTS_API_THINGS_H

#include "api/resource.h"

/* A kind that the API does not have. */
static const struct resource things = {.name = "things",
	.path = "/v2/things",
	.list_key = "things",
	.object_key = "thing",
	.id_keys = {"id"},
	.name_keys = {"name"},
	.queries = {""}};

#endif
