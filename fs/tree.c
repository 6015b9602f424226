#include "tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "content.h"
#include "edit.h"
#include "relation.h"
#include "urn.h"
#include "views/help.h"
#include "views/views.h"

/* A walk over a directory on its way to the caller's visitor; with `wanted`, only that name is of interest. */
struct walk {
	struct mount *mount;
	struct node dir;
	const char *wanted;
	tree_visitor visit;
	void *context;
};

static void walk_add(const struct walk *walk, const char *name, struct node node)
{
	if (!walk->wanted || strcmp(walk->wanted, name) == 0)
		walk->visit(walk->context, name, node);
}

const struct file *tree_file(struct node node)
{
	const struct file *files = kinds[node.kind]->files;
	return node.type == NODE_FILE ? &files[node.entry] : NULL;
}

const struct relation *tree_relation(struct node node)
{
	bool of_relation = node.type == NODE_LINK || node.type == NODE_LINKS ||
			   node.type == NODE_LINKED;
	return of_relation ? &kinds[node.kind]->relations[node.entry] : NULL;
}

/* The root. */

static int list_root(const struct walk *walk, struct error *err)
{
	(void)err;
	for (unsigned i = 0; views[i].name; i++)
		walk_add(walk, views[i].name,
			(struct node){.type = NODE_VIEW, .entry = (uint16_t)i});
	walk_add(walk, "help", (struct node){.type = NODE_HELP});
	walk_add(walk, "components", (struct node){.type = NODE_SCRIPTS});
	for (unsigned i = 0; i < KINDS; i++) {
		bool single = kinds[i]->resource.single;
		if (kind_above(i) < 0)
			walk_add(walk, kinds[i]->resource.name,
				(struct node){.kind = (uint8_t)i,
					.type = single ? NODE_OBJECT : NODE_KIND});
	}
	return 0;
}

struct topics {
	const struct walk *walk;
	unsigned next;
};

static void visit_topic(void *context, const char *topic)
{
	struct topics *topics = context;
	uint32_t word = intern_put(topics->walk->mount->words, topic);
	walk_add(topics->walk, topic, (struct node){.type = NODE_TOPIC, .other = word});
}

static int list_help(const struct walk *walk, struct error *err)
{
	(void)err;
	struct topics topics = {.walk = walk};
	help_visit(walk->mount, visit_topic, &topics);
	return 0;
}

/* Scratch files first: one that turns into a component meanwhile is in one of the two, and the latter counts. */
static int list_scripts(const struct walk *walk, struct error *err)
{
	(void)err;
	edits_list(
		walk->mount->edits, node_pack(walk->dir), walk->visit, walk->context, walk->wanted);
	CLEANUP_FREE char **names = components_names(walk->mount->components);
	for (char **name = names; *name; name++) {
		uint32_t word = intern_put(walk->mount->words, *name);
		walk_add(walk, *name, (struct node){.type = NODE_SCRIPT, .other = word});
	}
	return 0;
}

/* A collection. */

static struct node born_node(unsigned kind, const struct object *object)
{
	return (struct node){.kind = (uint8_t)kind, .type = NODE_OBJECT, .slot = object->slot};
}

static int list_kind(const struct walk *walk, struct error *err)
{
	unsigned kind = walk->dir.kind;
	struct mount *mount = walk->mount;
	unsigned listing = subject_listing(mount, walk->dir);
	CLEANUP_NAMES char **unborn = subject_unborn_names(mount, listing);
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	int rc = cache_get(mount->cache, listing, &snapshot, err);
	if (rc != 0)
		return rc;
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct object *object = snapshot->by_name[i];
		if (!kinds[kind]->hidden || !kinds[kind]->hidden(mount, object->name))
			walk_add(walk, object->name, born_node(kind, object));
	}
	for (char **name = unborn; *name; name++) {
		struct node node = {.slot = INTERN_NONE};
		if (!snapshot_by_name(snapshot, *name))
			node = subject_unborn_node(mount, listing, *name);
		if (node.slot != INTERN_NONE)
			walk_add(walk, *name, node);
	}
	edits_list(mount->edits, node_pack(walk->dir), walk->visit, walk->context, walk->wanted);
	return 0;
}

