#define FUSE_USE_VERSION 312
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/memory.h"
#include "api/snapshot.h"
#include "provision/stack.h"

enum type { TEXT, NUMBER, CHOICE, FLAG };

/* Every -o option of docloud's own: parsed from here, and told in --help from here. */
static const struct option {
	const char *name;
	enum type type;
	size_t offset;
	const char *fallback, *choices, *help;
	unsigned low, high;
} options[] = {
	{"api_url", TEXT, offsetof(struct options, api_url), "https://api.digitalocean.com", NULL,
		"the API's address", 0, 0},
	{"token_file", TEXT, offsetof(struct options, token_file), NULL, NULL,
		"file with it; else $DIGITALOCEAN_ACCESS_TOKEN or doctl's", 0, 0},
	{"context", TEXT, offsetof(struct options, context), NULL, NULL,
		"which of doctl's contexts", 0, 0},
	{"ro", FLAG, offsetof(struct options, read_only), NULL, NULL, "refuse every change", 0, 0},
	{"ttl", NUMBER, offsetof(struct options, ttl), "15", NULL,
		"seconds a listing is fresh; catalogue: 60 times as long", 1, 86400},
	{"timeout", NUMBER, offsetof(struct options, timeout), "30", NULL,
		"seconds no file operation exceeds", 1, 3600},
	{"stage_timeout", NUMBER, offsetof(struct options, stage_timeout), NULL, NULL,
		"seconds a stage of an install has, and a component at least", 1, 86400},
	{"destroy", CHOICE, offsetof(struct options, destroy), "own", "own any none",
		"which droplets rmdir may destroy", 0, 0},
	{"ssh_user", TEXT, offsetof(struct options, ssh_user), "root", NULL,
		"who logs in to droplets; by sudo, if not root", 0, 0},
	{"ssh_key", TEXT, offsetof(struct options, ssh_key), NULL, NULL,
		"private key (else docloud's own)", 0, 0},
	{"hostkeys", CHOICE, offsetof(struct options, hostkeys), "pinned", "pinned accept-new",
		"trust in others' droplets", 0, 0},
	{"jobs", NUMBER, offsetof(struct options, jobs), "64", NULL, "droplets worked on at a time",
		1, 1000},
	{"state_dir", TEXT, offsetof(struct options, state_dir), NULL, NULL,
		"journal, keys, logs (else ~/.local/state/docloud/…)", 0, 0},
	{"components_dir", TEXT, offsetof(struct options, components_dir), NULL, NULL,
		"your own components (else ~/.config/docloud/components)", 0, 0},
	{"nonempty", FLAG, offsetof(struct options, nonempty), NULL, NULL,
		"mount over a directory that is not empty", 0, 0},
	{"hosts", CHOICE, offsetof(struct options, hosts), "none", "none containers",
		"--sandbox, as root", 0, 0},
	{"boot_seconds", NUMBER, offsetof(struct options, boot_seconds), "2", NULL,
		"--sandbox: from new to active", 0, 3600},
};
#define OPTIONS (sizeof(options) / sizeof(*options))

/* What libfuse and mount(8) take; anything else is a mistake that is worth a sentence. */
static const char *const foreign[] = {"allow_other", "allow_root", "auto_unmount",
	"default_permissions", "fsname=", "subtype=", "max_read=", "dev", "nodev", "suid", "nosuid",
	"exec", "noexec", "atime", "noatime", "rw", "sync", "async", "dirsync", NULL};
/* What fstab says to others. */
static const char *const ignored[] = {
	"_netdev", "noauto", "auto", "user", "nofail", "x-", "defaults", NULL};

struct parse {
	struct options *options;
	struct error *err;
	const char *source;
};

/* libfuse's words are there for the time of a call only. */
static const char *keep(struct options *to, const char *text)
{
	to->owned = xrealloc(to->owned, to->owned_count + 1, sizeof(*to->owned));
	to->owned[to->owned_count] = xstrdup(text);
	return to->owned[to->owned_count++];
}

void options_finish(struct options *to)
{
	for (size_t i = 0; i < to->owned_count; i++)
		free(to->owned[i]);
	free(to->owned);
	fuse_opt_free_args(&to->fuse);
}

