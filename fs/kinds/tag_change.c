#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/cleanup.h"
#include "fs/control.h"
#include "tag.h"

/* A snapshot of a droplet is an image to them. */
static const char *tagged(const struct subject *subject)
{
	const char *of = json_get_string(subject_json(subject), "resource_type");
	return of && strcmp(of, "droplet") == 0 ? "image" : subject->kind->tagged;
}

/* POST or DELETE /v2/tags/NAME/resources; after it the object is read again, for it is the one that changed. */
static int tag_step(struct change_plan *plan, const char *tag, const struct subject *subject, bool on)
{
	struct json *resource = json_object(), *list = json_array(), *body = json_object();
	json_add_string(resource, "resource_id", subject_id(subject));
	json_add_string(resource, "resource_type", tagged(subject));
	json_add(list, NULL, resource);
	json_add(body, "resources", list);
	change_plan_add(plan, on ? "POST" : "DELETE", path_format("/v2/tags/%s/resources", tag), body, false,
		on ? "tag %s" : "untag %s", tag);
	return 0;
}

/* Tags that differ in case only are one: it is called as whoever made it wrote it. */
static bool has_tag(const struct json *list, const char *tag)
{
	for (const struct json *item = json_first(list); item; item = json_next(item))
		if (json_string(item) && strcasecmp(json_string(item), tag) == 0)
			return true;
	return false;
}

static const char *made(const struct snapshot *tags, const char *tag)
{
	for (size_t i = 0; i < tags->count; i++)
		if (strcasecmp(tags->by_name[i]->id, tag) == 0)
			return tags->by_name[i]->id;
	return NULL;
}

/* A tag that does not exist is made first. */
static int add_tag(
	const struct snapshot *tags, const struct subject *subject, const char *tag, struct change_plan *plan)
{
	const char *name = made(tags, tag);
	if (!name) {
		struct json *body = json_object();
		json_add_string(body, "name", tag);
		change_plan_add(plan, "POST", xstrdup("/v2/tags"), body, false, "make the tag %s", tag);
		free(plan->also_id);
		plan->also = KIND_tags;
		plan->also_id = xstrdup(tag);
	}
	return tag_step(plan, name ? name : tag, subject, true);
}

int tags_change(struct mount *mount, const struct subject *subject, const struct spec_key *key,
	const struct json *wanted, struct change_plan *plan, struct error *err)
{
	CLEANUP_SNAPSHOT struct snapshot *tags = NULL;
	const struct json *present = spec_shown(key, subject->json);
	int rc = cache_get(mount->cache, KIND_tags, &tags, err);
	for (const struct json *item = json_first(wanted); item && rc == 0; item = json_next(item))
		if (!has_tag(present, json_string(item)))
			rc = add_tag(tags, subject, json_string(item), plan);
	for (const struct json *item = json_first(present); item && rc == 0; item = json_next(item)) {
		const char *tag = json_string(item);
		if (tag && !tag_hidden(mount, tag) && !has_tag(wanted, tag))
			rc = tag_step(plan, tag, subject, false);
	}
	return rc;
}

int tag_attach(struct mount *mount, const struct subject *subject, const struct subject *target, const char *name,
	struct change_plan *plan, struct error *err)
{
	(void)mount;
	(void)name;
	(void)err;
	return tag_step(plan, subject->name, target, true);
}

int tag_detach(struct mount *mount, const struct subject *subject, const struct subject *target,
	struct change_plan *plan, struct error *err)
{
	(void)mount;
	(void)err;
	return tag_step(plan, subject->name, target, false);
}
