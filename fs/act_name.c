#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "act_name.h"
#include "api/cleanup.h"
#include "api/memory.h"
#include "content.h"
#include "control.h"
#include "draft.h"
#include "edit.h"
#include "file.h"
#include "refusals.h"
#include "report.h"
#include "tree.h"

int act_wait(struct mount *mount, int64_t ticket, struct error *err)
{
	struct change_state state;
	if (!change_get(mount->changes, ticket, &state))
		return error_set(err, EIO,
			"what became of it is not known any more: look, and do it again where it "
			"did not happen");
	if (state.phase == CHANGE_DONE)
		return 0;
	if (state.phase != CHANGE_FAILED)
		return -EINPROGRESS;
	return error_set(err, state.error.code, "%s", state.error.message);
}

/* Submit, note the ticket, and look whether it has ended: once; from then on act_wait() asks. Takes plan. */
int act_submit(struct mount *mount, struct change_plan *plan, int64_t *ticket, struct error *err)
{
	*ticket = change_submit(mount->changes, plan, err);
	if (*ticket < 0) {
		int rc = (int)*ticket;
		*ticket = 0;
		return rc;
	}
	return act_wait(mount, *ticket, err);
}

struct change_plan act_plan(const struct subject *subject, enum change_kind kind)
{
	struct change_plan plan = control_plan(subject);
	plan.kind = kind;
	return plan;
}

/* May anything at all be put beside an object's own files? Into drafts; and into what can be edited, an editor's files. */
int act_check_scratch(struct mount *mount, struct node dir, bool file, struct error *err)
{
	if (dir.type == NODE_SCRATCH || (dir.type == NODE_SCRIPTS && file))
		return 0;
	if (dir.type == NODE_OBJECT || dir.type == NODE_ATTRIBUTE || dir.type == NODE_PARTS ||
		dir.type == NODE_PART || dir.type == NODE_LINKS) {
		CLEANUP_SUBJECT struct subject subject = {0};
		int rc = subject_find(mount, dir, &subject, err);
		if (rc != 0)
			return rc;
		if (!subject.object || subject_is_newborn(&subject) ||
			(file && dir.type == NODE_OBJECT && subject.kind->keys))
			return 0;
	}
	return error_set(err, EPERM, "nothing can be made here; help/ tells what can");
}

/* What a draft alone has is of no use any more once its spec was taken: lost without a word otherwise. */
static int check_in_time(
	struct mount *mount, struct node dir, const struct file *file, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = file->unborn_only ? subject_find(mount, dir, &subject, err) : 0;
	if (rc == 0 && file->unborn_only)
		rc = subject.object ? -ENOENT
				    : draft_check(mount->drafts, subject.listing, subject.name);
	if (rc != -ENOENT)
		return rc;
	return draft_is_gone(file->name, err);
}

/* Of letters alone, and nearly one of ours: no editor calls its files so. */
static int check_slip(struct node dir, const char *name, struct error *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const struct kind *kind = kinds[dir.kind];
	if (dir.type != NODE_OBJECT || !kind->files || name[strspn(name, letters)])
		return 0;
	for (const struct field *field = kind->fields; field && field->name; field++)
		if (strcmp(field->name, name) == 0)
			return 0;
	for (const struct file *file = kind->files; file->name; file++) {
		const char *const own[] = {file->name, NULL};
		size_t length = strlen(file->name), other = strlen(name);
		if (file->submit && strcmp(file->name, name) != 0 &&
			tolower(*name) == *file->name && length <= other + 1 &&
			other <= length + 1 &&
			(strcasecmp(name, file->name) == 0 || word_nearest(name, own)))
			return error_set(err, EPERM, "there is no file %s here: did you mean %s?",
				name, file->name);
	}
	return 0;
}

/* A file that is a nested kind, which was moved on the way to being written anew. */
static bool find_settings(struct mount *mount, struct node dir, const char *name, struct node *ret)
{
	for (unsigned i = 0; i < KINDS && dir.type == NODE_OBJECT && !dir.unborn; i++) {
		*ret = (struct node){.kind = (uint8_t)i, .type = NODE_FILE, .slot = dir.slot};
		if (kind_above(i) == dir.kind && kinds[i]->resource.single &&
			strcmp(kind_word(kinds[i]), name) == 0)
			return edit_is_absent(mount->edits, node_pack(*ret));
	}
	return false;
}