static int set_number(
	const struct option *option, const char *value, unsigned *to, struct error *err)
{
	char *end;
	unsigned long number = strtoul(value, &end, 10);
	if (!isdigit((unsigned char)*value) || *end || number < option->low ||
		number > option->high)
		return error_set(err, EINVAL, "-o %s=%s: a number from %u to %u is needed",
			option->name, value, option->low, option->high);
	*to = (unsigned)number;
	return 0;
}

static int set_value(
	struct options *to, const struct option *option, const char *value, struct error *err)
{
	char *field = (char *)to + option->offset;
	if (option->type == FLAG) {
		*(bool *)field = true;
		return 0;
	}
	if (option->type == NUMBER)
		return set_number(option, value, (unsigned *)(void *)field, err);
	if (option->type == CHOICE) {
		size_t length = strlen(value);
		const char *found = strstr(option->choices, value);
		if (!length || strchr(value, ' ') || !found ||
			(found > option->choices && found[-1] != ' ') ||
			(found[length] && found[length] != ' '))
			return error_set(err, EINVAL, "-o %s=%s: it must be one of: %s",
				option->name, value, option->choices);
	}
	*(const char **)(void *)field = value;
	return 0;
}

static bool is_among(const char *const *known, const char *word)
{
	for (; *known; known++) {
		size_t length = strlen(*known);
		bool prefix = strchr("=-", (*known)[length - 1]) != NULL;
		if (prefix ? strncmp(word, *known, length) == 0 : strcmp(word, *known) == 0)
			return true;
	}
	return false;
}

static int parse_option(struct parse *parse, const char *word)
{
	const char *names[OPTIONS + 1] = {0};
	size_t length = strcspn(word, "=");
	for (size_t i = 0; i < OPTIONS; i++) {
		names[i] = options[i].name;
		if (strlen(options[i].name) != length ||
			strncmp(word, options[i].name, length) != 0)
			continue;
		if (options[i].type != FLAG && word[length] != '=')
			return error_set(parse->err, EINVAL, "-o %s: it needs a value", word);
		const char *value = options[i].type == FLAG
					    ? ""
					    : keep(parse->options, word + length + 1);
		return set_value(parse->options, &options[i], value, parse->err);
	}
	if (is_among(foreign, word))
		return 1;
	if (is_among(ignored, word))
		return 0;
	char *name = xstrndup(word, length);
	const char *near = word_nearest(name, names);
	int rc = error_set(parse->err, EINVAL,
		"-o %s: unknown option%s%s; docloud --help lists them", name,
		near ? ", did you mean " : "", near ? near : "");
	free(name);
	return rc;
}

enum { KEY_HELP, KEY_VERSION, KEY_FOREGROUND, KEY_DEBUG, KEY_SANDBOX, KEY_TOPIC, KEY_MANUAL };

static const struct fuse_opt flags[] = {
	FUSE_OPT_KEY("-h", KEY_HELP),
	FUSE_OPT_KEY("--help", KEY_HELP),
	FUSE_OPT_KEY("--help=", KEY_TOPIC),
	FUSE_OPT_KEY("--manual", KEY_MANUAL),
	FUSE_OPT_KEY("-V", KEY_VERSION),
	FUSE_OPT_KEY("--version", KEY_VERSION),
	FUSE_OPT_KEY("-f", KEY_FOREGROUND),
	FUSE_OPT_KEY("-d", KEY_DEBUG),
	FUSE_OPT_KEY("--sandbox", KEY_SANDBOX),
	FUSE_OPT_KEY("--sandbox=", KEY_SANDBOX),
	FUSE_OPT_END,
};

static int parse_word(struct parse *parse, const char *word)
{
	struct options *to = parse->options;
	if (to->mountpoint && parse->source)
		return error_set(parse->err, EINVAL,
			"%s: too many arguments; docloud --help tells the usage", word);
	/* mount(8) names a source first. */
	parse->source = to->mountpoint;
	to->mountpoint = keep(to, word);
	if (parse->source && strncmp(parse->source, "http", 4) == 0)
		to->api_url = parse->source;
	return 0;
}

