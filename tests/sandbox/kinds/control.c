#include "census.h"
#include "fault.h"
#include "kind.h"

/* The sandbox's own operations, which are none of the API's. */

static const struct operation operations[] = {
	{"GET", "/sandbox/faults", NULL, 200, faults_show},
	{"PUT", "/sandbox/faults", NULL, 200, faults_put},
	{"DELETE", "/sandbox/faults", NULL, 204, faults_clear},
	{"GET", "/sandbox/requests", NULL, 200, census_show},
	{"DELETE", "/sandbox/requests", NULL, 204, census_clear},
	{"GET", "/sandbox/operations", NULL, 200, census_operations},
	{0},
};

DEFINE_KIND(control) = {
	.path = "/sandbox",
	.operations = operations,
};