int act_create(struct mount *mount, struct node dir, const char *name, mode_t mode,
	struct node *ret, struct error *err)
{
	/* A file of ours that was removed on the way to being written anew is that file again. */
	struct node node;
	if (dir.type == NODE_OBJECT) {
		const struct kind *kind = kinds[dir.kind];
		for (unsigned i = 0; kind->files && kind->files[i].name; i++) {
			if (strcmp(kind->files[i].name, name) != 0)
				continue;
			int rc = check_in_time(mount, dir, &kind->files[i], err);
			if (rc != 0)
				return rc;
			node = node_beside(dir, NODE_FILE, i, dir.other);
			/* act_open() ends the absence, of which it has to know. */
			if (edit_is_absent(mount->edits, node_pack(node)) ||
				(dir.unborn && kind->files[i].unborn)) {
				*ret = node;
				return 0;
			}
		}
	}
	if (find_settings(mount, dir, name, ret) || tree_lookup(mount, dir, name, ret, NULL) == 0)
		return 0;
	int rc = act_check_scratch(mount, dir, true, err);
	if (rc == 0)
		rc = check_slip(dir, name, err);
	return rc != 0 ? rc
		       : scratch_make(mount->edits, node_pack(dir), name, S_IFREG | (mode & 0777),
				 NULL, ret, err);
}

/* The files of an earlier draft of that name may have been removed a moment ago. */
static void forget_absences(struct mount *mount, struct node object)
{
	const struct file *files = kinds[object.kind]->files;
	for (unsigned i = 0; files && files[i].name; i++)
		edit_mark_absent(
			mount->edits, node_pack(node_beside(object, NODE_FILE, i, 0)), false);
}

/* What a kind that needs its name alone is made by: mkdir. */
static int make_named(struct mount *mount, unsigned listing, const char *plain, int64_t *ticket,
	struct error *err)
{
	struct json *body = json_object();
	struct change_plan plan = {
		.kind = CHANGE_CREATE, .resource = listing, .name = xstrdup(plain)};
	json_add_string(body, "name", plain);
	change_plan_add(&plan, "POST", xstrdup(cache_resource(mount->cache, listing)->path), body,
		false, "create %s", plain);
	return act_submit(mount, &plan, ticket, err);
}

char *act_plain_name(const char *name, struct error *err)
{
	CLEANUP_FREE char *plain = name_decode(name);
	CLEANUP_FREE char *shown = plain ? name_encode(plain) : NULL;
	if (!plain)
		error_set(err, EINVAL, "%s: a %% in a name must be written as %%25", name);
	else if (strcmp(shown, name) != 0)
		error_set(err, EINVAL, "%s: write it as %s, which is what it would be shown as",
			name, shown);
	else
		return xstrdup(plain);
	return NULL;
}

/* May there be a new object of that name? plain: as the API is told it. */
static int check_new(
	struct mount *mount, unsigned listing, const char *name, char **plain, struct error *err)
{
	const struct kind *kind = kinds[cache_place(mount->cache, listing).kind];
	if (!kind->keys || kind->given) {
		CLEANUP_FREE char *place = place_text(mount, listing, NULL);
		return error_set(err, EPERM, "%s cannot be made by mkdir; see help/%s", place,
			kind_word(kind));
	}
	*plain = act_plain_name(name, err);
	if (!*plain)
		return -EINVAL;
	return kind->check_name ? kind->check_name(*plain, err) : 0;
}

/* mkdir in a collection. */
static int make_object(struct mount *mount, unsigned listing, const char *name, int64_t *ticket,
	struct node *ret, struct error *err)
{
	const struct kind *kind = kinds[cache_place(mount->cache, listing).kind];
	CLEANUP_FREE char *plain = NULL;
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = check_new(mount, listing, name, &plain, err);
	if (rc == 0 && *ticket)
		rc = act_wait(mount, *ticket, err);
	if (rc != 0)
		return rc;
	struct error error = {0};
	rc = subject_named(mount, listing, name, &subject, &error);
	if (rc == -EINPROGRESS)
		return rc;
	if (rc == 0 && !*ticket) {
		CLEANUP_FREE char *place = place_text(mount, listing, name);
		return error_set(err, EEXIST, "%s exists already", place);
	}
	if (rc == 0) {
		*ret = subject.node;
		return 0;
	}
	if (rc != -ENOENT)
		return error_move(err, &error);
	if (kind->hidden && kind->hidden(mount, plain))
		return error_set(err, EEXIST, "%s is one of docloud's own", name);
	if (kind->named_only && !*ticket) {
		rc = make_named(mount, listing, plain, ticket, err);
		return rc == 0 ? make_object(mount, listing, name, ticket, ret, err) : rc;
	}
	*ret = subject_unborn_node(mount, listing, name);
	/* What was put beside an earlier draft of that name stayed there while that was born: for who still copied into it. */
	edits_forget(mount->edits, node_pack(*ret));
	rc = draft_make(mount->drafts, listing, name, err);
	if (rc == 0)
		forget_absences(mount, *ret);
	return rc;
}

