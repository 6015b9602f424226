#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "api/cleanup.h"
#include "api/memory.h"
#include "content.h"
#include "draft.h"
#include "edit.h"
#include "file.h"
#include "report.h"
#include "tree.h"

/* What writing to a node means. */
enum meaning { MEANS_NOTHING, MEANS_FILE, MEANS_SCRIPT, MEANS_SCRATCH, MEANS_SINK };

static enum meaning meaning_of(const struct subject *subject, struct node node)
{
	const struct file *file = tree_file(node);
	bool here = subject->object ? file && !file->unborn_only : file && file->unborn;
	if (file && file->submit && here)
		return MEANS_FILE;
	if (file && file->unborn_only) /* the draft was handed on without it */
		return MEANS_NOTHING;
	return !subject->object || subject_is_newborn(subject) ? MEANS_SINK : MEANS_NOTHING;
}

/* A scratch file in components/ whose name a component can have becomes one when it is closed. */
static char *script_name(struct mount *mount, struct node node)
{
	uint64_t parent;
	char *name;
	if (node.type == NODE_SCRIPT)
		return xstrdup(intern_text(mount->words, node.other));
	if (!scratch_place(mount->edits, node, &parent, &name))
		return NULL;
	struct component *component;
	/* The name alone is asked about here: a script of one line stands in for the text. */
	bool ok = node_unpack(parent).type == NODE_SCRIPTS &&
		  component_parse(name, "#!/bin/sh\n# summary: -\n", &component, NULL) == 0;
	if (ok) {
		component_unref(component);
		return name;
	}
	free(name);
	return NULL;
}

/* What a close of it is waited for by: the object that it belongs to, components/ for a script. */
static uint64_t owner_of(struct mount *mount, struct node node, const struct subject *subject)
{
	uint64_t parent = 0;
	CLEANUP_FREE char *name = NULL;
	if (subject->mount)
		return node_pack(subject->node);
	if (node.type == NODE_SCRIPT)
		return node_pack((struct node){.type = NODE_SCRIPTS});
	scratch_place(mount->edits, node, &parent, &name);
	return parent;
}

int act_settle(struct mount *mount, struct node node, struct error *err)
{
	uint64_t parent;
	CLEANUP_FREE char *name = NULL;
	if (node.type == NODE_SCRATCH && !scratch_place(mount->edits, node, &parent, &name))
		return error_set(err, ESTALE, "it is another file by now");
	return edit_is_pending(mount->edits, node_pack(node)) ? -EINPROGRESS : 0;
}

int act_open(struct mount *mount, struct node node, enum edit_opening opening, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	CLEANUP_FREE char *text = NULL;
	size_t length = 0;
	enum meaning meaning = node.type == NODE_SCRATCH  ? MEANS_SCRATCH
			       : node.type == NODE_SCRIPT ? MEANS_SCRIPT
							  : MEANS_NOTHING;
	int rc = 0;
	if (meaning == MEANS_NOTHING && node.type >= NODE_OBJECT) {
		rc = subject_find(mount, node, &subject, err);
		if (rc != 0)
			return rc;
		meaning = meaning_of(&subject, node);
	}
	const struct file *file = tree_file(node);
	if (meaning == MEANS_NOTHING && file && file->unborn_only)
		return draft_is_gone(file->name, err);
	if (meaning == MEANS_NOTHING)
		return error_set(err, EPERM,
			"this file is what the API says and cannot be written; help/ tells which "
			"can");
	/* Made anew where it was moved or removed: it begins empty, as a file that is new. */
	if (opening == OPEN_AS_IT_IS && edit_is_absent(mount->edits, node_pack(node)))
		opening = OPEN_NEW;
	if (opening == OPEN_AS_IT_IS && (meaning == MEANS_FILE || meaning == MEANS_SCRIPT))
		rc = content_read(mount, node, &text, &length, err);
	if (rc != 0)
		return rc;
	edit_open(mount->edits, node_pack(node), owner_of(mount, node, &subject),
		meaning == MEANS_SINK, text ? text : "", length, opening);
	edit_mark_absent(mount->edits, node_pack(node), false);
	return 0;
}

