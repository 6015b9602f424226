#include "token.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "document.h"

#define TOKEN_MAX 4096
#define CONFIG_MAX (64 << 10)

static void trim(char *text)
{
	size_t length = strlen(text), start = strspn(text, " \t\r\n\"'");
	while (length > start && strchr(" \t\r\n\"'", text[length - 1]))
		length--;
	memmove(text, text + start, length - start);
	text[length - start] = '\0';
}

/* A token is one word of printable characters; anything else would be sent as a broken header. */
static char *token_check(const char *text, const char *where, struct error *err)
{
	char *token = xstrdup(text);
	trim(token);
	bool bad = !*token;
	for (const char *p = token; *p; p++)
		bad = bad || !isgraph((unsigned char)*p);
	if (!bad)
		return token;
	free(token);
	error_set(err, EINVAL, "%s holds no token: it must be one word on one line", where);
	return NULL;
}

static FILE *open_private(const char *path, struct error *err)
{
	struct stat st;
	FILE *in = fopen(path, "re");
	if (!in) {
		error_set(
			err, errno, "the token file %s cannot be read: %s", path, strerror(errno));
		return NULL;
	}
	if (fstat(fileno(in), &st) == 0 && st.st_mode & 077) {
		error_set(err, EACCES, "the token in %s can be read by others: chmod 600 %s", path,
			path);
		fclose(in);
		return NULL;
	}
	return in;
}

static char *from_file(const char *path, struct error *err)
{
	char text[TOKEN_MAX] = "";
	FILE *in = open_private(path, err);
	if (!in)
		return NULL;
	size_t length = fread(text, 1, sizeof(text) - 1, in);
	text[length] = '\0';
	bool whole = feof(in) && strlen(text) == length; /* a NUL would hide what comes after it */
	fclose(in);
	if (!whole) {
		error_set(err, EINVAL, "%s holds no token: it must be one word on one line", path);
		return NULL;
	}
	return token_check(text, path, err);
}

/* A member by its name as it is: one of a context may have any character. */
static const char *member(const struct json *object, const char *name)
{
	for (const struct json *at = json_first(object); at; at = json_next(at))
		if (json_key(at) && strcmp(json_key(at), name) == 0)
			return json_string(at);
	return NULL;
}

/* Of doctl's config.yaml: `access-token` is the token of the context "default", `auth-contexts` has the others'. */
static const char *doctl_token(const struct json *config, const char *context)
{
	const char *name = context ? context : json_get_string(config, "context");
	const char *token = !name || !*name || strcmp(name, "default") == 0
				    ? json_get_string(config, "access-token")
				    : member(json_get(config, "auth-contexts"), name);
	return token ? token : "";
}

static struct json *read_config(const char *path, struct error *err)
{
	FILE *in = open_private(path, err);
	if (!in)
		return NULL;
	CLEANUP_FREE char *text = xmalloc(CONFIG_MAX);
	size_t length = fread(text, 1, CONFIG_MAX, in);
	fclose(in);
	struct json *config = document_parse(text, length, err);
	explicit_bzero(text, length);
	if (!config)
		error_prefix(err, "%s", path);
	return config;
}

static char *doctl_path(void)
{
	const char *base = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	if (base && *base == '/')
		return xasprintf("%s/doctl/config.yaml", base);
	return home && *home == '/' ? xasprintf("%s/.config/doctl/config.yaml", home) : NULL;
}

static char *from_doctl(const char *context, struct error *err)
{
	CLEANUP_FREE char *path = doctl_path();
	struct stat st;
	if (!path || stat(path, &st) != 0)
		return NULL;
	CLEANUP_JSON struct json *config = read_config(path, err);
	if (!config)
		return NULL;
	const char *token = doctl_token(config, context);
	if (!*token && context)
		error_set(err, ENOENT,
			"%s has no context %s: doctl auth list shows those there are", path,
			context);
	return *token ? token_check(token, path, err) : NULL;
}

char *token_find(const char *file, const char *context, struct error *err)
{
	static const char *const variables[] = {"DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN"};
	struct error own = {0};
	if (file)
		return from_file(file, err);
	for (size_t i = 0; i < 2 && !context; i++) {
		const char *value = getenv(variables[i]);
		if (value && *value)
			return token_check(value, variables[i], err);
	}
	char *token = from_doctl(context, &own);
	if (!token && own.code)
		error_move(err, &own);
	if (!token)
		error_set(err, EACCES,
			"there is no API token. Make one at "
			"https://cloud.digitalocean.com/account/api/tokens, then\n"
			"    export DIGITALOCEAN_ACCESS_TOKEN=…     or put it into a file (chmod "
			"600) and use -o token_file=PATH\n"
			"To try docloud without an account:\n"
			"    docloud --sandbox MOUNTPOINT");
	return token;
}