int act_mkdir(struct mount *mount, struct node dir, const char *name, mode_t mode, int64_t *ticket,
	struct node *ret, struct error *err)
{
	if (dir.type == NODE_KIND)
		return make_object(mount, subject_listing(mount, dir), name, ticket, ret, err);
	if (dir.type == NODE_LINKS && !dir.unborn && tree_relation(dir)->directories)
		return act_attach(mount, dir, tree_relation(dir), name, NULL, ticket, ret, err);
	int rc = act_check_scratch(mount, dir, false, err);
	return rc != 0 ? rc
		       : scratch_make(mount->edits, node_pack(dir), name, S_IFDIR | (mode & 0777),
				 NULL, ret, err);
}

int act_refuse_removal(struct mount *mount, struct node node, struct error *err)
{
	refusals_note(mount, node);
	return error_set(err, EPERM,
		"what is part of an object cannot be removed; rmdir of the object's own directory "
		"destroys it, 10 seconds after this at the earliest");
}

const char *act_draft_key(const struct file *file)
{
	/* One attribute that is the whole object is another way to see its spec. */
	return file->settle == settle_spec ? "spec" : file->name;
}

/* A draft can be removed in any way, and `install` removes before it writes: file by file, each with what was written into it. */
static int remove_text(
	struct mount *mount, struct node node, const struct subject *subject, struct error *err)
{
	const char *key = act_draft_key(tree_file(node));
	/* What was closed a moment ago is a part of what goes. */
	if (edit_is_pending(mount->edits, node_pack(node)))
		return -EINPROGRESS;
	bool draft = draft_exists(mount->drafts, subject->listing, subject->name);
	int rc = draft ? draft_set(mount->drafts, subject->listing, subject->name, key, "", err)
		       : 0;
	if (rc == 0)
		edit_mark_absent(mount->edits, node_pack(node), true);
	return rc;
}

int act_unlink(
	struct mount *mount, struct node dir, const char *name, int64_t *ticket, struct error *err)
{
	struct node node;
	if (*ticket)
		return act_wait(mount, *ticket, err);
	int rc = tree_lookup(mount, dir, name, &node, err);
	if (rc != 0)
		return rc;
	if (node.type == NODE_SCRATCH)
		return scratch_remove(mount->edits, node, err);
	if (node.type == NODE_SCRIPT)
		return components_remove(mount->components, name, err);
	if (node.type == NODE_LINKED || node.type == NODE_LINK)
		return act_detach(mount, node, name, ticket, err);
	CLEANUP_SUBJECT struct subject subject = {0};
	if (node.type == NODE_FILE && subject_find(mount, node, &subject, NULL) == 0 &&
		!subject.object)
		return remove_text(mount, node, &subject, err);
	return act_refuse_removal(mount, node, err);
}

static int remove_unborn(struct mount *mount, const struct subject *subject, struct error *err)
{
	if (edits_pending(mount->edits, node_pack(subject->node)))
		return -EINPROGRESS;
	bool draft = draft_exists(mount->drafts, subject->listing, subject->name);
	CLEANUP_FREE char *plain = name_decode(subject->name);
	struct change_state state;
	int64_t ticket = change_find(
		mount->changes, subject->listing, plain ? plain : subject->name);
	bool known = ticket && change_get(mount->changes, ticket, &state);
	if ((known && (state.phase == CHANGE_WAITING || state.phase == CHANGE_RUNNING)) ||
		(!draft && subject->has_job && subject->job.phase == JOB_CREATING)) {
		CLEANUP_FREE char *place = place_text(mount, subject->listing, subject->name);
		return error_set(err, EBUSY,
			"it is being created: wait for that (`sync %s/spec`), then remove it",
			place);
	}
	change_forget(mount->changes, ticket);
	if (draft)
		draft_remove(mount->drafts, subject->listing, subject->name, false);
	if (subject->has_job)
		fleet_forget(mount->fleet, subject->name);
	edits_forget(mount->edits, node_pack(subject->node));
	return 0;
}

