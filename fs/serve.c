#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act.h"
#include "api/cleanup.h"
#include "api/memory.h"
#include "call.h"
#include "content.h"
#include "edit.h"
#include "entries.h"
#include "readings.h"
#include "tree.h"

/* Replies. */

/* Of what is in dir. The node of an unborn directory is that of its name, which may come back for another object. */
static int entry_make(struct service *service, struct node dir, struct node node,
	struct fuse_entry_param *ret, struct error *err)
{
	*ret = (struct fuse_entry_param){.ino = node_pack(node)};
	int rc = tree_stat(service->mount, node, &ret->attr, err);
	int64_t attr_ms = tree_attr_ms(service->mount, node);
	ret->attr_timeout = (double)attr_ms / 1000;
	bool leaves = leaving_tell(&service->leaving, ret->ino);
	int64_t entry_ms = dir.unborn || leaves ? 0 : tree_entry_ms(service->mount, node, attr_ms);
	ret->entry_timeout = (double)entry_ms / 1000;
	return rc;
}

static int reply_entry(
	struct service *service, struct call *call, struct node node, struct error *err)
{
	struct fuse_entry_param entry;
	int rc = entry_make(service, call->node, node, &entry, err);
	if (rc == 0)
		fuse_reply_entry(call->req, &entry);
	return rc;
}

static int reply_done(struct call *call, int rc)
{
	if (rc == 0)
		fuse_reply_err(call->req, 0);
	return rc;
}

/* Looking. */

/*
 * `cp -r` makes the directory and then opens each file as new; what we have put there is not in its way. First come those that
 * can be written, or what a droplet has and a draft has not, in the order of inode numbers: until then the others are seen.
 */
static bool is_in_the_way(struct service *service, const struct call *call, struct node node)
{
	struct edit_state edit;
	if (!call->node.unborn || node.type != NODE_FILE ||
		edit_get(service->mount->edits, node_pack(node), &edit))
		return false;
	enum freshness fresh = edit_freshness(
		service->mount->edits, node_pack(call->node), fuse_req_ctx(call->req)->pid);
	return fresh == FRESH_COPIED || (fresh == FRESH_MADE && tree_file(node)->submit);
}

static int serve_lookup(struct service *service, struct call *call, struct error *err)
{
	struct node node;
	int rc = tree_lookup(service->mount, call->node, call->name, &node, err);
	/* About to turn into a component. */
	if (rc == 0 && call->node.type == NODE_SCRIPTS &&
		edit_is_pending(service->mount->edits, node_pack(node)))
		return -EINPROGRESS;
	if (rc == 0 && is_in_the_way(service, call, node))
		return -ENOENT;
	if (rc != 0)
		return rc;
	rc = reply_entry(service, call, node, err);
	/* It turned into a component between the two. */
	if (rc == -ESTALE &&
		tree_lookup(service->mount, call->node, call->name, &node, NULL) == 0) {
		error_clear(err);
		rc = reply_entry(service, call, node, err);
	}
	return rc;
}

static int serve_getattr(struct service *service, struct call *call, struct error *err)
{
	struct stat attr;
	/* Of directories the kernel keeps the list, and asks for this instead of opening them: that is a look, too. */
	if (call->reading || call->node.type == NODE_PARTS)
		content_look(service->mount, call->node);
	int rc = tree_stat(service->mount, call->node, &attr, err);
	if (rc == 0)
		fuse_reply_attr(
			call->req, &attr, (double)tree_attr_ms(service->mount, call->node) / 1000);
	return rc;
}

static int serve_readlink(struct service *service, struct call *call, struct error *err)
{
	CLEANUP_FREE char *target = NULL;
	int rc = tree_readlink(service->mount, call->node, &target, err);
	if (rc == 0)
		fuse_reply_readlink(call->req, target);
	return rc;
}

struct handle *handle_of(const struct call *call)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): what fh is for */
	return (struct handle *)(uintptr_t)call->fi.fh;
}

static struct handle *handle_create(struct call *call)
{
	struct handle *handle = xcalloc(1, sizeof(*handle));
	pthread_mutex_init(&handle->lock, NULL);
	call->fi.fh = (uintptr_t)handle;
	return handle;
}

/* The process that a thread is one of: requests have the thread. 0 is one of another pid namespace. */
static pid_t process_of(pid_t thread)
{
	char path[40], line[64];
	int process = 0;
	snprintf(path, sizeof(path), "/proc/%d/status", (int)thread);
	FILE *file = thread ? fopen(path, "re") : NULL;
	while (file && process == 0 && fgets(line, sizeof(line), file))
		if (strncmp(line, "Tgid:", 5) == 0)
			process = (int)strtol(line + 5, NULL, 10);
	if (file)
		fclose(file);
	return process > 0 ? process : thread;
}

