#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "memory.h"

void json_remove_path(struct json *from, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *above = slash != NULL ? xstrndup(path, (size_t)(slash - path)) : NULL;
	const struct json *parent = above != NULL ? json_get(from, above) : from;

	if (parent != NULL)
		json_remove((struct json *)parent, slash != NULL ? slash + 1 : path);
	free(above);
}

void json_put(struct json *to, const char *path, struct json *child)
{
	char *rest, *copy = xstrdup(path), *key = strtok_r(copy, "/", &rest), *next;

	for (; (next = strtok_r(NULL, "/", &rest)) != NULL; key = next) {
		if (json_type(json_get(to, key)) != JSON_OBJECT)
			json_add(to, key, json_object());
		to = (struct json *)json_get(to, key);
	}
	json_add(to, key, child);
	free(copy);
}
