#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "edit_buffer.h"

/* Scratch files. */

#define SCRATCH_MAX 512 /* of a mount; the oldest make way */

static uint64_t scratch_ino(uint32_t number)
{
	return node_pack((struct node){.type = NODE_SCRATCH, .other = number});
}

int scratch_make(struct edits *edits, uint64_t parent, const char *name, mode_t mode,
	const char *target, struct node *ret, struct error *err)
{
	LOCKED(&edits->lock);
	struct buffer *oldest = NULL;
	for (struct buffer *buffer = edits->first; buffer; buffer = buffer->next) {
		if (buffer->scratch && buffer->parent == parent && strcmp(buffer->name, name) == 0)
			return error_set(err, EEXIST, "%s is there already", name);
		if (buffer->scratch && buffer->writers == 0)
			oldest = buffer;
	}
	if (edits->scratches >= SCRATCH_MAX) {
		if (!oldest)
			return error_set(
				err, ENOSPC, "too many scratch files; they live in memory");
		buffer_remove(edits, oldest);
	}
	uint32_t number = edits->next++ % (NODE_OTHERS - 1);
	struct buffer *buffer = buffer_add(edits, scratch_ino(number));
	edits->scratches++;
	buffer->scratch = true;
	buffer->parent = parent;
	buffer->name = xstrdup(name);
	buffer->mode = mode;
	buffer->changed = time(NULL);
	if (target) {
		free(buffer->text);
		buffer->text = xstrdup(target);
		buffer->length = strlen(target);
	}
	*ret = node_unpack(buffer->ino);
	return 0;
}

bool scratch_stat(struct edits *edits, struct node node, struct stat *ret)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = buffer_find(edits, node_pack(node));
	if (!buffer)
		return false;
	ret->st_mode = buffer->mode;
	ret->st_size = (off_t)buffer->length;
	ret->st_mtime = buffer->changed;
	return true;
}

bool scratch_place(struct edits *edits, struct node node, uint64_t *ret_parent, char **ret_name)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = buffer_find(edits, node_pack(node));
	if (!buffer || !buffer->name)
		return false;
	*ret_parent = buffer->parent;
	*ret_name = xstrdup(buffer->name);
	return true;
}

void scratch_chmod(struct edits *edits, struct node node, mode_t mode)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = buffer_find(edits, node_pack(node));
	if (buffer)
		buffer->mode = (buffer->mode & S_IFMT) | (mode & 07777);
}

/* One that is written stays until it is closed. */
static void unname(struct edits *edits, struct buffer *buffer)
{
	if (buffer->writers == 0) {
		buffer_remove(edits, buffer);
		return;
	}
	free(buffer->name);
	buffer->name = NULL;
	buffer->parent = buffer->owner = 0;
}

static bool has_files(const struct edits *edits, const struct buffer *dir)
{
	for (const struct buffer *buffer = edits->first; buffer; buffer = buffer->next)
		if (buffer->scratch && buffer->parent == dir->ino)
			return true;
	return false;
}

int scratch_rename(
	struct edits *edits, struct node node, uint64_t parent, const char *name, struct error *err)
{
	LOCKED(&edits->lock);
	struct buffer *moved = buffer_find(edits, node_pack(node)), *other = NULL;
	for (struct buffer *buffer = edits->first; buffer; buffer = buffer->next)
		if (buffer->scratch && buffer != moved && buffer->parent == parent &&
			strcmp(buffer->name, name) == 0)
			other = buffer;
	if (!moved)
		return error_set(err, ENOENT, "it is gone");
	if (other && has_files(edits, other))
		return error_set(err, ENOTEMPTY, "the directory %s is not empty", name);
	if (other)
		unname(edits, other);
	moved->parent = moved->owner = parent;
	free(moved->name);
	moved->name = xstrdup(name);
	return 0;
}

int scratch_remove(struct edits *edits, struct node node, struct error *err)
{
	LOCKED(&edits->lock);
	struct buffer *gone = buffer_find(edits, node_pack(node));
	if (!gone)
		return error_set(err, ENOENT, "it is gone");
	if (has_files(edits, gone))
		return error_set(err, ENOTEMPTY, "the directory is not empty");
	unname(edits, gone);
	return 0;
}

void edits_forget(struct edits *edits, uint64_t parent)
{
	LOCKED(&edits->lock);
	/* Depth first, by starting over after each: they are few. */
	for (struct buffer *buffer = edits->first; buffer;) {
		const struct buffer *above = buffer->scratch ? buffer_find(edits, buffer->parent)
							     : NULL;
		bool orphan = buffer->scratch && !above &&
			      (buffer->parent == parent ||
				      node_unpack(buffer->parent).type == NODE_SCRATCH);
		bool control = !buffer->scratch && buffer->owner == parent;
		if (orphan || control) {
			if (control)
				buffer_remove(edits, buffer);
			else
				unname(edits, buffer);
			buffer = edits->first;
		} else {
			buffer = buffer->next;
		}
	}
}

bool edits_move(struct edits *edits, uint64_t from, uint64_t to)
{
	LOCKED(&edits->lock);
	bool open = false;
	for (const struct buffer *at = edits->first; at; at = at->next)
		open |= at->owner == from && at->writers > 0;
	for (struct buffer *at = edits->first; at && !open; at = at->next)
		if (at->scratch && at->parent == from)
			at->parent = at->owner = to;
	return !open;
}

void edits_list(
	struct edits *edits, uint64_t parent, tree_visitor visit, void *context, const char *wanted)
{
	struct {
		char *name;
		struct node node;
	} found[SCRATCH_MAX];
	size_t count = 0;
	{
		LOCKED(&edits->lock);
		for (const struct buffer *buffer = edits->first; buffer && count < SCRATCH_MAX;
			buffer = buffer->next)
			if (buffer->scratch && buffer->parent == parent &&
				(!wanted || strcmp(wanted, buffer->name) == 0)) {
				found[count].name = xstrdup(buffer->name);
				found[count++].node = node_unpack(buffer->ino);
			}
	}
	for (size_t i = 0; i < count; i++) {
		visit(context, found[i].name, found[i].node);
		free(found[i].name);
	}
}