static void handle_create_writer(struct service *service, struct call *call, struct node node)
{
	struct handle *handle = handle_create(call);
	struct edit_state edit;
	edit_get(service->mount->edits, node_pack(node), &edit);
	handle->writer = true;
	handle->opener = process_of(fuse_req_ctx(call->req)->pid);
	handle->edit = edit.serial;
}

/*
 * The draft that it wrote into was removed; one that has its name by now has its inodes, too, and nothing to do with it. So no
 * sentence goes with the ESTALE, which would stand in that one's `error`.
 */
static bool is_stale(struct service *service, const struct call *call)
{
	const struct handle *handle = handle_of(call);
	struct edit_state edit;
	if (!handle || !handle->writer)
		return false;
	edit_get(service->mount->edits, node_pack(call->node), &edit);
	return edit.serial != handle->edit;
}

void handle_destroy(struct handle *handle)
{
	if (!handle)
		return;
	free(handle->text);
	pthread_mutex_destroy(&handle->lock);
	free(handle);
}

/* Of an open that nobody has: no write comes, and no release. */
static void drop_writer(struct service *service, struct node node)
{
	edit_close(service->mount->edits, node_pack(node));
	edit_drop(service->mount->edits, node_pack(node));
}

/* What came of the answer to an open: whoever was interrupted has no use for it. */
static void handle_answered(
	struct service *service, struct handle *handle, struct node node, int answered)
{
	if (answered == 0)
		return;
	if (handle && handle->writer) {
		drop_writer(service, node);
		bell_ring(service->mount->bell); /* for who waits for a close */
	}
	handle_destroy(handle);
}

/* With their attributes, so that `ls -l` asks no more. What cannot be said at once the kernel asks for itself. */
static size_t put_entry(
	struct service *service, struct call *call, const struct entry *at, char *to, size_t room)
{
	struct fuse_entry_param entry = {0};
	bool dots = *at->name == '.' && (!at->name[1] || (at->name[1] == '.' && !at->name[2]));
	bool unread = service->mount->read_only && tree_is_unread(service->mount, at->node);
	if (dots || unread || entry_make(service, call->node, at->node, &entry, NULL) != 0)
		entry = (struct fuse_entry_param){.attr = {.st_ino = node_pack(at->node),
							  .st_mode = dots     ? S_IFDIR
								     : unread ? S_IFREG
									      : 0}};
	return fuse_add_direntry_plus(call->req, to, room, at->name, &entry, at->place);
}

/* Of as many entries as there is room for; none: that was the end. */
static int serve_readdir(struct service *service, struct call *call, struct error *err)
{
	struct entries *entries;
	if (call->offset == 0)
		content_look(service->mount, call->node);
	int rc = entries_get(service->mount, call->node, call->offset, &entries, err);
	if (rc != 0)
		return rc;
	CLEANUP_FREE char *buffer = xmalloc(call->size);
	size_t used = 0;
	for (size_t i = entries_after(entries, call->offset); i < entries->count; i++) {
		size_t size = put_entry(
			service, call, &entries->all[i], buffer + used, call->size - used);
		if (size > call->size - used)
			break;
		used += size;
	}
	entries_release(service->mount->walks, entries, used == 0);
	fuse_reply_buf(call->req, buffer, used);
	return 0;
}

/* Files. */

/* With O_EXCL comes a create only: a file that others cannot have written into. */
static enum edit_opening opening_of(const struct call *call)
{
	if (call->fi.flags & O_TRUNC)
		return OPEN_EMPTIED;
	return call->fi.flags & O_EXCL ? OPEN_NEW : OPEN_AS_IT_IS;
}

static int serve_open(struct service *service, struct call *call, struct error *err)
{
	bool writer = (call->fi.flags & O_ACCMODE) != O_RDONLY;
	bool live = content_is_live(call->node);
	int rc = act_settle(service->mount, call->node, err);
	if (rc == 0 && writer)
		rc = service->mount->read_only
			     ? error_set(err, EROFS, "this mount is read-only")
			     : act_open(service->mount, call->node, opening_of(call), err);
	if (rc != 0)
		return rc;
	if (!writer)
		content_look(service->mount, call->node);
	if (writer)
		handle_create_writer(service, call, call->node);
	else if (live)
		handle_create(call);
	call->fi.direct_io = writer || live;
	call->fi.keep_cache = !call->fi.direct_io;
	call->fi.noflush = !writer;
	struct handle *handle = handle_of(call);
	handle_answered(service, handle, call->node, fuse_reply_open(call->req, &call->fi));
	return 0;
}

