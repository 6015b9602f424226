#include "help.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "fs/content.h"
#include "fs/control.h"
#include "fs/options.h"
#include "views.h"

static void put_row(FILE *out, const char *name, const char *help)
{
	fprintf(out, "  %-22s %s\n", name, help ? help : "");
}

static void put_keys(FILE *out, const struct kind *kind)
{
	static const char *const types[] = {
		[SPEC_TEXT] = "text",
		[SPEC_NUMBER] = "number",
		[SPEC_FRACTION] = "number",
		[SPEC_BOOL] = "true or false",
		[SPEC_WORDS] = "list",
		[SPEC_OBJECT] = "JSON object",
		[SPEC_ITEMS] = "list, a line each or `;` between them",
		[SPEC_REF] = "one of",
		[SPEC_REFS] = "some of",
		[SPEC_STACK] = "components",
	};
	if (!kind->keys || !kind->keys->name)
		return;
	fprintf(out, "\nKeys of spec (`key = value` lines, # comments, or an object of JSON or "
		     "YAML):\n");
	for (const struct spec_key *key = kind->keys; key->name; key++) {
		put_row(out, key->name, key->help);
		fprintf(out, "  %22s %s%s%s%s%s%s%s\n", "", types[key->type], key->kind ? " " : "",
			key->kind ? key->kind : "", key->required ? "; required" : "",
			kind_changes(kind, key) ? "; can be changed" : "; fixed at creation",
			key->fixed ? ": " : "", key->fixed ? key->fixed : "");
		if (key->example)
			fprintf(out, "  %22s for example: %s = %s\n", "", key->name, key->example);
	}
}

static void put_files(FILE *out, const struct kind *kind)
{
	fprintf(out, "\nFiles of docloud's own:\n");
	for (const struct file *file = kind->files; file && file->name; file++) {
		put_row(out, file->name, file->help);
		fprintf(out, "  %22s %s%s\n", "", file->submit ? "can be written" : "read only",
			file->unborn_only ? "; on a draft only"
			: file->unborn	  ? "; on a draft too"
					  : "");
	}
	if (kind != kinds[KIND_droplets])
		return;
	fprintf(out, "  components/NAME/       of each component of its stack:\n");
	for (const struct part_file *file = part_files; file->name; file++)
		put_row(out, file->name, file->help);
}

static void put_relation(FILE *out, const struct relation *relation)
{
	static const char *const words[2][2] = {{"ln -s", "rm"}, {"mkdir", "rmdir"}};
	const char *const *word = words[relation->directories];
	put_row(out, relation->name, relation->help);
	bool on = relation->attach || relation->link.path,
	     off = relation->detach || relation->link.path;
	const char *kind = relation->kind ? relation->kind : "many kinds";
	if (on || off)
		fprintf(out, "  %22s to %s; takes %s%s%s\n", "", kind, on ? word[0] : "",
			on && off ? " and " : "", off ? word[1] : "");
	else
		fprintf(out, "  %22s to %s\n", "", kind);
}

static void put_kind(FILE *out, const struct kind *kind)
{
	fprintf(out, "%s: %s\n", kind->resource.name, kind->help ? kind->help : "");
	fprintf(out, "\nAttributes (whatever else the API sends is there too; a list is a line an "
		     "item, `json` is all):\n");
	for (const struct field *field = kind->fields; field && field->name; field++)
		put_row(out, field->name, field->help);
	if (kind->relations && kind->relations->name)
		fprintf(out, "\nLinks:\n");
	for (const struct relation *relation = kind->relations; relation && relation->name;
		relation++)
		put_relation(out, relation);
	put_files(out, kind);
	put_keys(out, kind);
	if (kind->actions && kind->actions->name)
		fprintf(out, "\nActions (`echo \"NAME key=value\" > action`):\n");
	for (const struct action *action = kind->actions; action && action->name; action++) {
		put_row(out, action->name, action->help);
		CLEANUP_FREE char *params = action_params(action);
		if (*params)
			fprintf(out, "  %22s takes: %s\n", "", params);
	}
}

static void put_names(FILE *out, const char *what, char *const *names)
{
	if (!names || !*names)
		return;
	fprintf(out, "\n%s:", what);
	for (; *names; names++)
		fprintf(out, " %s", *names);
	fputc('\n', out);
}

