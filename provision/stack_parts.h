#ifndef DOCLOUD_STACK_PARTS_H
#define DOCLOUD_STACK_PARTS_H

#include "stack.h"

/* What stack.c, order.c and payload.c share. */
enum { STACK_TEXT_MAX = 64 << 10, STACK_COMPONENTS_MAX = 64 };

/* Takes the component; the entry that was appended. */
struct wanted *stack_append(struct stack *stack, struct component *component, bool implied);

/*
 * Add what is required, put everything into the order of installation. EINVAL: unknown, or a cycle.
 */
int stack_order(struct components *components, struct stack *stack, struct error *err);

/* The value of a parameter: the one written, or the default. */
const char *wanted_value(const struct wanted *wanted, size_t param);

/* Compute wanted->keys and wanted->key of all, and stack->hash. */
int stack_hash(struct stack *stack, key_finder find_key, void *context, struct error *err);

#endif
