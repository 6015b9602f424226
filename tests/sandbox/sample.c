#include "sample.h"

#include "json.h"
#include "kind.h"
#include "rest.h"
#include "sandbox.h"
#include "shape.h"
#include "store.h"
#include "template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An object that suits the operation, and whose owners do. */
static bool sample_suits(const struct sandbox *sandbox, const struct operation *operation,
	unsigned kind, const struct object *object)
{
	enum kind_name owner = kind_at(kind)->owner;
	const struct object *parent;

	if (!rest_suits(operation, kind, object))
		return false;
	for (size_t i = 0; owner && i < store_count(sandbox->store, owner); i++) {
		parent = store_at(sandbox->store, owner, i);
		if (!*parent->scope && !strncmp(object->scope, parent->id, strlen(parent->id)))
			return sample_suits(sandbox, operation, owner, parent);
	}
	return true;
}

/* The values of a path's first parameters: those of the newest object's owners, and its own id. */
static bool sample_arguments(const struct sandbox *sandbox, const struct operation *operation,
	unsigned kind, char *room, size_t size)
{
	const struct object *object = NULL;

	for (size_t i = store_count(sandbox->store, kind); !object && i-- > 0;)
		if (sample_suits(sandbox, operation, kind, store_at(sandbox->store, kind, i)))
			object = store_at(sandbox->store, kind, i);
	if (object)
		snprintf(
			room, size, "%s%s%s", object->scope, *object->scope ? "/" : "", object->id);
	return object;
}

static unsigned sample_parameters(const char *path)
{
	unsigned count = 0;

	for (; *path; path++)
		count += *path == '{';
	return count;
}

/* Of the kind, or where the path stops short of one of its objects, of the kind's owner. */
static bool sample_find(const struct sandbox *sandbox, unsigned kind,
	const struct operation *operation, char *room, size_t size)
{
	unsigned wanted = sample_parameters(operation->path);

	while (kind && kind_depth(kind) >= wanted && wanted)
		kind = kind_at(kind)->owner;
	return !wanted || (kind && sample_arguments(sandbox, operation, kind, room, size));
}

/* What stands for a parameter that no object is behind: its name in braces, for the asker to see. */
static void sample_write(FILE *out, const char *path, char *arguments)
{
	const char *argument = strtok_r(arguments, "/", &arguments);

	for (; *path; path++) {
		if (*path != '{' || !argument) {
			fputc(*path, out);
			continue;
		}
		fputs(argument, out);
		argument = strtok_r(NULL, "/", &arguments);
		path = strchr(path, '}');
	}
}

static cJSON *sample_path(
	const struct sandbox *sandbox, unsigned kind, const struct operation *operation)
{
	char arguments[1024] = "", *text = NULL;
	size_t length;
	FILE *out;
	cJSON *path;

	if (!sample_find(sandbox, kind, operation, arguments, sizeof(arguments)))
		return cJSON_CreateNull();
	out = open_memstream(&text, &length);
	if (!out)
		abort();
	sample_write(out, operation->path, arguments);
	fclose(out);
	path = cJSON_CreateString(text);
	free(text);
	return path;
}

void sample_add(const struct sandbox *sandbox, unsigned kind, const struct operation *operation,
	cJSON *entry)
{
	struct blanks blanks;

	json_set(entry, "try", sample_path(sandbox, kind, operation));
	blanks_init(&blanks, sandbox, NULL, NULL);
	if (operation->sample)
		json_set(entry, "body", template_fill(&blanks, operation->sample));
	else if (operation->body)
		json_set(entry, "body", shape_sample(sandbox, operation->body));
}