/* An object. */

static bool is_taken(const struct kind *kind, const char *name)
{
	for (const struct relation *relation = kind->relations; relation && relation->name;
		relation++)
		if (strcmp(relation->name, name) == 0)
			return true;
	for (const struct file *file = kind->files; file && file->name; file++)
		if (strcmp(file->name, name) == 0 && !file->unborn_only)
			return true;
	for (unsigned i = 0; i < KINDS; i++)
		if (kind_above(i) >= 0 && kinds[kind_above(i)] == kind &&
			strcmp(kind_word(kinds[i]), name) == 0)
			return true;
	return kind == kinds[KIND_droplets] && strcmp(name, "components") == 0;
}

/* The members of a JSON object: attributes, by the number of their path. top: of the object itself. */
static void list_members(const struct walk *walk, const struct kind *kind, const struct json *value,
	const char *above)
{
	for (const struct json *member = json_first(value); member; member = json_next(member)) {
		const char *key = json_key(member);
		if (!key || !*key || strchr(key, '/') || (!*above && is_taken(kind, key)))
			continue;
		CLEANUP_FREE char *name = name_encode(key);
		CLEANUP_FREE char *path = *above ? xasprintf("%s/%s", above, key) : xstrdup(key);
		uint32_t number = intern_put(walk->mount->paths[walk->dir.kind], path);
		if (number != INTERN_NONE)
			walk_add(walk, name,
				node_beside(walk->dir, NODE_ATTRIBUTE, number, walk->dir.other));
	}
}

/* A link that `ln -s` can make is not there while it leads nowhere; nor is one to what has no name. */
static bool is_made(const struct relation *relation, const struct json *json)
{
	const struct json *value = json_get(json, relation->path);
	const char *text = json_string(value);
	if (text && !*text)
		return false;
	return !relation->link.path ||
	       (value && json_type(value) != JSON_NULL &&
		       (json_type(value) != JSON_ARRAY || json_count(value) > 0));
}

/* What it leads to is part of the node, for the kernel keeps what a link says. In a list it may go without. */
static int list_link(
	const struct walk *walk, const struct subject *subject, unsigned number, struct error *err)
{
	const struct relation *relation = &subject->kind->relations[number];
	CLEANUP_FREE char *name = NULL;
	if (walk->wanted && strcmp(walk->wanted, relation->name) != 0)
		return 0;
	int rc = relation_one(subject, relation, &name, err);
	if (rc != 0 && walk->wanted)
		return rc;
	walk_add(walk, relation->name,
		node_beside(walk->dir, NODE_LINK, number,
			NODE_LINK_OTHER(walk->dir.other, name ? intern_hash(name) : 0)));
	return 0;
}

/* Seen through another object (`other` is 1) only the links to one: the depth of the others could not be told. */
static int list_relations(const struct walk *walk, const struct subject *subject, struct error *err)
{
	const struct kind *kind = subject->kind;
	const struct json *json = subject->object ? subject->json : NULL;
	int rc = 0;
	for (unsigned i = 0; rc == 0 && json && kind->relations && kind->relations[i].name; i++) {
		const struct relation *relation = &kind->relations[i];
		if (!kind_applies(relation->only, json) ||
			(relation->one && !is_made(relation, json)))
			continue;
		if (relation->one)
			rc = list_link(walk, subject, i, err);
		else if (walk->dir.other == 0)
			walk_add(walk, relation->name, node_beside(walk->dir, NODE_LINKS, i, 0));
	}
	return rc;
}

