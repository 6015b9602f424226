#include <errno.h>
#include <string.h>

#include "act_name.h"
#include "api/cleanup.h"
#include "api/memory.h"
#include "edit.h"
#include "file.h"
#include "ledger.h"
#include "relation.h"
#include "tree.h"
#include "urn.h"

/* Relations that the API can change are changed by making and removing links. */

/* The other end's id, as the API has it: a number or a text; or its URN. */
static struct json *id_of(const struct relation *relation, const struct subject *target)
{
	CLEANUP_FREE char *urn = relation->kind ? NULL : urn_of(target->kind, subject_id(target));
	if (urn)
		return json_new_string(urn);
	const struct json *id = json_get(subject_json(target), target->kind->resource.id_keys[0]);
	return id ? json_copy(id) : json_new_string(subject_id(target));
}

static char *make_say(const struct relation *relation, const char *plain)
{
	const struct relation_link *link = &relation->link;
	return xasprintf("%s %s=%s", link->on ? link->on : relation->name, link->key, plain);
}

/* mkdir: one more of those that belong to the object, by its name. */
static int make_step(const struct subject *subject, const struct relation *relation,
	const char *name, struct change_plan *plan, struct error *err)
{
	const struct relation_link *link = &relation->link;
	CLEANUP_FREE char *plain = act_plain_name(name, err);
	if (!plain)
		return -EINVAL;
	struct json *body = json_object();
	if (link->on)
		json_add_string(body, "type", link->on);
	json_add_string(body, link->key, plain);
	CLEANUP_FREE char *say = make_say(relation, plain);
	change_plan_add(
		plan, "POST", subject_path(subject, link->path), body, link->on != NULL, "%s", say);
	return 0;
}

/* One request by a relation's table. */
static void link_step(const struct subject *subject, const struct relation *relation,
	const struct subject *target, bool on, struct change_plan *plan)
{
	const struct relation_link *link = &relation->link;
	size_t length = strcspn(link->key, "[");
	CLEANUP_FREE char *key = xstrndup(link->key, length);
	struct json *body = json_object(), *id = id_of(relation, target);
	if (link->on)
		json_add_string(body, "type", on ? link->on : link->off);
	if (link->key[length]) {
		struct json *list = json_array();
		json_add(list, NULL, id);
		id = list;
	}
	json_put(body, key, id);
	change_plan_add(plan, link->on || on ? "POST" : "DELETE", subject_path(subject, link->path),
		body, link->on != NULL, "%s %s %s %s", on ? "attach" : "detach", target->name,
		on ? "to" : "from", subject->name);
}

/* What both ends are after it is read again: the plan's own object, and the one at the other end. */
static struct change_plan link_plan(const struct subject *own, const struct subject *other)
{
	struct change_plan plan = act_plan(own, CHANGE_UPDATE);
	if (other && other->object) {
		plan.also = other->listing;
		plan.also_id = xstrdup(other->object->id);
	}
	return plan;
}

/* What has one link only lets go of the old end first. */
static int let_go(struct mount *mount, const struct relation *relation,
	const struct subject *subject, const struct subject *target, struct change_plan *plan,
	struct error *err)
{
	CLEANUP_FREE char *own = NULL;
	CLEANUP_SUBJECT struct subject old = {0};
	struct subject present = *subject;
	present.json = subject_json(subject);
	int rc = relation->one ? relation_one(&present, relation, &own, err) : 0;
	if (rc != 0 || !own || strcmp(own, target->name) == 0)
		return rc;
	rc = subject_named(mount, target->listing, own, &old, err);
	if (rc == 0)
		link_step(subject, relation, &old, false, plan);
	return rc == -ENOENT ? 0 : rc;
}

static int submit_link(struct mount *mount, const struct relation *relation,
	const struct subject *subject, const struct subject *target, const char *name,
	int64_t *ticket, struct error *err)
{
	/* A snapshot belongs to the droplet it is taken of; a tag stands in what carries it. */
	bool theirs = target && relation->back;
	struct change_plan plan = link_plan(theirs ? target : subject,
		relation->link.path ? (theirs ? subject : target) : NULL);
	int rc = 0;
	if (relation->link.path && target)
		rc = let_go(mount, relation, subject, target, &plan, err);
	if (rc == 0 && !target)
		rc = make_step(subject, relation, name, &plan, err);
	else if (rc == 0 && relation->link.path)
		link_step(subject, relation, target, true, &plan);
	else if (rc == 0)
		rc = relation->attach(mount, subject, target, name, &plan, err);
	if (rc == 0)
		return act_submit(mount, &plan, ticket, err);
	change_plan_finish(&plan);
	return rc;
}

