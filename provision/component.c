#include "component.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "component_check.h"
#include "stack.h"

/*
 * The header of a script: the comment lines after its first line, up to the first line that is
 * no comment.
 *
 *	# summary: TEXT
 *	# requires: NAME NAME			installed before it, and added to the stack
 *	# after: NAME				installed before it, if it is in the stack
 *	# param: NAME=DEFAULT TYPE HELP		DEFAULT may be quoted
 *	# deadline: SECONDS
 *	# check: COMMAND			succeeds once it is installed; there may be several
 *
 * The summary is what makes a script a component; the rest may be left out. Other comments may stand between them; one
 * that looks like a mistyped key is an error.
 */
enum {
	SCRIPT_MAX = 256 << 10,
	PARAM_MAX = 64,
	NAMES_MAX = 64,
	DEADLINE_MAX = 24 * 3600,
	DEADLINE_DEFAULT = 900,
};

static const char *const type_names[] = {
	[PARAM_TEXT] = "text",
	[PARAM_PATH] = "path",
	[PARAM_NUMBER] = "number",
	[PARAM_SIZE] = "size",
	[PARAM_LIST] = "list",
	[PARAM_KEYS] = "keys",
	[PARAM_USERS] = "users",
	[PARAM_SECRET] = "secret",
	[PARAM_PORT] = "port",
	[PARAM_PORTS] = "ports",
	[PARAM_NAME] = "name",
	NULL,
};

/* Names that the environment of a script uses for something else. */
static const char *const reserved[] = {
	"version", "ssh_public_keys", "path", "home", "lang", "ifs", "family", NULL};

bool component_name_ok(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");
	/* A unit docloud-NAME.service runs it: two are of docloud's own. And the plan's first line begins with the third. */
	bool own = strcmp(name, "stack") == 0 || strcmp(name, "firewall") == 0 ||
		   strcmp(name, "run") == 0;

	return islower((unsigned char)name[0]) && name[length] == '\0' && length <= 32 && !own;
}

static bool param_name_ok(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return islower((unsigned char)name[0]) && name[length] == '\0' && length <= 32;
}

static size_t names_count(char **names)
{
	size_t count = 0;

	while (names[count] != NULL)
		count++;
	return count;
}

static bool names_have(const char *const *names, const char *name)
{
	for (; *names != NULL; names++) {
		if (strcmp(*names, name) == 0)
			return true;
	}
	return false;
}

static int parse_names(char ***names, char *value, unsigned line, struct error *err)
{
	char *rest = NULL;

	for (char *name = strtok_r(value, " ,\t", &rest); name != NULL;
		name = strtok_r(NULL, " ,\t", &rest)) {
		size_t count = names_count(*names);
		if (!component_name_ok(name))
			return error_set(err, EINVAL, "line %u: \"%s\" is no name of a component",
				line, name);
		if (count >= NAMES_MAX)
			return error_set(
				err, EINVAL, "line %u: more than %d names", line, NAMES_MAX);
		*names = xrealloc(*names, count + 2, sizeof **names);
		(*names)[count] = xstrdup(name);
		(*names)[count + 1] = NULL;
	}
	return 0;
}

static int parse_summary(struct component *component, char *value, unsigned line, struct error *err)
{
	if (component->summary[0] != '\0')
		return error_set(err, EINVAL, "line %u: a second summary", line);
	free(component->summary);
	component->summary = xstrdup(value);
	return 0;
}

static int parse_requires(
	struct component *component, char *value, unsigned line, struct error *err)
{
	return parse_names(&component->requires, value, line, err);
}

static int parse_after(struct component *component, char *value, unsigned line, struct error *err)
{
	return parse_names(&component->after, value, line, err);
}

static int parse_deadline(
	struct component *component, char *value, unsigned line, struct error *err)
{
	char *end;
	unsigned long seconds = strtoul(value, &end, 10);

	if (!isdigit((unsigned char)value[0]) || *end != '\0' || seconds < 1 ||
		seconds > DEADLINE_MAX)
		return error_set(err, EINVAL, "line %u: deadline is a number of seconds, 1 to %d",
			line, DEADLINE_MAX);
	component->deadline = (unsigned)seconds;
	return 0;
}

/* The runner takes the commands from the script itself (provision/remote/runner.sh). */
static int parse_check(struct component *component, char *value, unsigned line, struct error *err)
{
	if (value[0] == '\0')
		return error_set(err, EINVAL, "line %u: a check is a command", line);
	char *checks = xasprintf("%s%s\n", component->checks, value);
	free(component->checks);
	component->checks = checks;
	return 0;
}

/* Cuts the default off, which ends at white space or, when it is quoted, at its quote. */
static char *cut_fallback(char **at)
{
	char *start = *at, quote = *start;

	if (quote == '"' || quote == '\'') {
		char *end = strchr(start + 1, quote);
		if (end == NULL)
			return NULL;
		*end = '\0';
		*at = end + 1;
		return start + 1;
	}
	*at = start + strcspn(start, " \t");
	if (**at != '\0')
		*(*at)++ = '\0';
	return start;
}

