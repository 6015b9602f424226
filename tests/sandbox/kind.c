#include "kind.h"

#include <string.h>

static const struct {
	const char *name;
	const struct kind *(*table)(void);
} kinds[KIND_COUNT] = {
#define KIND_ROW(upper, lower) [KIND_##upper] = {#lower, kind_##lower},
	KINDS(KIND_ROW)
#undef KIND_ROW
};

const struct kind *kind_at(unsigned kind)
{
	return kinds[kind].table();
}

const char *kind_name(unsigned kind)
{
	return kinds[kind].name;
}

enum kind_name kind_named(const char *name, size_t length)
{
	for (unsigned kind = KIND_NONE + 1; kind < KIND_COUNT; kind++)
		if (strlen(kinds[kind].name) == length && !strncmp(kinds[kind].name, name, length))
			return (enum kind_name)kind;
	return KIND_NONE;
}

unsigned kind_depth(unsigned kind)
{
	unsigned depth = 0;

	while ((kind = kind_at(kind)->owner))
		depth++;
	return depth;
}
