#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "stack_parts.h"
#include "text.h"

static ssize_t position(const struct stack *stack, const char *name)
{
	const struct wanted *wanted = stack_find(stack, name);

	return wanted != NULL ? wanted - stack->wanted : -1;
}

/* The list grows while it is walked, so what is required by what is required comes in too. */
static int add_required(struct components *components, struct stack *stack, struct error *err)
{
	for (size_t i = 0; i < stack->count; i++) {
		char **names = stack->wanted[i].component->requires;
		for (size_t n = 0; names[n] != NULL; n++) {
			if (position(stack, names[n]) >= 0)
				continue;
			struct component *required = components_find(components, names[n]);
			if (required == NULL)
				return error_set(err, EINVAL,
					"%s requires %s, and there is no such component",
					stack->wanted[i].component->name, names[n]);
			if (stack->count >= STACK_COMPONENTS_MAX) {
				component_unref(required);
				return error_set(err, EINVAL,
					"with what is required there are more than %d components",
					STACK_COMPONENTS_MAX);
			}
			stack_append(stack, required, true);
		}
	}
	return 0;
}

/*
 * Depth first, in the order in which the user wrote them: each after what it needs. `path` is the
 * way from the start to here; meeting it again is a cycle.
 */
struct walk {
	struct stack *stack;
	size_t order[STACK_COMPONENTS_MAX], ordered;
	size_t path[STACK_COMPONENTS_MAX + 1], depth;
	enum { FRESH, OPEN, CLOSED } state[STACK_COMPONENTS_MAX];
};

static int cycle(struct walk *walk, size_t again, struct error *err)
{
	CLEANUP_TEXT struct text text = {0};
	size_t start = 0;

	while (walk->path[start] != again)
		start++;
	for (size_t i = start; i < walk->depth; i++)
		text_print(&text, "%s after ", walk->stack->wanted[walk->path[i]].component->name);
	return error_set(err, EINVAL, "these components wait for each other: %s%s", text.data,
		walk->stack->wanted[again].component->name);
}

static int visit(struct walk *walk, size_t at, struct error *err);

static int visit_names(struct walk *walk, char **names, struct error *err)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		ssize_t other = position(walk->stack, names[i]);
		int r = other >= 0 ? visit(walk, (size_t)other, err) : 0;
		if (r != 0)
			return r;
	}
	return 0;
}

static int visit(struct walk *walk, size_t at, struct error *err)
{
	const struct component *component = walk->stack->wanted[at].component;

	if (walk->state[at] == CLOSED)
		return 0;
	if (walk->state[at] == OPEN)
		return cycle(walk, at, err);
	walk->state[at] = OPEN;
	walk->path[walk->depth++] = at;
	int r = visit_names(walk, component->requires, err);
	if (r == 0)
		r = visit_names(walk, component->after, err);
	walk->depth--;
	walk->state[at] = CLOSED;
	walk->order[walk->ordered++] = at;
	return r;
}

int stack_order(struct components *components, struct stack *stack, struct error *err)
{
	struct walk walk = {.stack = stack};
	int r = add_required(components, stack, err);

	for (size_t i = 0; r == 0 && i < stack->count; i++)
		r = visit(&walk, i, err);
	if (r != 0 || stack->count == 0)
		return r;
	struct wanted *ordered = xcalloc(stack->count, sizeof *ordered);
	for (size_t i = 0; i < stack->count; i++)
		ordered[i] = stack->wanted[walk.order[i]];
	free(stack->wanted);
	stack->wanted = ordered;
	return 0;
}