static void put_component(FILE *out, const struct component *component)
{
	static const char *const types[] = {
		[PARAM_TEXT] = "text",
		[PARAM_PATH] = "an absolute path",
		[PARAM_NUMBER] = "a number",
		[PARAM_SIZE] = "a size, such as 64M",
		[PARAM_LIST] = "words with commas between them",
		[PARAM_KEYS] = "names in ssh_keys/, with commas between them",
		[PARAM_USERS] = "users with commas between them, each NAME or NAME:KEY",
		[PARAM_SECRET] = "text, kept secret",
		[PARAM_PORT] = "a port",
		[PARAM_PORTS] = "ports with commas between them, such as 80,443",
		[PARAM_NAME] = "a name of a-z, 0-9, _ and -",
	};
	fprintf(out, "%s: %s\n", component->name, component->summary);
	fprintf(out,
		"\n`echo \"%s%s\" > droplets/NAME/stack` installs it; components/%s is its "
		"script.\n",
		component->name, component->param_count ? " param=value" : "", component->name);
	if (component->own)
		fprintf(out, "It is yours%s.\n",
			component->overrides ? " and overrides a built-in one, which `rm` of the "
					       "script brings back"
					     : "");
	put_names(out, "Requires", component->requires);
	put_names(out, "Comes after, where both are wanted", component->after);
	if (component->param_count)
		fprintf(out, "\nParameters:\n");
	for (size_t i = 0; i < component->param_count; i++) {
		put_row(out, component->params[i].name, component->params[i].help);
		fprintf(out, "  %22s %s\n", "", types[component->params[i].type]);
		if (*component->params[i].fallback)
			fprintf(out, "  %22s %s when not given\n", "",
				component->params[i].fallback);
	}
	fprintf(out, "\nDeadline: %u seconds\n", component->deadline);
	if (*component->checks)
		fprintf(out, "\nIt is installed once this succeeds:\n%s", component->checks);
}

static const char text_spec[] =
	"spec defines an object: `key = value` lines, or an object of JSON or YAML with the API's "
	"keys.\n\n"
	"  # a comment\n  region = sgp1\n  size   = s-1vcpu-2gb\n  image  = debian-12-x64\n\n"
	"On a draft (mkdir) writing it creates the object; later it changes it. Names may be "
	"slugs, ids or what people say.\n"
	"What is wrong is refused at once, and `error` says why; `plan` takes the same text and "
	"only says what it would do.\n"
	"`sync spec` waits until the API has taken or refused it. help/droplets has the keys.\n";
static const char text_stack[] =
	"stack is what is installed on a droplet: a line, or a word, a component.\n\n"
	"  NAME[=VERSION] [param=value …]\n\n"
	"A value with spaces is quoted. On one line, a word that names a component starts the next "
	"one. A version is\n"
	"held against upgrades. Writing it again retries what failed, runs what changed here, "
	"repairs what changed on the\n"
	"droplet, and passes over the rest. help/NAME has a component's parameters; "
	"`components/NAME/` in the droplet its\n"
	"state, log and output. `sync status` waits for the end.\n"
	"A script of your own: `cp redis.sh components/redis`; its header is as in "
	"components/nginx.\n";
static const char text_destroy[] =
	"rmdir droplets/NAME destroys the droplet and all that is on it. With destroy=own (the "
	"default) only droplets that\n"
	"docloud made can be destroyed, with destroy=any all, with destroy=none none. rm -r, find "
	"-delete and file managers\n"
	"destroy nothing: an rmdir within 10 seconds of a refused removal inside is refused, and "
	"of one of the collection itself.\n"
	"A program whose first step is the rmdir of that very directory (fs.rm of Node, "
	"os.RemoveAll of Go) cannot be told from\n"
	"rmdir. A draft can be removed in any way.\n";
