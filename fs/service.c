#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act_name.h"
#include "api/clock.h"
#include "api/memory.h"
#include "call.h"
#include "draft.h"
#include "edit.h"
#include "operations.h"
#include "report.h"
#include "tree.h"

enum { RETRY_MS = 1000 };

/* The object that a call is about: for a name in a collection, what bears the name. */
static void path_of(struct mount *mount, struct node node, const char *name, char to[REPORT_PATH])
{
	tree_path(mount, node, to, REPORT_PATH);
	size_t length = strlen(to);
	if (name && node.type == NODE_KIND)
		snprintf(to + length, REPORT_PATH - length, "/%s", name);
}

/* The file of docloud's own that a call brings a text for; NULL for none. */
static const char *file_of(const struct call *call)
{
	const struct file *file = tree_file(call->node);
	if (call->op == OP_RENAME && call->node2.type == NODE_OBJECT)
		return call->name2;
	return file ? file->name : NULL;
}

static void report(struct service *service, const struct call *call, const struct error *err)
{
	char path[REPORT_PATH];
	path_of(service->mount, call->node, call->name, path);
	report_set(service->mount->reports, path, file_of(call), err);
}

/* An object or a link was made, moved or removed: what had failed of it is over. What is put beside an object's own files
 * says nothing of it. */
static void report_success(struct service *service, const struct call *call)
{
	const struct node nodes[] = {call->node, call->node2};
	const char *const names[] = {call->name, call->name2};
	for (unsigned i = 0; i < 2 && names[i]; i++) {
		char path[REPORT_PATH];
		bool object = nodes[i].type == NODE_KIND;
		bool link = !nodes[i].unborn &&
			    (nodes[i].type == NODE_LINKS || act_link_find(nodes[i], names[i]));
		if (!object && !link)
			continue;
		/* What was refused of a draft went along with its files. */
		if (i == 1 && object &&
			draft_exists(service->mount->drafts,
				subject_listing(service->mount, nodes[i]), names[i]))
			continue;
		path_of(service->mount, nodes[i], names[i], path);
		report_clear(service->mount->reports, path, object ? NULL : names[i]);
	}
}

/* Its attributes alone: what is kept of it beyond them goes by its mtime, and nothing is waited for. */
static void tell_inode(void *context, uint64_t ino)
{
	const struct service *service = context;
	__atomic_fetch_add(&service->mount->invalidations, 1, __ATOMIC_RELAXED);
	fuse_lowlevel_notify_inval_inode(service->session, ino, -1, 0);
}

/* truncate(2), too: of the attributes that are set that is the one that means something. */
static bool is_change(const struct call *call)
{
	return op_kinds[call->op].changes ||
	       (call->op == OP_SETATTR && call->mask & FUSE_SET_ATTR_SIZE);
}

/*
 * What is written into a droplet's files may give it other components: how old the list of them is the kernel asks from here
 * on, as tree_time.c does not let it be believed while something is written there. (Attributes alone: that waits for nothing.)
 */
static void tell_parts(struct service *service, const struct call *call)
{
	bool writes = is_change(call) ||
		      (call->op == OP_OPEN && (call->fi.flags & O_ACCMODE) != O_RDONLY);
	const struct node nodes[] = {call->node, call->node2};
	for (unsigned i = 0; writes && i < 2; i++)
		if (nodes[i].kind == KIND_droplets && nodes[i].type >= NODE_OBJECT &&
			!nodes[i].unborn)
			tell_inode(service, node_pack(node_beside(nodes[i], NODE_PARTS, 0, 0)));
}

/* Returns -EINPROGRESS when it has to be parked; otherwise it has been answered. */
static int try_call(struct service *service, struct call *call)
{
	struct error error = {0};
	int rc;
	tell_parts(service, call);
	if (op_kinds[call->op].changes && service->mount->read_only && call->op != OP_RELEASE &&
		call->op != OP_FLUSH)
		rc = error_set(&error, EROFS, "this mount is read-only");
	else
		rc = op_kinds[call->op].serve(service, call, &error);
	if (rc == -EINPROGRESS)
		return rc;
	if (rc != 0 && is_change(call) && error.code)
		report(service, call, &error);
	else if (rc == 0 && op_kinds[call->op].changes && call->name)
		report_success(service, call);
	if (rc < 0)
		fuse_reply_err(call->req, -rc);
	return 0;
}

/* Parking. */

static void on_interrupt(fuse_req_t req, void *data)
{
	struct call *call = data;
	(void)req;
	atomic_store(&call->interrupted, true);
	bell_ring(call->bell);
}

static void call_free(struct call *call)
{
	free((char *)call->name);
	free((char *)call->name2);
	free((char *)call->data);
	free(call);
}

static void park(struct service *service, const struct call *call)
{
	struct call *copy = xmalloc(sizeof(*copy));
	*copy = *call;
	copy->name = call->name ? xstrdup(call->name) : NULL;
	copy->name2 = call->name2 ? xstrdup(call->name2) : NULL;
	copy->data = call->data ? xmemdup(call->data, call->size) : NULL;
	copy->bell = service->mount->bell;
	copy->deadline = op_kinds[call->op].endless ? 0 : clock_ms() + service->mount->timeout_ms;
	if (copy->op != OP_RELEASE)
		fuse_req_interrupt_func(copy->req, on_interrupt, copy);
	pthread_mutex_lock(&service->lock);
	copy->next = service->parked;
	service->parked = copy;
	pthread_mutex_unlock(&service->lock);
	/* What it waits for may have come between the try and here. */
	bell_ring(service->mount->bell);
}

