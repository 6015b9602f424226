#ifndef DOCLOUD_COMPONENT_H
#define DOCLOUD_COMPONENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/error.h"

/*
 * The install scripts: those built in and the user's own in components_dir, which may override one.
 * A script carries its summary, what it requires, its parameters, its deadline and how it is checked
 * as comments at its head; the grammar stands in provision/remote/prelude.sh.
 */
enum param_type {
	PARAM_TEXT,
	PARAM_PATH,
	PARAM_NUMBER,
	PARAM_SIZE,
	PARAM_LIST,
	PARAM_KEYS,
	PARAM_USERS,
	PARAM_SECRET,
	PARAM_PORT,
	PARAM_PORTS,
	PARAM_NAME
};

struct param {
	char *name, *fallback, *help;
	enum param_type type;
};

struct component {
	char *name, *summary, *script;
	char *checks;	 /* commands, a line each */
	char **requires; /* NULL-terminated names */
	char **after;	 /* NULL-terminated names: order only */
	struct param *params;
	size_t param_count;
	unsigned deadline; /* seconds */
	bool own;	   /* the user's, not the built-in one, */
	bool overrides;	   /* which there is of that name, too */
	uint32_t refs;	   /* atomic */
};

/* Parse a script. EINVAL with "line N: …" when the header is wrong. */
int component_parse(
	const char *name, const char *script, struct component **ret, struct error *err);
struct component *component_ref(struct component *component);
void component_unref(struct component *component);

/* All components: built-in ones and those in dir (NULL: none). Safe from all threads. */
struct components;
/* least: seconds that each may take at least, whatever its header says. */
struct components *components_create(const char *dir, unsigned least, struct error *err);
void components_destroy(struct components *components);
/* A file of the directory that has a component's name and is none, or not the one that it was to be. */
struct component_fault {
	char *name;
	struct error why;
};
/* As found at the start; NULL beyond the last. Borrowed. */
const struct component_fault *components_fault(const struct components *components, size_t index);
/* NULL if there is none; to be released with component_unref(). */
struct component *components_find(struct components *components, const char *name);
/* Names, sorted, NULL-terminated; freed with one free() (names and array are one block). */
char **components_names(struct components *components);
/* Add or override one: checked, then written durably to the directory. Remove: the built-in one is back. */
int components_put(
	struct components *components, const char *name, const char *script, struct error *err);
int components_remove(struct components *components, const char *name, struct error *err);

#endif