/* The kind that a link's text names, by the word before its last slash; -1 for none. */
static int kind_of(const char *text)
{
	const char *slash = strrchr(text, '/'), *at = slash;
	while (at && at > text && at[-1] != '/')
		at--;
	CLEANUP_FREE char *word = xstrndup(at ? at : "", at ? (size_t)(slash - at) : 0);
	return kind_find(word);
}

/* The last word of a link's text names an object; the one before it, where there is one, its kind. */
static int find_target(struct mount *mount, const struct relation *relation, const char *text,
	struct subject *ret, struct error *err)
{
	const char *slash = strrchr(text, '/');
	int named = kind_of(text), kind = relation->kind ? kind_find(relation->kind) : named;
	/* Another one may have the same name. */
	if (kind >= 0 && named >= 0 && named != kind) {
		error_set(err, EINVAL, "the link must lead to one of the %s, not of the %s",
			kind_word(kinds[kind]), kind_word(kinds[named]));
		return -EINVAL;
	}
	if (kind < 0 || (!relation->kind && !kinds[kind]->urn)) {
		error_set(err, EINVAL, "the link must lead to KIND/NAME");
		return -EINVAL;
	}
	int rc = subject_named(mount, (unsigned)kind, slash ? slash + 1 : text, ret, err);
	if (rc != 0 || ret->object)
		return rc;
	error_set(err, EINVAL, "%s does not exist yet", slash ? slash + 1 : text);
	return -EINVAL;
}

/* Among many kinds "web~volumes", too. */
static bool is_called(
	const struct relation *relation, const struct subject *target, const char *name)
{
	CLEANUP_FREE char *with_kind = xasprintf(
		"%s~%s", target->name, target->kind->resource.name);
	return strcmp(name, target->name) == 0 || (!relation->kind && strcmp(name, with_kind) == 0);
}

/* The same mkdir again, whose first caller lost patience: it waits for what that one began. */
static int64_t under_way(struct mount *mount, const struct subject *subject, const char *say)
{
	struct ledger_entry entries[8];
	size_t count = ledger_get(mount->ledger, subject->listing, subject_key(subject), entries,
		sizeof(entries) / sizeof(*entries));
	for (size_t i = 0; i < count; i++)
		if (!entries[i].ended && strcmp(entries[i].say, say) == 0)
			return entries[i].ticket;
	return 0;
}

struct made {
	const char *name;
	struct object *object;
};

static void visit_made(void *context, struct object *target)
{
	struct made *made = context;
	if (strcmp(target->base, made->name) == 0 &&
		(!made->object || target->created > made->object->created))
		made->object = target;
}

/* What a mkdir made: where the name is taken by that of another object, it is shown with its id behind it. */
static int find_made(struct mount *mount, struct node dir, const struct relation *relation,
	const char *name, struct node *ret)
{
	struct made made = {.name = name};
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(mount, dir, &subject, NULL);
	if (rc == 0)
		rc = relation_visit(&subject, relation, visit_made, &made, NULL);
	return rc == 0 && made.object ? tree_lookup(mount, dir, made.object->name, ret, NULL)
				      : -ENOENT;
}

static int make_beneath(struct mount *mount, struct node dir, const struct relation *relation,
	const struct subject *subject, const char *name, int64_t *ticket, struct error *err)
{
	struct node made;
	CLEANUP_FREE char *plain = act_plain_name(name, err);
	if (!plain)
		return -EINVAL;
	CLEANUP_FREE char *say = make_say(relation, plain);
	*ticket = under_way(mount, subject, say);
	if (*ticket)
		return act_wait(mount, *ticket, err);
	if (find_made(mount, dir, relation, name, &made) == 0)
		return error_set(err, EEXIST, "%s: there is one of that name", name);
	int rc = submit_link(mount, relation, subject, NULL, name, ticket, err);
	if (*ticket)
		subject_began(subject, *ticket, say);
	return rc;
}

/* Once in a while, not as often as the bell rings at its end. */
static void refresh(struct mount *mount, unsigned listing)
{
	enum { PAUSE_MS = 200 };
	struct cache_stats stats;
	cache_stats_get(mount->cache, listing, &stats);
	if (stats.age_ms < 0 || stats.age_ms > PAUSE_MS)
		cache_refresh(mount->cache, listing);
}

