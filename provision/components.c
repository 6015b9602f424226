#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/cleanup.h"
#include "api/journal.h"
#include "api/memory.h"
#include "component_check.h"
#include "file.h"
#include "scripts.h"

enum { OWN_MAX = 256, OWN_SCRIPT_MAX = 256 << 10 };

struct entry {
	struct component *built_in, *own; /* one of them may be NULL */
};

struct components {
	char *dir;
	unsigned least;			/* seconds: no deadline is shorter */
	pthread_mutex_t writing;	/* one put or remove at a time; taken before lock */
	pthread_mutex_t lock;		/* a leaf */
	struct entry *entries;		/* lock; sorted by name */
	size_t count;			/* lock */
	struct component_fault *faults; /* not changed after the start */
	size_t fault_count;
};

static struct component *present(const struct entry *entry)
{
	return entry->own != NULL ? entry->own : entry->built_in;
}

/* Where the name is or belongs. Under lock. */
static size_t place(struct components *components, const char *name, bool *ret_found)
{
	size_t i = 0;

	*ret_found = false;
	for (; i < components->count; i++) {
		int order = strcmp(present(&components->entries[i])->name, name);
		*ret_found = order == 0;
		if (order >= 0)
			break;
	}
	return i;
}

/* Takes the component. Under lock. */
static void insert(struct components *components, struct component *component)
{
	bool found;
	size_t at = place(components, component->name, &found);

	if (!found) {
		components->entries = xrealloc(
			components->entries, components->count + 1, sizeof(struct entry));
		memmove(components->entries + at + 1, components->entries + at,
			(components->count - at) * sizeof(struct entry));
		components->entries[at] = (struct entry){0};
		components->count++;
	}
	if (component->deadline < components->least)
		component->deadline = components->least;
	component->overrides = component->own && components->entries[at].built_in != NULL;
	struct component **to = component->own ? &components->entries[at].own
					       : &components->entries[at].built_in;
	component_unref(*to);
	*to = component;
}

static bool is_regular(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int load_own(
	struct components *components, const char *name, const char *path, struct error *err)
{
	struct component *component;
	CLEANUP_FREE char *script = file_read(path, OWN_SCRIPT_MAX, NULL, err);

	if (script == NULL)
		return -err->code;
	if (strstr(script, "summary:") == NULL)
		return 0; /* a script that is no component */
	int r = component_parse(name, script, &component, err);
	if (r != 0)
		return error_prefix(err, "%s", path);
	component->own = true;
	insert(components, component);
	return 0;
}

/* A file that is wrong keeps nobody from all the others. */
static void load_file(struct components *components, const char *file)
{
	CLEANUP_FREE char *path = xasprintf("%s/%s", components->dir, file);
	CLEANUP_FREE char *name = xstrdup(file);
	char *suffix = strrchr(name, '.');
	bool script = suffix != NULL && strcmp(suffix, ".sh") == 0;
	struct error why = {0};

	if (script)
		*suffix = '\0';
	if ((!script && !component_name_ok(name)) || !is_regular(path))
		return; /* a README, an editor's copy, a directory */
	if (load_own(components, name, path, &why) == 0)
		return;
	components->faults = xrealloc(
		components->faults, components->fault_count + 1, sizeof *components->faults);
	components->faults[components->fault_count++] = (struct component_fault){
		xstrdup(name), why};
}

static int load_dir(struct components *components, struct error *err)
{
	int r = journal_make(components->dir, err);
	DIR *dir = r == 0 ? opendir(components->dir) : NULL;

	if (dir == NULL)
		return r != 0 ? r
			      : error_set(err, errno, "cannot read %s: %s", components->dir,
					strerror(errno));
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		if (entry->d_name[0] != '.' && components->count < OWN_MAX)
			load_file(components, entry->d_name);
	}
	closedir(dir);
	return 0;
}

const struct component_fault *components_fault(const struct components *components, size_t index)
{
	return index < components->fault_count ? &components->faults[index] : NULL;
}

static int load_built_in(struct components *components, struct error *err)
{
	const char *name, *text;

	for (size_t i = 0; (name = script_at("components", i, &text)) != NULL; i++) {
		struct component *component;
		int r = component_parse(name, text, &component, err);
		if (r != 0)
			return r;
		insert(components, component);
	}
	return 0;
}