static int take_word(void *data, const char *word, int key, struct fuse_args *out)
{
	struct parse *parse = data;
	struct options *to = parse->options;
	(void)out;
	switch (key) {
	case KEY_HELP:
		to->help = true;
		return 0;
	case KEY_VERSION:
		to->version = true;
		return 0;
	case KEY_TOPIC:
		to->topic = keep(to, strchr(word, '=') + 1);
		return 0;
	case KEY_MANUAL:
		to->manual = true;
		return 0;
	case KEY_FOREGROUND:
		to->foreground = true;
		return 0;
	case KEY_DEBUG:
		to->debug = to->foreground = true;
		return 1;
	case KEY_SANDBOX:
		to->sandbox = word[9] == '=' ? keep(to, word + 10) : "";
		return 0;
	case FUSE_OPT_KEY_NONOPT:
		return parse_word(parse, word) == 0 ? 0 : -1;
	default:
		break;
	}
	if (*word == '-') {
		error_set(parse->err, EINVAL, "%s: unknown flag; docloud --help lists them", word);
		return -1;
	}
	int rc = parse_option(parse, word);
	return rc < 0 ? -1 : rc;
}

int options_parse(int argc, char **argv, struct options *ret, struct error *err)
{
	struct parse parse = {.options = ret, .err = err};
	*ret = (struct options){.fuse = FUSE_ARGS_INIT(argc, argv)};
	for (size_t i = 0; i < OPTIONS; i++)
		if (options[i].fallback)
			set_value(ret, &options[i], options[i].fallback, NULL);
	if (fuse_opt_parse(&ret->fuse, &parse, flags, take_word) != 0)
		return error_set(err, EINVAL,
			"these arguments cannot be read; docloud --help tells the usage");
	if (!ret->mountpoint && !ret->help && !ret->topic && !ret->version && !ret->manual)
		return error_set(err, EINVAL,
			"a mount point is needed: docloud [-o OPTIONS] MOUNTPOINT; docloud --help "
			"tells more");
	return 0;
}

void options_visit(
	void (*visit)(void *context, const char *name, const char *help, const char *fallback),
	void *context)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct option *option = &options[i];
		char name[64], help[128];
		snprintf(
			name, sizeof(name), "%s%s", option->name, option->type == FLAG ? "" : "=…");
		snprintf(help, sizeof(help), "%s%s%s", option->help, option->choices ? ": " : "",
			option->choices ? option->choices : "");
		visit(context, name, help, option->fallback ? option->fallback : "");
	}
}

static void put_option(void *context, const char *name, const char *help, const char *fallback)
{
	bool flag = !strchr(name, '=');
	fprintf(context, "  %-*s%s%s%s%s\n", flag ? 18 : 20, name, help, *fallback ? " (" : "",
		fallback, *fallback ? ")" : "");
}

char *options_help(void)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		abort();
	fputs("docloud [-f] [-d] [-o OPT[,OPT…]] MOUNTPOINT  a DigitalOcean account as files\n"
	      "docloud --sandbox[=DIR] MOUNTPOINT            one on this machine: no account\n\n"
	      "  -f  stay in the foreground    -d  and print every FUSE request    --version\n\n",
		out);
	options_visit(put_option, out);
	fputs("  allow_other, … and FUSE's own\nUnmount: umount or fusermount3 -u. "
	      "More: --help=droplets, MOUNTPOINT/README.\n",
		out);
	fclose(out);
	return text;
}

char *path_absolute(const char *path)
{
	char *here = *path == '/' ? NULL : getcwd(NULL, 0);
	char *whole = here ? xasprintf("%s/%s", here, path) : xstrdup(path);
	free(here);
	return whole;
}

static char *below(const char *variable, const char *home_path, const char *rest)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	if (base && *base == '/')
		return xasprintf("%s/docloud/%s", base, rest);
	if (home && *home == '/')
		return xasprintf("%s/%s/docloud/%s", home, home_path, rest);
	return xasprintf("/var/lib/docloud-mount/%s", rest);
}

char *options_state_dir(const struct options *to)
{
	if (to->state_dir)
		return path_absolute(to->state_dir);
	const char *host = strstr(to->api_url, "://");
	char *account = xasprintf("%s%s%s", host ? host + 3 : to->api_url, to->context ? "@" : "",
		to->context ? to->context : "");
	char *name = name_encode(account), *path = below("XDG_STATE_HOME", ".local/state", name);
	free(account);
	free(name);
	return path;
}

char *options_components_dir(const struct options *to)
{
	return to->components_dir ? path_absolute(to->components_dir)
				  : below("XDG_CONFIG_HOME", ".config", "components");
}
