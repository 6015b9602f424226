#include "component_check.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"

enum { VALUE_MAX = 4096, ITEM_MAX = 255 };

static bool name_ok(const char *name, size_t most)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return (islower((unsigned char)name[0]) || name[0] == '_') && name[length] == '\0' &&
	       length <= most;
}

static bool number_ok(const char *text, unsigned long least, unsigned long most)
{
	size_t length = strspn(text, "0123456789");

	if (length == 0 || length > 12 || text[length] != '\0')
		return false;
	unsigned long value = strtoul(text, NULL, 10);
	return value >= least && value <= most;
}

static bool text_ok(const char *value)
{
	(void)value;
	return true;
}

static bool path_ok(const char *value)
{
	return value[0] == '/' && strlen(value) < 1024 && strstr(value, "/../") == NULL;
}

static bool count_ok(const char *value)
{
	return number_ok(value, 0, 999999999999);
}

static bool size_ok(const char *value)
{
	size_t length = strspn(value, "0123456789");

	return length > 0 && length <= 12 &&
	       (value[length] == '\0' ||
		       (strchr("KMGTkmgt", value[length]) != NULL && value[length + 1] == '\0'));
}

static bool port_ok(const char *value)
{
	return value[0] != '0' && number_ok(value, 1, 65535); /* 0443 is octal to some */
}

/* 80, 6000-6010, 53/udp */
static bool ports_item_ok(const char *item)
{
	CLEANUP_FREE char *copy = xstrdup(item);
	char *protocol = strchr(copy, '/');

	if (protocol != NULL) {
		*protocol++ = '\0';
		if (strcmp(protocol, "tcp") != 0 && strcmp(protocol, "udp") != 0)
			return false;
	}
	char *dash = strchr(copy, '-');
	if (dash == NULL)
		return port_ok(copy);
	*dash++ = '\0';
	return port_ok(copy) && port_ok(dash) && strtol(copy, NULL, 10) <= strtol(dash, NULL, 10);
}

static bool word_ok(const char *item)
{
	return item[0] != '\0' && strlen(item) <= ITEM_MAX && strpbrk(item, " \t") == NULL;
}

/* NAME or NAME:KEY */
static bool user_ok(const char *item)
{
	CLEANUP_FREE char *copy = xstrdup(item);
	char *key = strchr(copy, ':');

	if (key != NULL)
		*key++ = '\0';
	return name_ok(copy, 32) && (key == NULL || word_ok(key));
}

static bool name_value_ok(const char *value)
{
	return name_ok(value, 64);
}

static const struct {
	bool (*ok)(const char *value);
	bool list;
	const char *say;
} checks[] = {
	[PARAM_TEXT] = {text_ok, false, "text"},
	[PARAM_PATH] = {path_ok, false, "an absolute path"},
	[PARAM_NUMBER] = {count_ok, false, "a number"},
	[PARAM_SIZE] = {size_ok, false, "a size, such as 64M"},
	[PARAM_LIST] = {word_ok, true, "a list of words with commas between them"},
	[PARAM_KEYS] = {word_ok, true,
		"names of ssh_keys/ without spaces, with commas between them"},
	[PARAM_USERS] = {user_ok, true, "users with commas between them, each NAME or NAME:KEY"},
	[PARAM_SECRET] = {text_ok, false, "text"},
	[PARAM_PORT] = {port_ok, false, "a port, 1 to 65535"},
	[PARAM_PORTS] = {ports_item_ok, true, "ports with commas between them, such as 80,443"},
	[PARAM_NAME] = {name_value_ok, false, "a name of a-z, 0-9, _ and -"},
};

static bool list_ok(char *list, bool (*ok)(const char *item))
{
	for (char *item; (item = strsep(&list, ",")) != NULL;) {
		if (!ok(item))
			return false;
	}
	return true;
}

int param_check(const struct param *param, const char *value, struct error *err)
{
	bool secret = param->type == PARAM_SECRET;

	if (strlen(value) > VALUE_MAX)
		return error_set(
			err, EINVAL, "%s is longer than %d bytes", param->name, (int)VALUE_MAX);
	if (value[0] == '\0' && param->fallback[0] == '\0')
		return 0;
	CLEANUP_FREE char *copy = xstrdup(value);
	if (checks[param->type].list ? list_ok(copy, checks[param->type].ok)
				     : checks[param->type].ok(copy))
		return 0;
	return error_set(err, EINVAL, "%s=%.80s: must be %s", param->name, secret ? "..." : value,
		checks[param->type].say);
}

int param_keys(const struct param *param, const char *value,
	int (*visit)(void *context, const char *key), void *context)
{
	if (param->type != PARAM_KEYS && param->type != PARAM_USERS)
		return 0;
	CLEANUP_FREE char *copy = xstrdup(value);
	char *list = copy;
	for (char *item; (item = strsep(&list, ",")) != NULL;) {
		if (param->type == PARAM_USERS)
			item = strchr(item, ':') != NULL ? strchr(item, ':') + 1 : NULL;
		int r = item == NULL || item[0] == '\0' ? 0 : visit(context, item);
		if (r != 0)
			return r;
	}
	return 0;
}