static int parse_type(const char *word, enum param_type *ret)
{
	for (size_t i = 0; type_names[i] != NULL; i++) {
		if (strcmp(type_names[i], word) == 0) {
			*ret = (enum param_type)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int parse_param(struct component *component, char *value, unsigned line, struct error *err)
{
	char *equals = strchr(value, '=');

	if (equals == NULL)
		return error_set(
			err, EINVAL, "line %u: a parameter is NAME=DEFAULT TYPE HELP", line);
	*equals = '\0';
	char *at = equals + 1, *fallback = cut_fallback(&at);
	if (!param_name_ok(value) || names_have(reserved, value))
		return error_set(
			err, EINVAL, "line %u: \"%s\" cannot name a parameter", line, value);
	for (size_t i = 0; i < component->param_count; i++) {
		if (strcmp(component->params[i].name, value) == 0)
			return error_set(
				err, EINVAL, "line %u: a second parameter \"%s\"", line, value);
	}
	if (fallback == NULL)
		return error_set(err, EINVAL, "line %u: the quote does not end", line);
	if (component->param_count >= PARAM_MAX)
		return error_set(err, EINVAL, "line %u: more than %d parameters", line, PARAM_MAX);
	at += strspn(at, " \t");
	char *type = at, *help = at + strcspn(at, " \t");
	if (*help != '\0')
		*help++ = '\0';
	struct param param = {.name = value, .fallback = fallback};
	struct error why = {0};
	if (parse_type(type, &param.type) != 0) {
		const char *near = word_nearest(type, type_names);
		return error_set(err, EINVAL, "line %u: \"%s\" is no type of a parameter%s%s%s",
			line, type, near != NULL ? "; did you mean \"" : "",
			near != NULL ? near : "", near != NULL ? "\"?" : "");
	}
	if (fallback[0] != '\0' && param_check(&param, fallback, &why) != 0)
		return error_set(err, EINVAL, "line %u: the default: %s", line, why.message);
	component->params = xrealloc(
		component->params, component->param_count + 1, sizeof *component->params);
	component->params[component->param_count++] = (struct param){.name = xstrdup(value),
		.fallback = xstrdup(fallback),
		.help = xstrdup(help + strspn(help, " \t")),
		.type = param.type};
	return 0;
}

static const struct {
	const char *key;
	int (*parse)(struct component *component, char *value, unsigned line, struct error *err);
} header_keys[] = {
	{"summary", parse_summary},
	{"requires", parse_requires},
	{"after", parse_after},
	{"param", parse_param},
	{"deadline", parse_deadline},
	{"check", parse_check},
};
static const char *const header_names[] = {
	"summary", "requires", "after", "param", "deadline", "check", NULL};

/* One line of the header, without its "#". */
static int parse_line(struct component *component, char *text, unsigned line, struct error *err)
{
	text += strspn(text, " \t");
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz");
	if (length == 0 || text[length] != ':')
		return 0;
	text[length] = '\0';
	char *value = text + length + 1;
	value += strspn(value, " \t");
	for (size_t end = strlen(value); end > 0 && strchr(" \t\r", value[end - 1]) != NULL; end--)
		value[end - 1] = '\0';
	for (size_t i = 0; i < sizeof header_keys / sizeof header_keys[0]; i++) {
		if (strcmp(header_keys[i].key, text) == 0)
			return header_keys[i].parse(component, value, line, err);
	}
	const char *near = word_nearest(text, header_names);
	if (near != NULL)
		return error_set(err, EINVAL, "line %u: \"%s:\" is unknown; did you mean \"%s:\"?",
			line, text, near);
	return 0;
}

static int parse_header(struct component *component, struct error *err)
{
	const char *at = strchr(component->script, '\n');

	for (unsigned line = 2; at != NULL && at[1] == '#'; line++) {
		const char *start = at + 2;
		at = strchr(start, '\n');
		CLEANUP_FREE char *text = at != NULL ? xstrndup(start, (size_t)(at - start))
						     : xstrdup(start);
		int r = parse_line(component, text, line, err);
		if (r != 0)
			return r;
	}
	if (component->summary[0] == '\0')
		return error_set(err, EINVAL,
			"line 2: a script begins with its header, at least \"# summary: WHAT IT "
			"INSTALLS\"; see components/nginx");
	return 0;
}

int component_parse(const char *name, const char *script, struct component **ret, struct error *err)
{
	if (!component_name_ok(name))
		return error_set(err, EINVAL,
			"\"%.64s\" is no name of a component: a-z, then a-z, 0-9, _ and -, 32 at "
			"most, and none of stack, firewall, run",
			name);
	if (strnlen(script, SCRIPT_MAX + 1) > SCRIPT_MAX)
		return error_set(
			err, EINVAL, "%s: a script has at most %d KiB", name, SCRIPT_MAX >> 10);
	if (strncmp(script, "#!", 2) != 0 || script[2 + strspn(script + 2, " ")] != '/')
		return error_set(err, EINVAL, "%s: line 1: a script begins with #!/bin/sh", name);
	if (strchr(script, '\r') != NULL)
		return error_set(
			err, EINVAL, "%s: the lines end in CR LF, which no shell reads", name);
	struct component *component = xcalloc(1, sizeof *component);
	*component = (struct component){.name = xstrdup(name),
		.summary = xstrdup(""),
		.checks = xstrdup(""),
		.script = xstrdup(script),
		.requires = xcalloc(1, sizeof(char *)),
		.after = xcalloc(1, sizeof(char *)),
		.deadline = DEADLINE_DEFAULT,
		.refs = 1};
	if (parse_header(component, err) != 0) {
		component_unref(component);
		error_prefix(err, "%s", name);
		return -EINVAL;
	}
	*ret = component;
	return 0;
}

struct component *component_ref(struct component *component)
{
	__atomic_add_fetch(&component->refs, 1, __ATOMIC_RELAXED);
	return component;
}

void component_unref(struct component *component)
{
	if (component == NULL || __atomic_sub_fetch(&component->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	for (size_t i = 0; i < component->param_count; i++) {
		free(component->params[i].name);
		free(component->params[i].fallback);
		free(component->params[i].help);
	}
	free(component->params);
	names_free(component->requires);
	names_free(component->after);
	free(component->name);
	free(component->summary);
	free(component->checks);
	free(component->script);
	free(component);
}