static const char text_errno[] =
	"EINVAL        the content is wrong; `error` names every mistake\n"
	"ENOENT        the API says that it does not exist\n"
	"EEXIST        the name is taken\n"
	"EPERM         it cannot be changed, or a removal that is protected\n"
	"EROFS         the mount is read-only\n"
	"EACCES        the token is refused or lacks the scope\n"
	"EDQUOT        the account's limit is reached\n"
	"EBUSY         an action under way has locked it\n"
	"EAGAIN        the rate limit leaves no room before the deadline\n"
	"ETIMEDOUT     no answer in time\n"
	"EHOSTUNREACH  the API or the droplet cannot be reached\n"
	"EKEYREJECTED  the droplet's host key is not the pinned one\n"
	"EIO           anything else the far side did wrong; an install that failed\n";

static void put_stack(FILE *out, struct mount *mount)
{
	fprintf(out, "\nComponents:\n");
	CLEANUP_FREE char **names = components_names(mount->components);
	for (char **name = names; *name; name++) {
		struct component *component = components_find(mount->components, *name);
		if (!component)
			continue; /* removed meanwhile */
		CLEANUP_FREE char *line = xasprintf("%s%s", component->summary,
			component->overrides ? " (yours, overrides a built-in one)"
			: component->own     ? " (yours)"
					     : "");
		put_row(out, *name, line);
		component_unref(component);
	}
}

/* The options as --help has them. */
static void put_options(FILE *out, struct mount *mount)
{
	(void)mount;
	CLEANUP_FREE char *text = options_help();
	fputs(text, out);
}

static void put_views(FILE *out, struct mount *mount)
{
	(void)mount;
	fprintf(out, "Files of the root:\n");
	for (const struct view *view = views; view->name; view++)
		put_row(out, view->name, view->help);
}

static const struct topic {
	const char *name, *text;
	void (*put)(FILE *out, struct mount *mount);
} topics[] = {
	{"root", NULL, put_views},
	{"options", NULL, put_options},
	{"spec", text_spec, NULL},
	{"stack", text_stack, put_stack},
	{"destroy", text_destroy, NULL},
	{"errno", text_errno, NULL},
};
enum { TOPICS = sizeof(topics) / sizeof(*topics) };

static const struct topic *find_topic(const char *name)
{
	for (size_t i = 0; i < TOPICS; i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

const char *help_text(const char *topic)
{
	const struct topic *known = find_topic(topic);
	return known ? known->text : NULL;
}

/* "domains.records": a topic is one file. */
static char *kind_topic(const struct kind *kind)
{
	char *topic = xstrdup(kind->resource.name);
	for (char *at = topic; (at = strchr(at, '/'));)
		*at = '.';
	return topic;
}

static int find_kind(const char *topic)
{
	for (int kind = 0; kind < KINDS; kind++) {
		CLEANUP_FREE char *its = kind_topic(kinds[kind]);
		if (strcmp(its, topic) == 0)
			return kind;
	}
	return -1;
}

/* A component of the user's own may be called as a kind or a topic: that one is shown then, once. */
int help_visit(struct mount *mount, void (*visit)(void *context, const char *topic), void *context)
{
	for (unsigned kind = 0; kind < KINDS; kind++) {
		CLEANUP_FREE char *topic = kind_topic(kinds[kind]);
		visit(context, topic);
	}
	for (size_t i = 0; i < TOPICS; i++)
		visit(context, topics[i].name);
	CLEANUP_FREE char **names = components_names(mount->components);
	for (char **name = names; *name; name++)
		if (find_kind(*name) < 0 && !find_topic(*name))
			visit(context, *name);
	return 0;
}

int help_read(
	struct mount *mount, const char *topic, char **ret, size_t *ret_length, struct error *err)
{
	int kind = find_kind(topic);
	const struct topic *known = find_topic(topic);
	struct component *component = kind < 0 && !known ? components_find(mount->components, topic)
							 : NULL;
	if (kind < 0 && !known && !component)
		return error_set(
			err, ENOENT, "there is no help on %s; `ls help` shows the topics", topic);
	FILE *out = open_memstream(ret, ret_length);
	if (!out)
		abort();
	if (kind >= 0)
		put_kind(out, kinds[kind]);
	else if (component)
		put_component(out, component);
	if (known && known->text)
		fputs(known->text, out);
	if (known && known->put)
		known->put(out, mount);
	component_unref(component);
	fclose(out);
	return 0;
}