static void reply_slice(struct call *call, const char *text, size_t length)
{
	size_t start = (size_t)call->offset < length ? (size_t)call->offset : length;
	size_t size = call->size < length - start ? call->size : length - start;
	fuse_reply_buf(call->req, text + start, size);
}

static int read_log(struct service *service, struct call *call, struct error *err)
{
	CLEANUP_FREE char *buffer = xmalloc(call->size);
	ssize_t size = content_read_log(
		service->mount, call->node, buffer, call->size, call->offset, err);
	if (size < 0)
		return (int)size;
	fuse_reply_buf(call->req, buffer, (size_t)size);
	return 0;
}

/* The text that a read at this offset is of: for a live file, what it was when it was last read from its start, so that
 * no reader sees half of one state and half of another. */
static int read_text(struct service *service, struct call *call, char **ret, size_t *ret_length,
	struct error *err)
{
	struct handle *handle = handle_of(call);
	struct edit_state edit;
	*ret = NULL;
	if (handle && call->offset > 0) {
		LOCKED(&handle->lock);
		if (handle->text) {
			*ret = xmemdup(handle->text, handle->length);
			*ret_length = handle->length;
			return 0;
		}
	}
	if (edit_get(service->mount->edits, node_pack(call->node), &edit) && !edit.sink)
		*ret = edit_text(service->mount->edits, node_pack(call->node), ret_length);
	int rc = 0;
	if (!*ret && service->unopened && content_is_live(call->node))
		rc = readings_text(service->mount, call->node,
			call->offset > 0 ? READING_LASTS_MS : READING_BEGINS_MS, ret, ret_length,
			err);
	else if (!*ret)
		rc = content_read(service->mount, call->node, ret, ret_length, err);
	if (rc != 0 || !handle || handle->writer)
		return rc;
	LOCKED(&handle->lock);
	free(handle->text);
	handle->text = xmemdup(*ret, *ret_length);
	handle->length = *ret_length;
	return 0;
}

/* The answer comes last: after it, RELEASE may take the handle away. */
static int serve_read(struct service *service, struct call *call, struct error *err)
{
	if (service->unopened && call->offset == 0)
		content_look(service->mount, call->node);
	if (content_is_log(call->node))
		return read_log(service, call, err);
	CLEANUP_FREE char *text = NULL;
	size_t length = 0;
	int rc = read_text(service, call, &text, &length, err);
	if (rc == 0)
		reply_slice(call, text, length);
	return rc;
}

static int serve_write(struct service *service, struct call *call, struct error *err)
{
	off_t offset = call->fi.flags & O_APPEND ? -1 : call->offset;
	if (is_stale(service, call))
		return -ESTALE;
	int rc = act_write(service->mount, call->node, call->data, call->size, offset, err);
	if (rc == 0)
		fuse_reply_write(call->req, call->size);
	return rc;
}

/* A process that the opener handed it to, and the opener may write on. */
static bool is_partial(const struct call *call, const struct handle *handle)
{
	pid_t closer = fuse_req_ctx(call->req)->pid;
	if (closer == handle->opener || process_of(closer) == handle->opener)
		return false;
	return kill(handle->opener, 0) == 0 || errno != ESRCH;
}

static int serve_flush(struct service *service, struct call *call, struct error *err)
{
	struct handle *handle = handle_of(call);
	if (!handle || !handle->writer)
		return reply_done(call, 0);
	if (is_stale(service, call))
		return -ESTALE;
	return reply_done(
		call, act_flush(service->mount, call->node, is_partial(call, handle), err));
}

static int serve_release(struct service *service, struct call *call, struct error *err)
{
	struct handle *handle = handle_of(call);
	int rc = handle && handle->writer && !is_stale(service, call)
			 ? act_release(service->mount, call->node, &call->closed, err)
			 : 0;
	if (rc == -EINPROGRESS)
		return rc;
	handle_destroy(handle);
	fuse_reply_err(call->req, 0);
	return rc == 0 ? 0 : SERVED_AMISS;
}

static int serve_fsync(struct service *service, struct call *call, struct error *err)
{
	struct handle *handle = handle_of(call);
	if (is_stale(service, call))
		return -ESTALE;
	return reply_done(
		call, act_fsync(service->mount, call->node, handle && handle->writer, err));
}

