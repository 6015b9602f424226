#include "subject.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/clock.h"
#include "api/memory.h"
#include "draft.h"

/* How long after its spec was taken a droplet still lets `cp -r` copy attribute files into it, in seconds. */
#define NEWBORN_SECONDS 10

/*
 * Parsing an object costs some 10 µs, and `ls -l` of a directory asks for forty of its files one after the other: so
 * each thread keeps the last object that it parsed, with a reference to it.
 */
struct parsed {
	struct object *object;
	struct json *json;
};

void object_parse_drop(void *pointer)
{
	struct parsed *parsed = pointer;
	if (!parsed)
		return;
	json_free(parsed->json);
	object_unref(parsed->object);
	free(parsed);
}

const struct json *object_parse(struct mount *mount, struct object *object)
{
	struct parsed *parsed = pthread_getspecific(mount->parsed);
	if (!parsed) {
		parsed = xcalloc(1, sizeof(*parsed));
		pthread_setspecific(mount->parsed, parsed);
	}
	if (parsed->object != object) {
		json_free(parsed->json);
		object_unref(parsed->object);
		parsed->object = object_ref(object);
		parsed->json = json_parse(object->text, object->length, NULL);
	}
	return parsed->json;
}

static void subject_add_job(struct subject *subject)
{
	subject->has_job = subject->index == KIND_DROPLETS &&
			   fleet_view(subject->mount->fleet, subject_key(subject), subject->name,
				   &subject->job);
}

static int subject_born(
	struct mount *mount, unsigned kind, struct object *object, struct subject *ret)
{
	*ret = (struct subject){
		.mount = mount,
		.node = {.kind = (uint8_t)kind, .type = NODE_OBJECT, .slot = object->slot},
		.index = kind,
		.kind = kinds[kind],
		.name = object->name,
		.object = object_ref(object),
		.json = object_parse(mount, object),
	};
	subject_add_job(ret);
	return 0;
}

/* An object that only this mount knows of: a draft, or a droplet whose creation is under way or failed. */
static int subject_unborn(struct mount *mount, unsigned kind, const char *name, struct subject *ret,
	struct error *err)
{
	uint32_t slot = intern_put(mount->names, name);
	*ret = (struct subject){
		.mount = mount,
		.node = {.kind = (uint8_t)kind, .unborn = true, .type = NODE_OBJECT, .slot = slot},
		.index = kind,
		.kind = kinds[kind],
		.name = intern_text(mount->names, slot),
	};
	if (slot == INTERN_NONE)
		return error_set(err, ENOSPC,
			"too many different names of drafts since the mount; mount again");
	subject_add_job(ret);
	if (ret->has_job || draft_exists(mount->drafts, kind, name))
		return 0;
	return error_set(
		err, ENOENT, "%s/%s: there is no such object", kinds[kind]->resource.name, name);
}

int subject_named(struct mount *mount, unsigned kind, const char *name, struct subject *ret,
	struct error *err)
{
	struct snapshot *snapshot;
	*ret = (struct subject){0};
	int rc = cache_get(mount->cache, kind, &snapshot, err);
	if (rc == 0) {
		struct object *object = snapshot_by_name(snapshot, name);
		if (object && !(kinds[kind]->hidden && kinds[kind]->hidden(mount, name)))
			subject_born(mount, kind, object, ret);
		/* A kind without jobs of its own: its draft ends where the object begins. */
		if (ret->object && !kinds[kind]->create && draft_exists(mount->drafts, kind, name))
			draft_remove(mount->drafts, kind, name, false);
		snapshot_unref(snapshot);
		if (ret->object)
			return 0;
	}
	/* A draft is there also when the API is not. */
	if (rc != 0 && !draft_exists(mount->drafts, kind, name))
		return rc;
	return subject_unborn(mount, kind, name, ret, err);
}

int subject_find(struct mount *mount, struct node node, struct subject *ret, struct error *err)
{
	*ret = (struct subject){0};
	if (node.unborn) {
		const char *name = intern_text(mount->names, node.slot);
		return name ? subject_named(mount, node.kind, name, ret, err)
			    : error_set(err, ENOENT, "gone");
	}
	struct snapshot *snapshot;
	int rc = cache_get(mount->cache, node.kind, &snapshot, err);
	if (rc != 0)
		return rc;
	const char *id = cache_slot_id(mount->cache, node.kind, node.slot);
	struct object *object = NULL;
	if (kinds[node.kind]->resource.single)
		object = snapshot->count > 0 ? snapshot->by_name[0] : NULL;
	else if (id)
		object = snapshot_by_id(snapshot, id);
	if (object)
		subject_born(mount, node.kind, object, ret);
	snapshot_unref(snapshot);
	return object ? 0 : error_set(err, ENOENT, "it does not exist any more");
}

void subject_finish(struct subject *subject)
{
	object_unref(subject->object);
	if (subject->has_job)
		job_view_finish(&subject->job);
	*subject = (struct subject){0};
}

const char *subject_id(const struct subject *subject)
{
	return subject->object ? subject->object->id : "";
}

const char *subject_key(const struct subject *subject)
{
	return subject->object ? subject->object->id : subject->name;
}

char *path_format(const char *format, ...)
{
	va_list arguments;
	char *path;
	va_start(arguments, format);
	if (vasprintf(&path, format, arguments) < 0)
		abort();
	va_end(arguments);
	return path;
}

char *subject_path(const struct subject *subject, const char *after)
{
	return path_format("%s/%s%s", subject->kind->resource.path, subject_id(subject), after);
}

bool subject_is_own(const struct subject *subject)
{
	const struct json *tags = json_get(subject->json, "tags");
	for (const struct json *tag = json_first(tags); tag; tag = json_next(tag))
		if (json_string(tag) && strcmp(json_string(tag), "docloud") == 0)
			return true;
	return false;
}

int subject_check_idle(const struct subject *subject, struct error *err)
{
	if (!json_is_true(json_get(subject->json, "locked")))
		return 0;
	return error_set(err, EBUSY,
		"%s/%s is locked by an action under way: wait until `locked` is false",
		subject->kind->resource.name, subject->name);
}

time_t subject_time(const struct subject *subject)
{
	if (subject->object)
		return subject->object->changed ? subject->object->changed
						: subject->mount->started_at;
	if (subject->has_job)
		return subject->job.changed;
	return draft_time(subject->mount->drafts, subject->index, subject->name);
}

bool subject_is_newborn(const struct subject *subject)
{
	int64_t born = draft_submitted(subject->mount->drafts, subject->index, subject->name);
	return born && clock_ms() - born < NEWBORN_SECONDS * 1000;
}