int act_attach(struct mount *mount, struct node dir, const struct relation *relation,
	const char *name, const char *text, int64_t *ticket, struct node *ret, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0}, target = {0};
	if ((!relation->attach && !relation->link.path) || relation->directories != (text == NULL))
		return error_set(err, EPERM, "%s: this relation is changed elsewhere; see help/%s",
			relation->name, kind_word(kinds[dir.kind]));
	int rc = subject_find(mount, dir, &subject, err);
	if (rc == 0 && text)
		rc = find_target(mount, relation, text, &target, err);
	if (rc != 0)
		return rc;
	if (text && !relation->one && !is_called(relation, &target, name))
		return error_set(err, EINVAL, "the link must be called %s, as what it leads to",
			target.name);
	rc = *ticket ? act_wait(mount, *ticket, err)
	     : text  ? submit_link(mount, relation, &subject, &target, name, ticket, err)
		     : make_beneath(mount, dir, relation, &subject, name, ticket, err);
	if (rc != 0)
		return rc;
	if (tree_lookup(mount, dir, name, ret, NULL) == 0 ||
		(!text && find_made(mount, dir, relation, name, ret) == 0))
		return 0;
	/* It was taken; the listing that shows it is being read. */
	refresh(mount, relation->back || relation->directories ? (unsigned)kind_find(relation->kind)
							       : subject.listing);
	return -EINPROGRESS;
}

const struct relation *act_link_find(struct node dir, const char *name)
{
	const struct relation *relation = kinds[dir.kind]->relations;
	while (relation && relation->name && strcmp(relation->name, name) != 0)
		relation++;
	bool found = dir.type == NODE_OBJECT && !dir.unborn && relation && relation->name;
	return found && relation->one && relation->link.path ? relation : NULL;
}

/*
 * Where the link is there already, `ln -s` follows it, into the object at the other end, and would leave there what means
 * nothing. ln -sf, though, makes its link beside the one that it is to replace.
 */
static int check_astray(struct mount *mount, struct node dir, const char *target, struct error *err)
{
	const struct relation *relation = kinds[dir.kind]->relations;
	int kind = dir.type == NODE_OBJECT && !dir.unborn ? kind_of(target) : -1;
	if (kind < 0)
		return 0;
	for (; relation && relation->name; relation++)
		if (act_link_find(dir, relation->name) && kind_find(relation->kind) == kind)
			return 0;
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(mount, dir, &subject, err);
	if (rc != 0 || subject_is_newborn(&subject))
		return rc;
	return error_set(err, EPERM,
		"a link to %s says nothing here; `ln -s` onto a link that is there goes through "
		"it: use ln -sfn",
		target);
}

int act_symlink(struct mount *mount, struct node dir, const char *name, const char *target,
	int64_t *ticket, struct node *ret, struct error *err)
{
	const struct relation *relation = dir.type == NODE_LINKS && !dir.unborn
						  ? tree_relation(dir)
						  : act_link_find(dir, name);
	if (relation)
		return act_attach(mount, dir, relation, name, target, ticket, ret, err);
	int rc = act_check_scratch(mount, dir, true, err);
	if (rc == 0)
		rc = check_astray(mount, dir, target, err);
	return rc != 0 ? rc
		       : scratch_make(mount->edits, node_pack(dir), name, S_IFLNK | 0777, target,
				 ret, err);
}

int act_detach(
	struct mount *mount, struct node node, const char *name, int64_t *ticket, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0}, target = {0};
	const struct relation *relation = tree_relation(node);
	CLEANUP_FREE char *own = NULL;
	unsigned kind = (unsigned)kind_find(relation->kind);
	if (*ticket)
		return act_wait(mount, *ticket, err);
	if (!relation->detach && !relation->link.path)
		return act_refuse_removal(mount, node, err);
	int rc = subject_find(mount, node, &subject, err);
	if (rc == 0 && relation->one)
		rc = relation_one(&subject, relation, &own, err);
	if (rc == 0 && !relation->kind)
		rc = urn_find(mount, intern_text(mount->words, node.other), &kind, &own, err);
	if (rc == 0)
		rc = subject_named(mount, kind,
			own		? own
			: relation->one ? ""
					: name,
			&target, err);
	if (rc == 0)
		rc = act_check_removal(mount, &subject, err);
	if (rc == 0 && relation->directories)
		rc = act_check_destroy(mount, &target, err);
	if (rc != 0)
		return rc;
	bool theirs = relation->back || !relation->link.path || relation->directories;
	struct change_plan plan = link_plan(theirs ? &target : &subject,
		relation->link.path ? (theirs ? &subject : &target) : NULL);
	plan.kind = relation->directories ? CHANGE_DELETE : CHANGE_UPDATE;
	if (relation->directories)
		change_plan_add(&plan, "DELETE", subject_path(&target, ""), NULL, false,
			"delete %s", target.name);
	else if (!relation->detach)
		link_step(&subject, relation, &target, false, &plan);
	else
		rc = relation->detach(mount, &subject, &target, &plan, err);
	if (rc == 0)
		return act_submit(mount, &plan, ticket, err);
	change_plan_finish(&plan);
	return rc;
}