/* Nested kinds: a collection each, or a file for one that is a single object. */
static void list_nested(const struct walk *walk, const struct subject *subject)
{
	for (unsigned i = 0; i < KINDS; i++) {
		if (kind_above(i) != subject->node.kind ||
			!kind_applies(kinds[i]->only, subject->json) ||
			(kinds[i]->resource.unlisted && !walk->wanted))
			continue;
		bool single = kinds[i]->resource.single;
		struct node node = {.kind = (uint8_t)i,
			.type = single ? NODE_FILE : NODE_KIND,
			.slot = subject->node.slot};
		if (!single || !edit_is_absent(walk->mount->edits, node_pack(node)))
			walk_add(walk, kind_word(kinds[i]), node);
	}
}

static int list_object(const struct walk *walk, struct error *err)
{
	struct mount *mount = walk->mount;
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(mount, walk->dir, &subject, err);
	if (rc != 0)
		return rc;
	const struct kind *kind = subject.kind;
	bool born = subject.object != NULL;
	struct node dir = subject.node;
	dir.other = walk->dir.other;
	struct walk inside = *walk;
	inside.dir = dir;
	list_members(&inside, kind, subject.json, "");
	rc = list_relations(&inside, &subject, err);
	if (rc != 0)
		return rc;
	/* Seen through another object they would be one directory in two places. */
	if (born && dir.other == 0)
		list_nested(walk, &subject);
	if (kind == kinds[KIND_droplets] && (born || subject.has_job))
		walk_add(walk, "components", node_beside(dir, NODE_PARTS, 0, 0));
	for (unsigned i = 0; kind->files && kind->files[i].name; i++) {
		const struct file *file = &kind->files[i];
		struct node node = node_beside(dir, NODE_FILE, i, dir.other);
		if ((born ? !file->unborn_only : file->unborn) &&
			!edit_is_absent(mount->edits, node_pack(node)))
			walk_add(walk, file->name, node);
	}
	edits_list(mount->edits, node_pack(walk->dir), walk->visit, walk->context, walk->wanted);
	return 0;
}

static int list_attribute(const struct walk *walk, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(walk->mount, walk->dir, &subject, err);
	if (rc != 0)
		return rc;
	const char *path = intern_text(walk->mount->paths[walk->dir.kind], walk->dir.entry);
	list_members(
		walk, subject.kind, path ? json_get(subject.json, path) : NULL, path ? path : "");
	return 0;
}

struct links {
	const struct walk *walk;
	const struct relation *relation;
	unsigned kind;
};

static void visit_link(void *context, struct object *target)
{
	const struct links *links = context;
	const struct walk *walk = links->walk;
	const struct kind *kind = kinds[links->kind];
	if (kind->hidden && kind->hidden(walk->mount, target->name))
		return;
	struct node node = born_node(links->kind, target);
	/* A directory has one name for the kernel: seen through another object it is another node. */
	node.other = 1;
	if (!links->relation->directories)
		node = node_beside(walk->dir, NODE_LINKED, walk->dir.entry, target->slot);
	walk_add(walk, target->name, node);
}

static void visit_urn(void *context, const struct urn_target *target)
{
	const struct walk *walk = context;
	uint32_t word = intern_put(walk->mount->words, target->urn);
	walk_add(walk, target->name, node_beside(walk->dir, NODE_LINKED, walk->dir.entry, word));
}

static int list_links(const struct walk *walk, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(walk->mount, walk->dir, &subject, err);
	if (rc != 0)
		return rc;
	const struct relation *relation = tree_relation(walk->dir);
	if (!relation->kind)
		return urn_visit(&subject, relation, walk->wanted, visit_urn, (void *)walk, err);
	struct links links = {walk, relation, (unsigned)kind_find(relation->kind)};
	if (!walk->wanted)
		return relation_visit(&subject, relation, visit_link, &links, err);
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	rc = cache_get(walk->mount->cache, links.kind, &snapshot, err);
	struct object *target = rc == 0 ? snapshot_by_name(snapshot, walk->wanted) : NULL;
	if (target)
		rc = relation_has(&subject, relation, target, err);
	if (target && rc == 1)
		visit_link(&links, target);
	return rc < 0 ? rc : 0;
}

