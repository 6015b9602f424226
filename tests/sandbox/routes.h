#ifndef SANDBOX_ROUTES_H
#define SANDBOX_ROUTES_H

#include "router.h"

/* The routes that are more than list, create, get, update and delete of a kind. */
const struct route *routes_table(size_t *ret_count);

#endif