static int serve_setattr(struct service *service, struct call *call, struct error *err)
{
	int rc = is_stale(service, call) ? -ESTALE : 0;
	if (rc == 0 && call->mask & FUSE_SET_ATTR_SIZE)
		rc = act_truncate(service->mount, call->node, call->attr.st_size,
			handle_of(call) != NULL, err);
	/* What comes now may have to wait, and is then done again: not so the truncation, which may have sent something. */
	if (rc == 0)
		call->mask &= ~FUSE_SET_ATTR_SIZE;
	if (rc == 0 && call->mask & FUSE_SET_ATTR_MODE && call->node.type == NODE_SCRATCH)
		scratch_chmod(service->mount->edits, call->node, call->attr.st_mode);
	if (rc == 0 && call->mask & (FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_MTIME_NOW))
		rc = act_touch(service->mount, call->node, err);
	return rc != 0 ? rc : serve_getattr(service, call, err);
}

/* Names. */

static int serve_create(struct service *service, struct call *call, struct error *err)
{
	struct node node;
	struct fuse_entry_param entry;
	edit_mark_copied(service->mount->edits, node_pack(call->node), fuse_req_ctx(call->req)->pid,
		call->fi.flags & O_EXCL);
	int rc = act_create(service->mount, call->node, call->name, call->mode, &node, err);
	if (rc == 0 && node.unborn && node.type == NODE_FILE && call->fi.flags & O_EXCL)
		edit_mark_filled(
			service->mount->edits, node_pack(call->node), fuse_req_ctx(call->req)->pid);
	if (rc == 0)
		rc = act_settle(service->mount, node, err);
	if (rc == 0)
		rc = act_open(service->mount, node, opening_of(call), err);
	if (rc != 0)
		return rc;
	rc = entry_make(service, call->node, node, &entry, err);
	if (rc != 0) { /* asked again, it is opened again */
		drop_writer(service, node);
		return rc;
	}
	handle_create_writer(service, call, node);
	call->fi.direct_io = 1;
	struct handle *handle = handle_of(call);
	handle_answered(service, handle, node, fuse_reply_create(call->req, &entry, &call->fi));
	return 0;
}

static int serve_mkdir(struct service *service, struct call *call, struct error *err)
{
	struct node node;
	int rc = act_mkdir(
		service->mount, call->node, call->name, call->mode, &call->ticket, &node, err);
	if (rc == 0 && node.unborn)
		edit_mark_made(
			service->mount->edits, node_pack(node), fuse_req_ctx(call->req)->pid);
	return rc != 0 ? rc : reply_entry(service, call, node, err);
}

static int serve_symlink(struct service *service, struct call *call, struct error *err)
{
	struct node node;
	int rc = act_symlink(
		service->mount, call->node, call->name, call->name2, &call->ticket, &node, err);
	return rc != 0 ? rc : reply_entry(service, call, node, err);
}

static int serve_unlink(struct service *service, struct call *call, struct error *err)
{
	return reply_done(
		call, act_unlink(service->mount, call->node, call->name, &call->ticket, err));
}

static int serve_rmdir(struct service *service, struct call *call, struct error *err)
{
	return reply_done(
		call, act_rmdir(service->mount, call->node, call->name, &call->ticket, err));
}

static int serve_rename(struct service *service, struct call *call, struct error *err)
{
	if (call->flags & ~RENAME_NOREPLACE)
		return error_set(
			err, EINVAL, "two names cannot be exchanged (RENAME_EXCHANGE) here");
	struct node node;
	bool ours = tree_lookup(service->mount, call->node, call->name, &node, NULL) == 0 &&
		    node.type == NODE_FILE;
	if (ours && !leaving_may(&service->leaving, node_pack(node)))
		return -ESTALE;
	int rc = act_rename(service->mount, call->node, call->name, call->node2, call->name2,
		call->flags & RENAME_NOREPLACE, &call->ticket, err);
	if (ours && rc != -EINPROGRESS)
		leaving_end(&service->leaving, node_pack(node));
	return reply_done(call, rc);
}

const struct op_kind op_kinds[OPS] = {
	[OP_LOOKUP] = {serve_lookup, false, false},
	[OP_GETATTR] = {serve_getattr, false, false},
	[OP_SETATTR] = {serve_setattr, false, false},
	[OP_READLINK] = {serve_readlink, false, false},
	[OP_READDIR] = {serve_readdir, false, false},
	[OP_OPEN] = {serve_open, false, false},
	[OP_READ] = {serve_read, false, false},
	[OP_WRITE] = {serve_write, true, false},
	[OP_FLUSH] = {serve_flush, true, false},
	[OP_RELEASE] = {serve_release, true, false},
	[OP_FSYNC] = {serve_fsync, false, true},
	[OP_CREATE] = {serve_create, true, false},
	[OP_MKDIR] = {serve_mkdir, true, false},
	[OP_SYMLINK] = {serve_symlink, true, false},
	[OP_UNLINK] = {serve_unlink, true, false},
	[OP_RMDIR] = {serve_rmdir, true, false},
	[OP_RENAME] = {serve_rename, true, false},
};
