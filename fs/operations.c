#include "operations.h"

#include <errno.h>

#include "call.h"

enum { BACKGROUND = 4096 }; /* requests that nobody waits for, at once; the kernel's own is 12 */

static void dispatch(fuse_req_t req, struct call *call)
{
	call->req = req;
	service_dispatch(fuse_req_userdata(req), call);
}

/* libfuse's callbacks: each only names its arguments. */

#define CALL(...)                         \
	struct call call = {__VA_ARGS__}; \
	dispatch(req, &call)

static void op_init(void *userdata, struct fuse_conn_info *conn)
{
	struct service *service = userdata;
	service->unopened = service->mount->read_only && conn->capable & FUSE_CAP_NO_OPEN_SUPPORT;
	conn->want |= conn->capable &
		      (FUSE_CAP_ATOMIC_O_TRUNC | FUSE_CAP_READDIRPLUS | FUSE_CAP_PARALLEL_DIROPS |
			      FUSE_CAP_CACHE_SYMLINKS | FUSE_CAP_AUTO_INVAL_DATA);
	conn->want &= ~(FUSE_CAP_WRITEBACK_CACHE | FUSE_CAP_READDIRPLUS_AUTO);
	conn->time_gran = 1000000000;
	/* The last close of a file comes as one of these: it must not stand behind a sync that came after it. */
	conn->max_background = BACKGROUND;
}

static void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	CALL(.op = OP_LOOKUP, .node = node_unpack(parent), .name = name);
}

static void op_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	const struct service *service = fuse_req_userdata(req);
	/* stat(2) and fstat(2) come without fi. */
	CALL(.op = OP_GETATTR, .node = node_unpack(ino), .reading = fi && service->unopened);
}

static void op_setattr(
	fuse_req_t req, fuse_ino_t ino, struct stat *attr, int mask, struct fuse_file_info *fi)
{
	CALL(.op = OP_SETATTR, .node = node_unpack(ino), .attr = *attr, .mask = mask,
		.fi = fi ? *fi : (struct fuse_file_info){0});
}

static void op_readlink(fuse_req_t req, fuse_ino_t ino)
{
	CALL(.op = OP_READLINK, .node = node_unpack(ino));
}

/*
 * Directories need no opening: entries.c keeps nothing for it, so the kernel is told once to ask no more. It then keeps
 * every list as long as the directory's mtime stays (tree_time.c).
 */
static void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	(void)ino;
	(void)fi;
	fuse_reply_err(req, ENOSYS);
}

static void op_readdirplus(
	fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *fi)
{
	(void)fi;
	CALL(.op = OP_READDIR, .node = node_unpack(ino), .size = size, .offset = offset);
}

/*
 * Neither do files where nothing is written: no last close means anything there. What is kept of a file counts, too, as long
 * as its mtime and size stay.
 */
static bool is_unopened(fuse_req_t req)
{
	const struct service *service = fuse_req_userdata(req);
	if (service->unopened)
		fuse_reply_err(req, ENOSYS);
	return service->unopened;
}

static void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	if (is_unopened(req))
		return;
	CALL(.op = OP_OPEN, .node = node_unpack(ino), .fi = *fi);
}

static void op_read(
	fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *fi)
{
	CALL(.op = OP_READ, .node = node_unpack(ino), .size = size, .offset = offset, .fi = *fi);
}

static void op_write(fuse_req_t req, fuse_ino_t ino, const char *data, size_t size, off_t offset,
	struct fuse_file_info *fi)
{
	CALL(.op = OP_WRITE, .node = node_unpack(ino), .data = data, .size = size, .offset = offset,
		.fi = *fi);
}

static void op_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	if (is_unopened(req))
		return;
	CALL(.op = OP_FLUSH, .node = node_unpack(ino), .fi = *fi);
}

static void op_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	CALL(.op = OP_RELEASE, .node = node_unpack(ino), .fi = *fi);
}

static void op_fsync(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
	(void)datasync;
	CALL(.op = OP_FSYNC, .node = node_unpack(ino), .fi = *fi);
}

static void op_fsyncdir(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
	(void)ino;
	(void)datasync;
	(void)fi;
	fuse_reply_err(req, 0); /* a wait here would hold the kernel's lock on the directory */
}

static void op_create(
	fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, struct fuse_file_info *fi)
{
	CALL(.op = OP_CREATE, .node = node_unpack(parent), .name = name, .mode = mode, .fi = *fi);
}

static void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	CALL(.op = OP_MKDIR, .node = node_unpack(parent), .name = name, .mode = mode);
}

static void op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name)
{
	CALL(.op = OP_SYMLINK, .node = node_unpack(parent), .name = name, .name2 = target);
}

static void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	CALL(.op = OP_UNLINK, .node = node_unpack(parent), .name = name);
}

static void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	CALL(.op = OP_RMDIR, .node = node_unpack(parent), .name = name);
}

static void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
	const char *new_name, unsigned int flags)
{
	CALL(.op = OP_RENAME, .node = node_unpack(parent), .name = name,
		.node2 = node_unpack(new_parent), .name2 = new_name, .flags = (int)flags);
}

static void op_statfs(fuse_req_t req, fuse_ino_t ino)
{
	struct statvfs st = {.f_bsize = 4096, .f_frsize = 4096, .f_namemax = 255};
	(void)ino;
	fuse_reply_statfs(req, &st);
}

static const struct fuse_lowlevel_ops table = {
	.init = op_init,
	.lookup = op_lookup,
	.getattr = op_getattr,
	.setattr = op_setattr,
	.readlink = op_readlink,
	.opendir = op_opendir,
	.readdirplus = op_readdirplus,
	.open = op_open,
	.read = op_read,
	.write = op_write,
	.flush = op_flush,
	.release = op_release,
	.fsync = op_fsync,
	.fsyncdir = op_fsyncdir,
	.create = op_create,
	.mkdir = op_mkdir,
	.symlink = op_symlink,
	.unlink = op_unlink,
	.rmdir = op_rmdir,
	.rename = op_rename,
	.statfs = op_statfs,
};

const struct fuse_lowlevel_ops *operations_table(size_t *ret_size)
{
	*ret_size = sizeof(table);
	return &table;
}
