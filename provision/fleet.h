#ifndef DOCLOUD_FLEET_H
#define DOCLOUD_FLEET_H

#include <stdbool.h>
#include <sys/types.h>
#include <time.h>

#include "api/cache.h"
#include "api/change.h"
#include "stack.h"

/*
 * What docloud does to droplets: one job a droplet, from its creation to the last component, each with
 * a record on disk (state_dir/droplets/JOB/record.json and its logs), so that kill -9, unmount and remount lose
 * nothing. Jobs that wait for the API wait without a thread; one that talks to its droplet has a
 * worker, at most options.jobs of them. Every change of a job rings the bell.
 *
 * A job is found by its droplet's id, or, before there is one, by its name (`key` below: the id
 * if the droplet exists, else the name).
 */
struct fleet;

struct fleet_options {
	const char *state_dir;
	const char *ssh_user; /* "root" */
	const char *ssh_key;  /* path; NULL: docloud's own */
	bool accept_new;      /* hostkeys=accept-new */
	unsigned jobs;
	unsigned droplets, ssh_keys; /* index of these resources in the cache */
	unsigned stage_seconds;	     /* deadline of a stage; 0: the default of each */
};

/* Reads the journal and takes up what was under way. Starts the dispatcher. */
struct fleet *fleet_create(struct cache *cache, struct changes *changes,
	struct components *components, struct bell *bell, const struct fleet_options *options,
	struct error *err);
/* Stops the workers (installs go on at the droplets), joins them. */
void fleet_destroy(struct fleet *fleet);

/*
 * Create a droplet: durable when it returns 0. body is the API's (taken; user_data in it is the user's
 * own); spec the text it was made from, shown again should the API refuse; stack may be NULL (taken). at_boot: the
 * stack travels in the user data and installs itself; docloud looks at it only when somebody asks (fleet_adopt).
 * A job of that name that failed to create is replaced. EEXIST when one is under way.
 */
int fleet_submit(struct fleet *fleet, const char *name, struct json *body, const char *spec,
	struct stack *stack, bool at_boot, struct error *err);

/*
 * User data for droplets that others make of a template: docloud's key may log in, and the stack (of which `line` is the
 * text; NULL: none) installs itself; own is the user's, or NULL. A host key they must each make for themselves. Freed
 * by the caller; NULL with err set, as trust_user_data().
 */
char *fleet_boot_data(struct fleet *fleet, const char *own, const struct stack *stack,
	const char *line, struct error *err);
/* The user's part of such user data, freed by the caller; NULL when there is none. */
char *fleet_boot_own(const struct fleet *fleet, const char *user_data);

/* Install on a droplet that exists (or is being created: key is then its name). Durable on return. Takes stack. */
int fleet_install(struct fleet *fleet, const char *key, const char *name, struct stack *stack,
	struct error *err);

/*
 * A droplet of docloud's whose state is known on itself only, as it was not made here, installs itself at its first
 * boot, or may have been given another stack by another machine while docloud was not mounted here: fetch it, behind the
 * caller, unless that was done, or failed a minute ago, or the droplet is not active. True when it begins.
 */
bool fleet_adopt(struct fleet *fleet, const char *id, const char *name);

/*
 * The droplet is being built anew (`rebuild`, `restore`), by the change of this ticket. When that has ended, and was not
 * refused, the droplet may show the host key that it was born with, which its user data gives it again, or the present
 * one; it gets a new one of its own, and what is installed on it is fetched. What was installed before is forgotten.
 * Durable on return, where the disk allows; nothing for a droplet that docloud has no key of.
 *
 * Before that change is submitted, FLEET_REBUILD_COMES is recorded: killed between the two, docloud looks what has become
 * of the droplet. FLEET_REBUILD_NONE takes it back. 0: the change is not known.
 */
enum { FLEET_REBUILD_COMES = -1, FLEET_REBUILD_NONE = -2 };
void fleet_rebuild(struct fleet *fleet, const char *id, int64_t ticket);

/* Forget the job: its droplet is destroyed, or its creation failed and the user removed it. */
void fleet_forget(struct fleet *fleet, const char *key);

enum job_phase {
	JOB_CREATING, /* the API was asked, or will be */
	JOB_FAILED,   /* it refused: the droplet does not exist */
	JOB_STARTING, /* exists, not active yet */
	JOB_REACHING, /* port, login, cloud-init, package manager */
	JOB_INSTALLING,
	JOB_IDLE, /* nothing left to do; view.error says whether something failed */
};

enum component_state {
	COMPONENT_QUEUED,
	COMPONENT_INSTALLING,
	COMPONENT_INSTALLED,
	COMPONENT_FAILED,
	COMPONENT_SKIPPED,
	COMPONENT_CHANGED /* for the mount: installed from a script that is another one by now */
};

struct job_component {
	char name[64], version[128], reason[256];
	char key[32]; /* see struct wanted; "" before it ran */
	enum component_state state;
	int exit_status; /* -1 before there is one */
	double seconds;	 /* -1 before */
	char *output;	 /* key=value lines */
	size_t log_bytes;
};

/* A copy of a job's state, made under its lock, freed with job_view_finish(). */
struct job_view {
	enum job_phase phase;
	char name[256], id[64];
	char stage[160];      /* what runs now, in words; "" when idle */
	unsigned done, total; /* steps of the progress bar */
	time_t changed;
	struct error error;  /* why it failed, code 0 when it did not */
	char *spec, *stack;  /* as written; "" when none */
	char *host_key;	     /* pinned; "" before */
	char *host_key_next; /* pinned beside it while they change; "" otherwise */
	struct job_component *components;
	size_t count;
	size_t log_bytes;
};
/* Of the droplet of that key (its id; its name before it has one) and name; false when it has no job. */
bool fleet_view(struct fleet *fleet, const char *key, const char *name, struct job_view *ret);
void job_view_finish(struct job_view *view);

/*
 * The ids of the droplets whose job came or went, or began or ended its work, since the last call: freed with names_free();
 * NULL for none. Of a job at rest (JOB_IDLE) the components stay the same as long as it is not among them.
 */
char **fleet_news(struct fleet *fleet);

/* Names of the jobs that have no droplet yet (creating, failed): NULL-terminated, one block, free(). */
char **fleet_unborn(struct fleet *fleet);

/* Read from the droplet's log (component NULL) or one component's; bytes read, 0 at the end. */
ssize_t fleet_log_read(struct fleet *fleet, const char *key, const char *component, char *to,
	size_t size, off_t offset);
/* A line into the droplet's log, with its time. Makes a job (idle) for a droplet that has none. */
void fleet_log(struct fleet *fleet, const char *key, const char *name, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The droplet was renamed. */
void fleet_rename(struct fleet *fleet, const char *id, const char *name);

/* Path of the private key that logs in, and the user: for ssh_config. Borrowed. */
const char *fleet_ssh_key(const struct fleet *fleet);

struct fleet_stats {
	unsigned jobs, working, failed;
	uint64_t installs, install_failures;
	double install_seconds;
};
void fleet_stats_get(struct fleet *fleet, struct fleet_stats *ret);

#endif
