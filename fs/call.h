#ifndef DOCLOUD_CALL_H
#define DOCLOUD_CALL_H

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>
#include <stdatomic.h>

#include "events.h"
#include "leaving.h"
#include "node.h"

/*
 * What operations.c (requests in), serve.c (replies out) and service.c (those that wait) share; besides main.c they are
 * all that knows libfuse.
 */
enum op {
	OP_LOOKUP,
	OP_GETATTR,
	OP_SETATTR,
	OP_READLINK,
	OP_READDIR,
	OP_OPEN,
	OP_READ,
	OP_WRITE,
	OP_FLUSH,
	OP_RELEASE,
	OP_FSYNC,
	OP_CREATE,
	OP_MKDIR,
	OP_SYMLINK,
	OP_UNLINK,
	OP_RMDIR,
	OP_RENAME,
	OPS
};

/* A request: on the stack while it is tried, copied to the heap when it has to wait. */
struct call {
	struct call *next;
	fuse_req_t req;
	enum op op;
	struct node node, node2;
	const char *name, *name2; /* owned once parked, as data */
	const char *data;
	size_t size;
	off_t offset;
	int flags, mask;
	mode_t mode;
	struct stat attr;
	struct fuse_file_info fi;
	int64_t ticket;	  /* of the change that was submitted for it */
	int64_t deadline; /* clock_ms(); 0: none */
	bool closed;	  /* of a release: counted already */
	bool reading;	  /* of a getattr: the kernel is about to read a file that was not opened */
	atomic_bool interrupted;
	struct bell *bell;
};

/* What an open file remembers. */
struct handle {
	bool writer;
	pid_t opener;	      /* of a writer, as the next */
	uint64_t edit;	      /* the serial of the buffer that it writes into */
	pthread_mutex_t lock; /* leaf: of text and length */
	char *text;	      /* of a live file, as it was at the last read from its start */
	size_t length;
};

struct service {
	struct mount *mount;
	struct fuse_session *session;
	struct events *events;
	struct leaving leaving;
	bool unopened; /* files are read without being opened */
	pthread_t waiter;
	bool started;
	pthread_mutex_t lock; /* leaf: of parked */
	struct call *parked;
};

/*
 * One operation: 0 when it was answered; SERVED_AMISS when it was, and err yet has a failure to report, as of a RELEASE, whose
 * answer nobody sees; or a negative errno, to be answered, of which -EINPROGRESS asks to be tried again.
 */
enum { SERVED_AMISS = 1 };
typedef int (*server)(struct service *service, struct call *call, struct error *err);

struct op_kind {
	server serve;
	bool changes; /* refused by `ro`, and its failures are reported */
	bool endless; /* waits as long as what it waits for */
};
extern const struct op_kind op_kinds[OPS];

struct handle *handle_of(const struct call *call);
void handle_destroy(struct handle *handle);

/* Answers it, or parks a copy. */
void service_dispatch(struct service *service, struct call *call);

#endif