static int check_script(const char *name, const char *text, size_t length, struct error *err)
{
	struct component *component = NULL;
	if (memchr(text, '\0', length))
		return error_set(err, EINVAL, "%s: there is a NUL in it", name);
	int rc = component_parse(name, text, &component, err);
	if (rc == 0)
		component_unref(component);
	return rc;
}

/* Check what a file of this node would hold. partial: more may come. */
static int check(struct mount *mount, struct node node, const char *text, size_t length,
	bool partial, struct error *err)
{
	if (node.type == NODE_SCRATCH || node.type == NODE_SCRIPT) {
		CLEANUP_FREE char *name = partial ? NULL : script_name(mount, node);
		return name ? check_script(name, text, length, err) : 0;
	}
	const struct file *file = tree_file(node);
	if (!file || !file->check)
		return 0;
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(mount, node, &subject, err);
	return rc != 0 ? rc : file->check(mount, &subject, text, length, partial, err);
}

int act_write(struct mount *mount, struct node node, const char *data, size_t size, off_t offset,
	struct error *err)
{
	uint64_t ino = node_pack(node);
	struct edit_state edit;
	if (!edit_get(mount->edits, ino, &edit))
		return error_set(err, EBADF, "it is not open for writing");
	if (edit.sink)
		return 0;
	char *text;
	size_t length;
	struct error error = {0};
	int rc = edit_preview(mount->edits, ino, data, size, offset, &text, &length, &error);
	/* Before an old end that the writer may be about to cut off nothing is known to be wrong: the close will tell. */
	bool amid = offset >= 0 && (size_t)offset + size < edit.length;
	if (rc == 0) {
		rc = amid ? 0 : check(mount, node, text, length, true, &error);
		if (rc == 0)
			edit_set(mount->edits, ino, text, length);
		else
			free(text);
	}
	if (rc == 0 || rc == -EINPROGRESS)
		return rc;
	edit_refuse(mount->edits, ino, &error);
	return error_move(err, &error);
}

int act_truncate(struct mount *mount, struct node node, off_t length, bool open, struct error *err)
{
	uint64_t ino = node_pack(node);
	struct edit_state edit;
	if (length < 0 || length > EDIT_MAX)
		return error_set(err, EFBIG, "more than 1 MiB in a file of settings");
	if (!open && edit_is_pending(mount->edits, ino))
		return -EINPROGRESS;
	if (edit_get(mount->edits, ino, &edit)) {
		edit_truncate(mount->edits, ino, (size_t)length);
		return 0;
	}
	if (open)
		return error_set(err, EBADF, "it is not open for writing");
	/* truncate(2) by path: an open, a truncation and a close; empty texts are submitted by none of our files. */
	bool closed = false;
	int rc = act_open(mount, node, length == 0 ? OPEN_EMPTIED : OPEN_AS_IT_IS, err);
	if (rc != 0)
		return rc;
	if (length != 0)
		edit_truncate(mount->edits, ino, (size_t)length);
	rc = act_release(mount, node, &closed, err);
	if (rc == -EINPROGRESS)
		edit_drop(mount->edits, ino); /* it is all done again */
	return rc;
}

int act_flush(struct mount *mount, struct node node, bool partial, struct error *err)
{
	uint64_t ino = node_pack(node);
	struct edit_state edit;
	size_t length;
	if (!edit_get(mount->edits, ino, &edit) || edit.sink || !edit.dirty)
		return 0;
	if (edit.refused.code)
		return error_set(err, edit.refused.code, "%s", edit.refused.message);
	CLEANUP_FREE char *text = edit_text(mount->edits, ino, &length);
	struct error error = {0};
	/* First: whoever asks after it whether a close is on its way waits for this one. */
	if (!partial)
		edit_flushed(mount->edits, ino);
	int rc = text && length > 0 ? check(mount, node, text, length, partial, &error) : 0;
	if (rc == -EINPROGRESS)
		return rc;
	/* Not a refusal for good: bash closes copies between the commands of a group. The last close checks again. */
	return rc == 0 ? 0 : error_move(err, &error);
}

