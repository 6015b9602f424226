#ifndef DOCLOUD_MOUNT_H
#define DOCLOUD_MOUNT_H

#include <pthread.h>
#include <sys/types.h>
#include <time.h>

#include "api/cache.h"
#include "api/change.h"
#include "api/intern.h"
#include "kind.h"
#include "provision/fleet.h"

enum { MOUNT_VIEWS_MAX = 16 };

enum destroy { DESTROY_OWN, DESTROY_ANY, DESTROY_NONE };

/* All that is known of a mount: the floors below, and what the mount itself remembers. Fixed after mount_create(). */
struct mount {
	struct http *http;
	struct bell *bell;
	struct cache *cache;
	struct changes *changes;
	struct components *components;
	struct fleet *fleet;
	const struct resource *resources[KINDS]; /* of the kinds, as the floors below take them */

	struct drafts *drafts;	     /* objects that exist only here */
	struct edits *edits;	     /* files being written, and editors' scratch files */
	struct refusals *refusals;   /* removals that were refused of late */
	struct reports *reports;     /* what failed, for `error` and `errors` */
	struct ledger *ledger;	     /* the latest changes of each object, and what `plan` says */
	struct relations *relations; /* indexes for the links back */
	struct readings *readings;   /* with read_only: readings.h */
	struct walks *walks;	     /* directories that are being read: entries.h */
	struct intern *names;	     /* of unborn objects */
	struct intern *words;	     /* names of components and help topics, URNs */
	struct intern *paths[KINDS]; /* paths of attributes */
	pthread_key_t parsed;	     /* each thread's last parsed object: subject.c */

	char *api_url, *mountpoint, *ssh_user; /* owned; mountpoint is absolute */
	int lock;			       /* descriptor that holds the state directory */
	enum destroy destroy;
	bool read_only;
	int64_t timeout_ms;
	int64_t started; /* clock_ms() */
	time_t started_at;
	uid_t uid;
	gid_t gid;
	/* Atomic: FUSE requests served; inodes and names that the kernel was told to forget. */
	uint64_t operations, invalidations;
	uint64_t views_seen[MOUNT_VIEWS_MAX]; /* atomic: tree_time_of_view() */
};

struct mount_options {
	const char *api_url, *token, *mountpoint, *state_dir, *components_dir, *ssh_user, *ssh_key;
	int64_t ttl_ms, timeout_ms;
	unsigned jobs;
	enum destroy destroy;
	bool read_only, accept_new;
	unsigned stage_seconds; /* 0: each its own */
};

/* Starts the floors below; sends nothing. NULL with err. */
struct mount *mount_create(const struct mount_options *options, struct error *err);
/* Ends everything under way and joins every thread. Takes NULL. */
void mount_destroy(struct mount *mount);

#endif
