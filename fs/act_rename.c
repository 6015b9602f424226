#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "act_name.h"
#include "api/cleanup.h"
#include "content.h"
#include "draft.h"
#include "edit.h"
#include "file.h"
#include "report.h"
#include "spec.h"
#include "tree.h"

/* Renaming: an editor's file onto one of ours, ours away, scratch files about, an object. */

static int rename_onto_file(
	struct mount *mount, struct node scratch, struct node node, struct error *err)
{
	size_t length;
	bool closed = false;
	CLEANUP_FREE char *text = edit_text(mount->edits, node_pack(scratch), &length);
	if (!text)
		return error_set(err, ENOENT, "it is gone");
	/* As any open: what was closed before counts first. */
	if (edit_is_pending(mount->edits, node_pack(node)))
		return -EINPROGRESS;
	int rc = act_open(mount, node, OPEN_EMPTIED, err);
	if (rc != 0)
		return rc;
	rc = act_write(mount, node, text, length, 0, err);
	if (rc == 0)
		rc = act_flush(mount, node, false, err);
	/* It is all done again when what it waits for is there: nothing may be sent now. */
	if (rc == -EINPROGRESS) {
		edit_close(mount->edits, node_pack(node));
		edit_drop(mount->edits, node_pack(node));
		return rc;
	}
	/* Who renames waits for the answer, and brings no other file meanwhile. */
	edit_mark_copied(mount->edits, node_pack(node_beside(node, NODE_OBJECT, 0, 0)), 0, false);
	int submitted = act_release(mount, node, &closed, err);
	if (submitted == -EINPROGRESS)
		edit_drop(mount->edits, node_pack(node));
	if (rc == 0)
		rc = submitted;
	if (rc == 0)
		scratch_remove(mount->edits, scratch, NULL);
	return rc;
}

/* old: what has that name already, and makes way, or NULL. */
static int rename_away(struct mount *mount, struct node node, struct node to, const char *name,
	const struct node *old, struct error *err)
{
	CLEANUP_FREE char *text = NULL;
	size_t length;
	struct node copy;
	/* What was closed a moment ago is a part of what is moved. */
	if (edit_is_pending(mount->edits, node_pack(node)))
		return -EINPROGRESS;
	int rc = content_read(mount, node, &text, &length, err);
	if (rc == 0)
		rc = act_check_scratch(mount, to, true, err);
	if (rc == 0 && old)
		rc = scratch_remove(mount->edits, *old, err);
	if (rc == 0)
		rc = scratch_make(
			mount->edits, node_pack(to), name, S_IFREG | 0600, text, &copy, err);
	if (rc != 0)
		return rc;
	edit_mark_absent(mount->edits, node_pack(node), true);
	CLEANUP_SUBJECT struct subject subject = {0};
	if (subject_find(mount, node, &subject, NULL) == 0 && !subject.object)
		draft_set_away(mount->drafts, subject.listing, subject.name,
			act_draft_key(tree_file(node)));
	return 0;
}

/* In components/ the new name may be a component's. */
static int submit_scratch(struct mount *mount, struct node node, struct error *err)
{
	uint64_t ino = node_pack(node);
	size_t length;
	bool closed = false;
	char *text = edit_text(mount->edits, ino, &length);
	if (!text)
		return 0;
	edit_open(mount->edits, ino, 0, false, "", 0, OPEN_AS_IT_IS);
	edit_set(mount->edits, ino, text, length);
	int rc = act_flush(mount, node, false, err);
	int submitted = act_release(mount, node, &closed, err);
	return rc != 0 ? rc : submitted;
}

static int rename_unborn(
	struct mount *mount, const struct subject *subject, const char *name, struct error *err)
{
	if (!draft_exists(mount->drafts, subject->listing, subject->name))
		return error_set(err, EBUSY, "it is being created: rename it when it exists");
	/* What a program has closed a moment ago may be about to create it. */
	if (edits_pending(mount->edits, node_pack(subject->node)))
		return -EINPROGRESS;
	uint64_t from = node_pack(subject->node);
	uint64_t to = node_pack(subject_unborn_node(mount, subject->listing, name));
	edits_forget(mount->edits, to);
	if (!edits_move(mount->edits, from, to))
		return error_set(err, EBUSY, "one of its files is open for writing");
	int rc = draft_rename(mount->drafts, subject->listing, subject->name, name, err);
	if (rc != 0) {
		edits_move(mount->edits, to, from);
		return rc;
	}
	CLEANUP_FREE char *path = place_text(mount, subject->listing, subject->name);
	CLEANUP_FREE char *new_path = place_text(mount, subject->listing, name);
	report_move(mount->reports, path, new_path);
	return 0;
}

