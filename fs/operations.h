#ifndef DOCLOUD_OPERATIONS_H
#define DOCLOUD_OPERATIONS_H

#include "mount.h"

struct fuse_session;
struct fuse_lowlevel_ops;

/*
 * The mount as FUSE sees it. No operation blocks a thread: one that must wait (for a listing, for a change, for
 * `sync`) is parked and tried again when the bell rings, until its deadline or an interrupt.
 */
struct service;

/* What fuse_session_new() takes as operations and, as its user data, the service. */
const struct fuse_lowlevel_ops *operations_table(size_t *ret_size);
struct service *service_create(struct mount *mount);

/* After fuse_session_mount(): starts the threads that serve parked requests and tell the kernel what changed. */
int service_start(struct service *service, struct fuse_session *session);

/*
 * The session has ended: every parked request is answered, and nothing is sent to the kernel any more. Before the unmount,
 * which closes the way there.
 */
void service_stop(struct service *service);

/* Joins the threads. Before fuse_session_destroy() and mount_destroy(). Takes NULL. */
void service_destroy(struct service *service);

#endif