static int list_parts(const struct walk *walk, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(walk->mount, walk->dir, &subject, err);
	struct node object = node_beside(walk->dir, NODE_OBJECT, 0, 0);
	/* A stack that was closed a moment ago counts. */
	if (rc == 0 && edits_pending(walk->mount->edits, node_pack(object)))
		return -EINPROGRESS;
	for (size_t i = 0; rc == 0 && subject.has_job && i < subject.job.count; i++) {
		const char *name = subject.job.components[i].name;
		walk_add(walk, name,
			node_beside(walk->dir, NODE_PART, 0, intern_put(walk->mount->words, name)));
	}
	return rc;
}

static int list_part(const struct walk *walk, struct error *err)
{
	(void)err;
	for (unsigned i = 0; part_files[i].name; i++)
		walk_add(walk, part_files[i].name,
			node_beside(walk->dir, NODE_PART_FILE, i, walk->dir.other));
	return 0;
}

static int list_scratch(const struct walk *walk, struct error *err)
{
	(void)err;
	edits_list(
		walk->mount->edits, node_pack(walk->dir), walk->visit, walk->context, walk->wanted);
	return 0;
}

static int (*const lists[])(const struct walk *walk, struct error *err) = {
	[NODE_ROOT] = list_root,
	[NODE_HELP] = list_help,
	[NODE_SCRIPTS] = list_scripts,
	[NODE_KIND] = list_kind,
	[NODE_OBJECT] = list_object,
	[NODE_ATTRIBUTE] = list_attribute,
	[NODE_LINKS] = list_links,
	[NODE_PARTS] = list_parts,
	[NODE_PART] = list_part,
	[NODE_SCRATCH] = list_scratch,
	[NODE_FILE] = NULL,
};

static int walk_run(const struct walk *walk, struct error *err)
{
	if (walk->dir.type > NODE_FILE || !lists[walk->dir.type])
		return error_set(err, ENOTDIR, "not a directory");
	return lists[walk->dir.type](walk, err);
}

int tree_list(
	struct mount *mount, struct node dir, tree_visitor visit, void *context, struct error *err)
{
	struct walk walk = {.mount = mount, .dir = dir, .visit = visit, .context = context};
	return walk_run(&walk, err);
}

struct found {
	bool yes;
	struct node node;
};

static void visit_found(void *context, const char *name, struct node node)
{
	(void)name;
	*(struct found *)context = (struct found){true, node};
}

/* In a collection of ten thousand the name is looked up; elsewhere the few entries are walked. */
static int lookup_object(struct mount *mount, struct node dir, const char *name,
	struct found *found, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	struct error error = {0};
	int rc = subject_named(mount, subject_listing(mount, dir), name, &subject, &error);
	if (rc == 0)
		*found = (struct found){true, subject.node};
	if (rc != -ENOENT) {
		if (rc != 0)
			error_move(err, &error);
		return rc;
	}
	unsigned listing = subject_listing(mount, dir);
	rc = subject_became(mount, listing, name, &subject, err);
	if (rc == 0) {
		*found = (struct found){
			true, node_beside(subject_unborn_node(mount, listing, name), NODE_ALIAS, 0,
				      NODE_LINK_OTHER(0, intern_hash(subject.name)))};
		return 0;
	}
	if (rc != -ENOENT)
		return rc;
	edits_list(mount->edits, node_pack(dir), visit_found, found, name);
	return 0;
}

int tree_lookup(
	struct mount *mount, struct node dir, const char *name, struct node *ret, struct error *err)
{
	struct found found = {0};
	struct walk walk = {.mount = mount,
		.dir = dir,
		.wanted = name,
		.visit = visit_found,
		.context = &found};
	int rc = dir.type == NODE_KIND ? lookup_object(mount, dir, name, &found, err)
				       : walk_run(&walk, err);
	if (rc != 0)
		return rc;
	if (!found.yes)
		return error_set(err, ENOENT, "there is no %s here", name);
	*ret = found.node;
	return 0;
}