static int rename_object(
	struct mount *mount, struct node node, const char *name, int64_t *ticket, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0}, other = {0};
	CLEANUP_FREE char *plain = act_plain_name(name, err);
	int rc = plain ? subject_find(mount, node, &subject, err) : -EINVAL;
	if (rc == 0 && subject.kind->check_name)
		rc = subject.kind->check_name(plain, err);
	if (rc != 0)
		return rc;
	struct error error = {0};
	rc = subject_named(mount, subject.listing, name, &other, &error);
	if (rc == -EINPROGRESS)
		return rc;
	if (rc != -ENOENT)
		return rc == 0 ? error_set(err, EEXIST, "%s exists already", name)
			       : error_move(err, &error);
	if (!subject.object)
		return rename_unborn(mount, &subject, name, err);
	if (!subject.kind->rename && !subject.kind->renames)
		return error_set(err, EPERM, "%s cannot be renamed", kind_word(subject.kind));
	rc = subject_settled(&subject);
	if (rc != 0)
		return rc;
	struct change_plan plan = act_plan(&subject, CHANGE_UPDATE);
	if (subject.kind->rename)
		rc = subject.kind->rename(mount, &subject, plain, &plan, err);
	else
		change_plan_add(&plan, subject.kind->update, subject_path(&subject, ""),
			spec_rename_body(subject.kind, subject_json(&subject), plain), false,
			"rename to %s", plain);
	if (rc != 0) {
		change_plan_finish(&plan);
		return rc;
	}
	return act_submit(mount, &plan, ticket, err);
}

/* ln -sf makes its link beside the old one, and puts it in its place. */
static int replace_link(struct mount *mount, struct node link, struct node dir, const char *name,
	int64_t *ticket, struct error *err)
{
	struct node ignored;
	size_t length;
	CLEANUP_FREE char *target = edit_text(mount->edits, node_pack(link), &length);
	int rc = act_attach(mount, dir, act_link_find(dir, name), name, target ? target : "",
		ticket, &ignored, err);
	return rc == 0 ? scratch_remove(mount->edits, link, err) : rc;
}

int act_rename(struct mount *mount, struct node from, const char *name, struct node to,
	const char *new_name, bool exclusive, int64_t *ticket, struct error *err)
{
	struct node node, other;
	if (*ticket && from.type == NODE_KIND)
		return act_finish(mount, *ticket, from.kind, new_name, err);
	int rc = tree_lookup(mount, from, name, &node, err);
	if (rc != 0)
		return rc;
	bool taken = tree_lookup(mount, to, new_name, &other, NULL) == 0;
	if (exclusive && taken)
		return error_set(err, EEXIST, "%s exists already", new_name);
	if (node.type == NODE_OBJECT && from.type == NODE_KIND) {
		if (to.type != NODE_KIND || to.kind != from.kind || to.slot != from.slot)
			return error_set(err, EXDEV, "an object stays in its collection");
		rc = rename_object(mount, node, new_name, ticket, err);
		return rc == 0 && *ticket ? act_finish(mount, *ticket, from.kind, new_name, err)
					  : rc;
	}
	if (node.type == NODE_FILE && taken && other.type != NODE_SCRATCH)
		return error_set(err, EPERM, "%s cannot be replaced by another file of the object",
			new_name);
	if (node.type == NODE_FILE && !tree_file(node)->check)
		return error_set(err, EPERM, "%s cannot be renamed", name);
	if (node.type == NODE_FILE)
		return rename_away(mount, node, to, new_name, taken ? &other : NULL, err);
	if (node.type != NODE_SCRATCH)
		return error_set(err, EPERM, "%s cannot be renamed", name);
	struct stat scratch = {0};
	if (act_link_find(to, new_name) && scratch_stat(mount->edits, node, &scratch) &&
		S_ISLNK(scratch.st_mode))
		return replace_link(mount, node, to, new_name, ticket, err);
	rc = taken ? 0 : act_create(mount, to, new_name, 0600, &other, err);
	if (rc != 0)
		return rc;
	if (other.type != NODE_SCRATCH)
		return rename_onto_file(mount, node, other, err);
	rc = scratch_rename(mount->edits, node, node_pack(to), new_name, err);
	return rc == 0 && to.type == NODE_SCRIPTS ? submit_scratch(mount, node, err) : rc;
}