static void give_up(struct service *service, struct call *call, int code, const char *sentence)
{
	struct error error = {0};
	error_set(&error, code, "%s", sentence);
	if (is_change(call) && code != EINTR)
		report(service, call, &error);
	if (call->op == OP_RELEASE) {
		edit_drop(service->mount->edits, node_pack(call->node));
		handle_destroy(handle_of(call));
	}
	fuse_reply_err(call->req, call->op == OP_RELEASE ? 0 : code);
}

/* One parked request again; true when it is answered. */
static bool retry(struct service *service, struct call *call, bool closing)
{
	/* From here to the answer no interrupt may touch the call: libfuse sees to it that none is under way. */
	if (call->op != OP_RELEASE)
		fuse_req_interrupt_func(call->req, NULL, NULL);
	if (closing)
		give_up(service, call, ECANCELED, "the mount ended first");
	else if (atomic_load(&call->interrupted) || fuse_req_interrupted(call->req))
		give_up(service, call, EINTR, "interrupted");
	else if (try_call(service, call) == 0)
		return true;
	else if (call->deadline && clock_ms() >= call->deadline)
		give_up(service, call, ETIMEDOUT,
			"no answer within the timeout: `status` tells whether the API answers, "
			"and `sync` waits for a change that is under way");
	else {
		if (call->op != OP_RELEASE)
			fuse_req_interrupt_func(call->req, on_interrupt, call);
		return false;
	}
	return true;
}

/* Try all that is parked; returns when to do so at the latest, 0 if nothing stays. */
static int64_t retry_all(struct service *service, bool closing)
{
	pthread_mutex_lock(&service->lock);
	struct call *call = service->parked, *stay = NULL, *last = NULL;
	service->parked = NULL;
	pthread_mutex_unlock(&service->lock);
	int64_t nearest = 0;
	for (struct call *next; call; call = next) {
		next = call->next;
		if (retry(service, call, closing)) {
			call_free(call);
			continue;
		}
		if (call->deadline && (!nearest || call->deadline < nearest))
			nearest = call->deadline;
		call->next = stay;
		stay = call;
		last = last ? last : call;
	}
	/* What ends by time alone rings no bell: a close that was lost (edit.c), the patience with a refresh (cache.c). */
	if (stay && (!nearest || nearest > clock_ms() + RETRY_MS))
		nearest = clock_ms() + RETRY_MS;
	if (stay) {
		pthread_mutex_lock(&service->lock);
		last->next = service->parked;
		service->parked = stay;
		pthread_mutex_unlock(&service->lock);
	}
	return nearest;
}

static void *waiter_run(void *pointer)
{
	struct service *service = pointer;
	uint64_t seen = 0;
	int64_t nearest = 0;
	/* After events.c: what a change does is seen by whoever made it, once that is answered. */
	while (bell_wait(events_bell(service->events), &seen, nearest))
		nearest = retry_all(service, false);
	retry_all(service, true);
	return NULL;
}

void service_dispatch(struct service *service, struct call *call)
{
	__atomic_fetch_add(&service->mount->operations, 1, __ATOMIC_RELAXED);
	if (try_call(service, call) == -EINPROGRESS)
		park(service, call);
}

/* The service. */

static void tell_name(void *context, uint64_t parent, const char *name)
{
	const struct service *service = context;
	__atomic_fetch_add(&service->mount->invalidations, 1, __ATOMIC_RELAXED);
	fuse_lowlevel_notify_inval_entry(service->session, parent, name, strlen(name));
}

static void tell_text(void *context, uint64_t ino)
{
	const struct service *service = context;
	__atomic_fetch_add(&service->mount->invalidations, 1, __ATOMIC_RELAXED);
	fuse_lowlevel_notify_inval_inode(service->session, ino, 0, 0);
}

struct service *service_create(struct mount *mount)
{
	struct service *service = xcalloc(1, sizeof(*service));
	service->mount = mount;
	pthread_mutex_init(&service->lock, NULL);
	leaving_init(&service->leaving);
	return service;
}

int service_start(struct service *service, struct fuse_session *session)
{
	struct events_target target = {service, tell_inode, {service, tell_name, tell_text}};
	service->session = session;
	service->events = events_create(service->mount, &target);
	service->started = service->events &&
			   pthread_create(&service->waiter, NULL, waiter_run, service) == 0;
	return service->started ? 0 : -EAGAIN;
}

void service_stop(struct service *service)
{
	bell_close(service->mount->bell);
	if (service->started)
		pthread_join(service->waiter, NULL);
	service->started = false;
	events_stop(service->events);
}

void service_destroy(struct service *service)
{
	if (!service)
		return;
	service_stop(service);
	events_destroy(service->events);
	leaving_finish(&service->leaving);
	pthread_mutex_destroy(&service->lock);
	free(service);
}