int act_check_removal(struct mount *mount, const struct subject *subject, struct error *err)
{
	if (!refusals_hold(mount, subject->node))
		return 0;
	CLEANUP_FREE char *place = place_text(mount, subject->listing, subject->name);
	return error_set(err, EPERM,
		"%s: a removal inside it, or of the directory it is in, was refused a moment ago, "
		"so this looks like rm -r or its like, which destroys nothing; wait 10 seconds, "
		"then rmdir it",
		place);
}

int act_check_destroy(struct mount *mount, const struct subject *subject, struct error *err)
{
	CLEANUP_FREE char *place = place_text(mount, subject->listing, subject->name);
	if (!subject->kind->deletable)
		return error_set(err, EPERM, "%s cannot be destroyed", place);
	int rc = act_check_removal(mount, subject, err);
	if (rc != 0)
		return rc;
	if (mount->destroy == DESTROY_NONE)
		return error_set(err, EPERM, "%s: this mount has destroy=none", place);
	if (mount->destroy == DESTROY_OWN && subject->listing == KIND_droplets &&
		!subject_is_own(subject))
		return error_set(err, EPERM,
			"%s was not made by docloud (it lacks the tag docloud): mount with "
			"-o destroy=any to destroy it",
			place);
	return 0;
}

static int destroy(struct mount *mount, struct node node, int64_t *ticket, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(mount, node, &subject, err);
	if (rc != 0)
		return rc;
	if (!subject.object)
		return remove_unborn(mount, &subject, err);
	rc = act_check_destroy(mount, &subject, err);
	if (rc != 0)
		return rc;
	draft_remove(mount->drafts, subject.listing, subject.name, false);
	struct change_plan plan = act_plan(&subject, CHANGE_DELETE);
	change_plan_add(&plan, "DELETE", subject_path(&subject, ""), NULL, false, "destroy %s",
		subject.name);
	return act_submit(mount, &plan, ticket, err);
}

/* The end of a change of a droplet: what its job must know of it. name: its new one, or NULL when it is gone. */
int act_finish(
	struct mount *mount, int64_t ticket, unsigned kind, const char *name, struct error *err)
{
	struct change_state state;
	bool known = change_get(mount->changes, ticket, &state);
	int rc = act_wait(mount, ticket, err);
	if (rc == -EINPROGRESS)
		return rc;
	if (rc == 0 && known && kind == KIND_droplets) {
		if (name)
			fleet_rename(mount->fleet, state.id, name);
		else
			fleet_forget(mount->fleet, state.id);
	}
	/* Whoever waited for it has been told. */
	change_drop(mount->changes, ticket);
	return rc;
}

int act_rmdir(
	struct mount *mount, struct node dir, const char *name, int64_t *ticket, struct error *err)
{
	struct node node;
	if (*ticket)
		return dir.type == NODE_KIND ? act_finish(mount, *ticket, dir.kind, NULL, err)
					     : act_wait(mount, *ticket, err);
	int rc = tree_lookup(mount, dir, name, &node, err);
	if (rc != 0)
		return rc;
	if (node.type == NODE_SCRATCH)
		return scratch_remove(mount->edits, node, err);
	if (node.type == NODE_OBJECT && dir.type == NODE_LINKS)
		return act_detach(mount, dir, name, ticket, err);
	if (node.type == NODE_OBJECT && dir.type == NODE_KIND) {
		rc = destroy(mount, node, ticket, err);
		return rc == 0 && *ticket ? act_finish(mount, *ticket, dir.kind, NULL, err) : rc;
	}
	CLEANUP_SUBJECT struct subject subject = {0};
	if (node.type >= NODE_OBJECT && subject_find(mount, node, &subject, NULL) == 0 &&
		!subject.object)
		return 0; /* components/ of a draft, by rm -r */
	return act_refuse_removal(mount, node, err);
}

int act_touch(struct mount *mount, struct node node, struct error *err)
{
	(void)err;
	if (node.type == NODE_KIND)
		cache_refresh(mount->cache, subject_listing(mount, node));
	for (unsigned i = 0; i < KINDS && node.type == NODE_ROOT; i++)
		if (kind_above(i) < 0)
			cache_refresh(mount->cache, i);
	return 0;
}
