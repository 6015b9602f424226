#ifndef DOCLOUD_COMPONENT_CHECK_H
#define DOCLOUD_COMPONENT_CHECK_H

#include "component.h"
#include "stack.h"

/* [a-z][a-z0-9_-]{0,31} */
bool component_name_ok(const char *name);

/* Does the value fit the parameter's type? EINVAL says what would. Keys are not looked up. */
int param_check(const struct param *param, const char *value, struct error *err);

/* The names of keys in a value of type keys or users, visited until one answers other than 0. */
int param_keys(const struct param *param, const char *value,
	int (*visit)(void *context, const char *key), void *context);

#endif