struct components *components_create(const char *dir, unsigned least, struct error *err)
{
	struct components *components = xcalloc(1, sizeof *components);
	struct error why = {0};

	components->dir = dir != NULL ? xstrdup(dir) : NULL;
	components->least = least;
	pthread_mutex_init(&components->lock, NULL);
	pthread_mutex_init(&components->writing, NULL);
	int r = load_built_in(components, &why);
	if (r == 0 && dir != NULL)
		r = load_dir(components, &why);
	if (r == 0)
		return components;
	error_move(err, &why);
	components_destroy(components);
	return NULL;
}

void components_destroy(struct components *components)
{
	if (components == NULL)
		return;
	for (size_t i = 0; i < components->count; i++) {
		component_unref(components->entries[i].built_in);
		component_unref(components->entries[i].own);
	}
	for (size_t i = 0; i < components->fault_count; i++)
		free(components->faults[i].name);
	free(components->faults);
	pthread_mutex_destroy(&components->lock);
	pthread_mutex_destroy(&components->writing);
	free(components->entries);
	free(components->dir);
	free(components);
}

struct component *components_find(struct components *components, const char *name)
{
	bool found;

	LOCKED(&components->lock);
	size_t at = place(components, name, &found);
	return found ? component_ref(present(&components->entries[at])) : NULL;
}

char **components_names(struct components *components)
{
	LOCKED(&components->lock);
	size_t size = (components->count + 1) * sizeof(char *);
	for (size_t i = 0; i < components->count; i++)
		size += strlen(present(&components->entries[i])->name) + 1;
	char **names = xmalloc(size);
	char *at = (char *)(names + components->count + 1);
	for (size_t i = 0; i < components->count; i++) {
		names[i] = at;
		at = stpcpy(at, present(&components->entries[i])->name) + 1;
	}
	names[components->count] = NULL;
	return names;
}

int components_put(
	struct components *components, const char *name, const char *script, struct error *err)
{
	struct component *component;
	int r = component_parse(name, script, &component, err);

	if (r != 0)
		return r;
	component->own = true;
	LOCKED(&components->writing);
	r = components->dir == NULL
		    ? error_set(err, EROFS, "there is no components_dir to keep %s in", name)
		    : 0;
	if (r == 0) {
		CLEANUP_FREE char *plain = xasprintf("%s/%s", components->dir, name);
		CLEANUP_FREE char *path = xasprintf("%s.sh", plain);
		r = file_write(path, 0644, script, strlen(script), err);
		if (r == 0) /* the same under its other name would count as well */
			r = file_remove(plain, err);
	}
	if (r != 0) {
		component_unref(component);
		return r;
	}
	LOCKED(&components->lock);
	insert(components, component);
	return 0;
}

/* Under lock. */
static void take_out(struct components *components, size_t at)
{
	struct entry *entry = &components->entries[at];

	if (entry->built_in != NULL) {
		component_unref(entry->own);
		entry->own = NULL;
		return;
	}
	component_unref(entry->own);
	components->count--;
	memmove(entry, entry + 1, (components->count - at) * sizeof *entry);
}

static bool have_own(struct components *components, const char *name)
{
	bool found;

	LOCKED(&components->lock);
	size_t at = place(components, name, &found);
	return found && components->entries[at].own != NULL;
}

int components_remove(struct components *components, const char *name, struct error *err)
{
	bool found;

	LOCKED(&components->writing);
	if (!have_own(components, name))
		return error_set(
			err, EPERM, "%s is built in: it can be overridden, not removed", name);
	CLEANUP_FREE char *plain = xasprintf("%s/%s", components->dir, name);
	CLEANUP_FREE char *path = xasprintf("%s.sh", plain);
	int r = file_remove(path, err);
	if (r == 0)
		r = file_remove(plain, err);
	if (r != 0)
		return r;
	LOCKED(&components->lock);
	size_t at = place(components, name, &found);
	if (found && components->entries[at].own != NULL)
		take_out(components, at);
	return 0;
}
