#include "help.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "fs/content.h"
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
		[SPEC_BOOL] = "true or false",
		[SPEC_WORDS] = "list",
		[SPEC_OBJECT] = "JSON object",
		[SPEC_REF] = "one of",
		[SPEC_REFS] = "some of",
		[SPEC_STACK] = "components",
	};
	if (!kind->keys || !kind->keys->name)
		return;
	fprintf(out, "\nKeys of spec (`key = value` lines, # comments, or a JSON object):\n");
	for (const struct spec_key *key = kind->keys; key->name; key++) {
		put_row(out, key->name, key->help);
		fprintf(out, "  %22s %s%s%s%s%s%s\n", "", types[key->type], key->kind ? " " : "", key->kind ? key->kind : "",
			key->required ? "; required" : "", key->change ? "; can be changed" : "; fixed at creation",
			key->type == SPEC_TEXT && !key->example ? "" : "");
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
			file->unborn_only ? "; on a draft only" : file->unborn ? "; on a draft too" : "");
	}
	if (kind != kinds[KIND_DROPLETS])
		return;
	fprintf(out, "  components/NAME/       of each component of its stack:\n");
	for (const struct part_file *file = part_files; file->name; file++)
		put_row(out, file->name, file->help);
}

static void put_kind(FILE *out, const struct kind *kind)
{
	fprintf(out, "%s: %s\n", kind->resource.name, kind->help ? kind->help : "");
	fprintf(out, "\nAttributes (whatever else the API sends is there too; a list is a line an item, `json` is all):\n");
	for (const struct field *field = kind->fields; field && field->name; field++)
		put_row(out, field->name, field->help);
	if (kind->relations && kind->relations->name)
		fprintf(out, "\nLinks:\n");
	for (const struct relation *relation = kind->relations; relation && relation->name; relation++)
		put_row(out, relation->name, relation->help);
	put_files(out, kind);
	put_keys(out, kind);
	if (kind->actions && kind->actions->name)
		fprintf(out, "\nActions (`echo \"NAME key=value\" > action`):\n");
	for (const struct action *action = kind->actions; action && action->name; action++) {
		put_row(out, action->name, action->help);
		if (action->params)
			fprintf(out, "  %22s takes: %s\n", "", action->params);
	}
}

static void put_component(FILE *out, const struct component *component)
{
	fprintf(out, "%s: %s\n", component->name, component->summary);
	fprintf(out, "\n`echo \"%s param=value\" > droplets/NAME/stack` installs it.\n\nParameters:\n", component->name);
	for (size_t i = 0; i < component->param_count; i++) {
		put_row(out, component->params[i].name, component->params[i].help);
		if (*component->params[i].fallback)
			fprintf(out, "  %22s %s when not given\n", "", component->params[i].fallback);
	}
	fprintf(out, "\nDeadline: %u seconds\n", component->deadline);
}

static const char text_spec[] =
	"spec defines an object: `key = value` lines, or a JSON object with the API's keys.\n\n"
	"  # a comment\n  region = sgp1\n  size   = s-1vcpu-2gb\n  image  = debian-12-x64\n\n"
	"On a draft (mkdir) writing it creates the object; later it changes it. Names may be slugs, ids or what people say.\n"
	"What is wrong is refused at once, and `error` says why; `plan` takes the same text and only says what it would do.\n"
	"`sync spec` waits until the API has taken or refused it. help/droplets has the keys.\n";
static const char text_stack[] =
	"stack is what is installed on a droplet: a line, or a word, a component.\n\n"
	"  NAME[=VERSION] [param=value …]\n\n"
	"A value with spaces is quoted. On one line, a word that names a component starts the next one. Writing it again\n"
	"retries what failed and passes over what is installed. help/NAME has a component's parameters; `components/NAME/`\n"
	"in the droplet its state, log and output. `sync status` waits for the end.\n";
static const char text_destroy[] =
	"rmdir droplets/NAME destroys the droplet and all that is on it. With destroy=own (the default) only droplets that\n"
	"docloud made can be destroyed, with destroy=any all, with destroy=none none. rm -r, find -delete and file managers\n"
	"destroy nothing: an rmdir within 10 seconds of a refused removal inside is refused. A draft can be removed in any way.\n";
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

static const struct {
	const char *topic, *text;
} texts[] = {
	{"spec", text_spec},
	{"stack", text_stack},
	{"destroy", text_destroy},
	{"errno", text_errno},
};

static void put_views(FILE *out)
{
	fprintf(out, "Files of the root:\n");
	for (const struct view *view = views; view->name; view++)
		put_row(out, view->name, view->help);
}

int help_visit(struct mount *mount, void (*visit)(void *context, const char *topic), void *context)
{
	for (unsigned kind = 0; kind < KINDS; kind++)
		visit(context, kinds[kind]->resource.name);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		visit(context, texts[i].topic);
	visit(context, "root");
	CLEANUP_FREE char **names = components_names(mount->components);
	for (char **name = names; *name; name++)
		visit(context, *name);
	return 0;
}

int help_read(struct mount *mount, const char *topic, char **ret, size_t *ret_length, struct error *err)
{
	int kind = kind_find(topic);
	struct component *component = components_find(mount->components, topic);
	const char *text = NULL;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (strcmp(texts[i].topic, topic) == 0)
			text = texts[i].text;
	if (kind < 0 && !component && !text && strcmp(topic, "root") != 0)
		return error_set(err, ENOENT, "there is no help on %s", topic);
	FILE *out = open_memstream(ret, ret_length);
	if (!out)
		abort();
	if (kind >= 0)
		put_kind(out, kinds[kind]);
	else if (text)
		fputs(text, out);
	else if (component)
		put_component(out, component);
	else
		put_views(out);
	if (component)
		component_unref(component);
	fclose(out);
	return 0;
}