static int submit(
	struct mount *mount, struct node node, const char *text, size_t length, struct error *err)
{
	if (node.type == NODE_SCRATCH || node.type == NODE_SCRIPT) {
		CLEANUP_FREE char *name = script_name(mount, node);
		if (!name || length == 0)
			return 0;
		int rc = check_script(name, text, length, err);
		if (rc == 0)
			rc = components_put(mount->components, name, text, err);
		/* Nor does one stay that was refused: it would look like a component. */
		if (node.type == NODE_SCRATCH)
			scratch_remove(mount->edits, node, NULL);
		return rc;
	}
	const struct file *file = tree_file(node);
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(mount, node, &subject, err);
	if (rc != 0)
		return rc;
	/* Also here: what was written with O_TRUNC by a program that never closed properly was not checked. */
	rc = file->check && length > 0 ? file->check(mount, &subject, text, length, false, err) : 0;
	return rc != 0 ? rc : file->submit(mount, &subject, text, length, err);
}

/* Its close ends the draft. */
static bool hands_on(struct node node)
{
	const struct file *file = node.unborn ? tree_file(node) : NULL;
	return file && file->settle == settle_spec;
}

/*
 * Not before those of the files beside it, which are a part of the draft. Of two that end it, as a key's public_key and spec,
 * the spec goes first, which is the last in the table: they would wait for each other.
 */
static bool has_to_wait(struct mount *mount, struct node node)
{
	if (!hands_on(node))
		return false;
	if (edit_is_filled(mount->edits, node_pack(node_beside(node, NODE_OBJECT, 0, 0))))
		return true;
	for (unsigned i = 0; kinds[node.kind]->files[i].name; i++) {
		struct node beside = node_beside(node, NODE_FILE, i, node.other);
		bool goes_first = i > node.entry || !hands_on(beside);
		if (i != node.entry && goes_first &&
			edit_is_pending(mount->edits, node_pack(beside)))
			return true;
	}
	return false;
}

/* What waited for it has nothing to add: it is another way to write the same. */
static void drop_waiting(struct mount *mount, struct node node)
{
	for (unsigned i = 0; i < node.entry; i++) {
		struct node beside = node_beside(node, NODE_FILE, i, node.other);
		if (hands_on(beside) && edit_is_pending(mount->edits, node_pack(beside)))
			edit_drop(mount->edits, node_pack(beside));
	}
}

/* What it had failed with is over before it is submitted, as what that begins may have failed when it returns, and an unborn
 * object be another node; and a refusal is told before the buffer goes, which is what a sync waits for. */
static int submit_told(
	struct mount *mount, struct node node, const char *text, size_t length, struct error *err)
{
	char path[REPORT_PATH];
	const struct file *file = tree_file(node);
	tree_path(mount, node, path, sizeof(path));
	report_clear(mount->reports, path, file ? file->name : NULL);
	int rc = submit(mount, node, text, length, err);
	if (rc != 0)
		report_set(mount->reports, path, file ? file->name : NULL, err);
	return rc;
}

int act_release(struct mount *mount, struct node node, bool *closed, struct error *err)
{
	uint64_t ino = node_pack(node);
	struct edit_state edit;
	if (!*closed && edit_close(mount->edits, ino) > 0)
		return 0;
	*closed = true;
	if (!edit_get(mount->edits, ino, &edit) || edit.writers > 0)
		return 0;
	size_t length;
	CLEANUP_FREE char *text = edit_text(mount->edits, ino, &length);
	int rc = 0;
	if (has_to_wait(mount, node))
		return -EINPROGRESS;
	if (text && edit.dirty && !edit.sink && edit.refused.code == 0)
		rc = submit_told(mount, node, text, length, err);
	if (rc == 0 && hands_on(node) && edit.dirty)
		drop_waiting(mount, node);
	if (rc != -EINPROGRESS) {
		edit_drop(mount->edits, ino);
		bell_ring(mount->bell); /* for a sync that waits for this close */
	}
	return rc;
}

int act_fsync(struct mount *mount, struct node node, bool writer, struct error *err)
{
	const struct file *file = tree_file(node);
	if (writer)
		return act_flush(mount, node, false, err);
	if (!file || (!file->settle && !file->submit))
		return 0;
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = subject_find(mount, node, &subject, err);
	if (rc != 0)
		return rc;
	if (edits_pending(mount->edits, node_pack(subject.node)))
		return -EINPROGRESS;
	/* Who waits for it copies nothing into it any more. */
	draft_forget(mount->drafts, subject.listing, subject.name);
	rc = subject_refused(&subject, file->name, err);
	return rc == 0 && file->settle ? file->settle(mount, &subject, err) : rc;
}
