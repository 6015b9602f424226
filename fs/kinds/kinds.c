#include "fs/kind.h"

#include <pthread.h>
#include <string.h>

#define KIND(name) extern const struct kind kind_##name;
#include "registry.h"
#undef KIND

const struct kind *const kinds[KINDS] = {
#define KIND(name) [KIND_##name] = &kind_##name,
#include "registry.h"
#undef KIND
};

int kind_find(const char *name)
{
	for (int i = 0; name && i < KINDS; i++)
		if (strcmp(kinds[i]->resource.name, name) == 0)
			return i;
	return -1;
}

const char *kind_word(const struct kind *kind)
{
	const char *slash = strrchr(kind->resource.name, '/');
	return slash ? slash + 1 : kind->resource.name;
}

const char *kind_secret(unsigned kind, unsigned number)
{
	for (const struct field *field = kinds[kind]->fields; field && field->name; field++)
		if (field->secret && number-- == 0)
			return field->name;
	return NULL;
}

bool kind_applies(const char *const only[2], const struct json *json)
{
	const char *value = only[0] ? json_get_string(json, only[0]) : NULL;
	size_t length = value ? strlen(value) : 0;
	if (!only[0])
		return true;
	for (const char *at = only[1]; value && *at; at += strspn(at, " ")) {
		size_t size = strcspn(at, " ");
		if (size == length && strncmp(at, value, size) == 0)
			return true;
		at += size;
	}
	return false;
}

bool kind_changes(const struct kind *kind, const struct spec_key *key)
{
	return key->change || key->action || key->type == SPEC_STACK || (kind->update && !key->fixed);
}

bool kind_is_secret(const struct kind *kind, const char *path)
{
	for (const struct field *field = kind->fields; field && field->name; field++) {
		size_t length = strlen(field->name);
		if (field->secret && (!path || (strncmp(path, field->name, length) == 0 && strchr("/", path[length]))))
			return true;
	}
	return false;
}

/* Asked for each entry of each listing, so the names are compared once. */
static pthread_once_t named = PTHREAD_ONCE_INIT;
static int above[KINDS];

static int find_above(unsigned kind)
{
	const char *name = kinds[kind]->resource.name;
	size_t length = (size_t)(kind_word(kinds[kind]) - name);
	for (int i = 0; length > 0 && i < KINDS; i++)
		if (strlen(kinds[i]->resource.name) == length - 1 &&
			strncmp(kinds[i]->resource.name, name, length - 1) == 0)
			return i;
	return -1;
}

static void name_above(void)
{
	for (unsigned i = 0; i < KINDS; i++)
		above[i] = find_above(i);
}

int kind_above(unsigned kind)
{
	pthread_once(&named, name_above);
	return above[kind];
}
