#ifndef DOCLOUD_JOB_H
#define DOCLOUD_JOB_H

#include <pthread.h>
#include <stdatomic.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "events.h"
#include "fleet.h"
#include "ssh.h"
#include "trust.h"

/*
 * What the files behind fleet.h share. The essay on phases and records stands at the top of
 * fleet.c.
 */

enum {
	JOB_BUCKETS = 16384,
	LOG_LIMIT = 16 << 20,
	WORKER_STACK = 256 << 10,
	WORKER_IDLE_MS = 5000,
	STAGES_MAX = 48,
	TOO_LONG = 160,
	CLOUD_INIT_SECONDS = 900, /* after the login, */
	PACKAGES_SECONDS = 900,	  /* and then for the package manager */
	ADOPT_AGAIN_MS = 60000, /* from one look at a droplet that nobody waits for to the next; */
	ADOPT_DOUBLINGS = 6,	/* twice as long after each refused login, so often */
};

/* A stack to be installed: its payload lies beside the record, as payload-RUN. */
struct install {
	char run[17];
	char *stack;  /* as written */
	char **names; /* in install order */
	size_t count;
	unsigned deadline; /* seconds, the sum of its components' */
	bool sent;	   /* the droplet took it */
	bool done;	   /* it has ended, well or not */
	bool at_boot;	   /* it travelled in the user data */
};

/* What the inventory says of a droplet. Private: active, but without an address that can be reached from here. */
enum droplet_seen {
	DROPLET_UNKNOWN,
	DROPLET_NEW,
	DROPLET_PRIVATE,
	DROPLET_ACTIVE,
	DROPLET_OFF,
	DROPLET_GONE
};

struct stage_time {
	char name[64];
	int64_t ms;
};

/*
 * One droplet. `lock` below is the fleet's; fields without a word are written before the job is
 * in the table and never again.
 */
struct job {
	char *key; /* its directory in state_dir/droplets */
	atomic_uint refs;
	pthread_mutex_t
		saving; /* held while the record is written, so that none overtakes; before lock */

	char *name, *id;	/* lock; id NULL before the droplet exists */
	enum job_phase phase;	/* lock */
	bool gone;		/* lock: forgotten; whoever holds it ends */
	bool made;		/* lock: created here, so its host key is ours to rotate */
	bool rotated;		/* lock: the droplet has a host key of its own */
	bool reached;		/* lock: a login succeeded once */
	bool adopted;		/* lock: fetch what is on the droplet */
	bool rebuilding;	/* lock: what is known of its disk holds no more, or soon */
	int64_t rebuild;	/* lock: the change that does it; 0 after a start */
	bool looked_at;		/* lock: somebody asked how an install at boot goes */
	bool queued, working;	/* lock: in the workers' queue; a worker has it */
	bool watched;		/* lock: cache_watch() is on */
	struct object *object;	/* lock: what was last looked at, */
	enum droplet_seen look; /* lock: what it said, */
	char look_address[64];	/* lock: and its address */
	bool seen;		/* lock: the inventory had it */
	bool stale;  /* lock: it was reached by an earlier docloud only: there may be news on it */
	bool loaded; /* lock: of an earlier docloud: its create may have been submitted */
	char *host_key, *host_key_next; /* lock: pinned; the second while it is being rotated */
	char *birth_key;		/* lock: what its user data gives it; NULL: not known */
	char *spec;			/* lock */
	struct json *body;		/* lock: until the droplet exists */
	struct install *present, *next; /* lock: the one under way or done; the one after it */
	struct fold fold;		/* lock; changed by its worker only */
	struct error error;		/* lock: why the last thing failed */
	char *trouble;	      /* lock: why it cannot be looked at (adoption), for stage only */
	char stage[TOO_LONG]; /* lock */
	time_t changed;	      /* lock */
	int64_t ticket;	      /* lock: of its create */
	int64_t began, stage_began; /* lock: clock_ms() of the task and of its present stage */
	int64_t adopt_after;	    /* lock: not before */
	unsigned refusals;	    /* lock: looks that ended at the login, one after the other */
	off_t log_bytes;	    /* lock */
	struct stage_time *times;   /* lock: STAGES_MAX of them, once there are some */
	size_t time_count;	    /* lock */
	char address[64];	    /* lock */
	int wake_fd;		    /* lock: of the worker that has it, -1 */

	unsigned lacking; /* the dispatcher's alone: so many listings on end did not have it */

	/* The worker's alone, or of whoever loads it before the job is in the table. */
	off_t events_base,
		events_length; /* file events.BASE; base + length is the droplet's offset */
	int events_fd;

	struct job *next_name, *next_id;       /* lock: chains of the hash tables */
	struct job *next_active, *next_queued; /* lock */
	bool active;			       /* lock: in the dispatcher's list */
};

struct worker {
	pthread_t thread;
	struct fleet *fleet;
	int wake_fd;	     /* an eventfd: something is to be looked at at once */
	struct job *job;     /* lock */
	bool running, ended; /* lock */
};

struct fleet {
	struct cache *cache;
	struct changes *changes;
	struct components *components;
	struct bell *bell;
	char *state_dir, *dir; /* dir: state_dir/droplets */
	char *ssh_user, *ssh_key, *ssh_key_public, *public_key;
	bool accept_new;
	unsigned jobs, droplets, ssh_keys, stage_seconds;

	pthread_mutex_t lock; /* a leaf, but for bell_ring() */
	struct job *by_name[JOB_BUCKETS],
		*by_id[JOB_BUCKETS];	     /* lock; by_name: those without an id */
	struct job *active;		     /* lock: those the dispatcher looks after */
	size_t job_count;		     /* lock */
	struct job *queue, **queue_end;	     /* lock */
	pthread_cond_t work;		     /* lock: the queue has something, or stopping */
	struct worker *workers;		     /* jobs of them; their fields as above */
	unsigned idle_workers;		     /* lock */
	bool stopping;			     /* lock */
	uint64_t installs, install_failures; /* lock */
	double install_seconds;		     /* lock */
	char **news;			     /* lock: see fleet_news() */
	size_t news_count;		     /* lock */

	/* The dispatcher's alone. */
	pthread_t dispatcher;
	bool dispatching; /* it was started */
	char key_id[264]; /* of docloud's public key in the account */
	int64_t key_ticket;
	int64_t swept; /* when the listing was taken that sweep_gone() went through last */
};

/* --- job.c: jobs and their records */

struct job *job_new(struct fleet *fleet, const char *name, const char *id);
struct job *job_ref(struct job *job);
void job_unref(struct fleet *fleet, struct job *job);
char *job_path(const struct fleet *fleet, const struct job *job, const char *file);

/*
 * Find in the table; under lock, borrowed. A droplet is in the inventory a moment before its job has noted its id: until
 * then job_find_or_unborn() finds it by the droplet's name, or the droplet would get a second job. job_get: takes the
 * lock, and a reference.
 */
struct job *job_find(struct fleet *fleet, const char *key);
struct job *job_find_or_unborn(struct fleet *fleet, const char *key, const char *name);
struct job *job_get(struct fleet *fleet, const char *key);
/* Into and out of the table, under lock. The table holds a reference. */
void job_insert(struct fleet *fleet, struct job *job);
void job_remove(struct fleet *fleet, struct job *job);
/* The droplet exists: from the names to the ids. Under lock. */
void job_born(struct fleet *fleet, struct job *job, const char *id);
/* What is shown of it may be something else from now on: see fleet_news(). Under lock. */
void job_news(struct fleet *fleet, const struct job *job);
/* The dispatcher shall look at it. Under lock. */
void job_activate(struct fleet *fleet, struct job *job);
/* From rest to work; false, and nothing, where work is under way. Under lock. */
bool job_start_again(struct fleet *fleet, struct job *job);
/* The same; where there is nothing to do but look, what went wrong stays said until something else is known. */
bool job_look_again(struct fleet *fleet, struct job *job);

struct install *install_new(const struct stack *stack);
void install_free(struct install *install);

/* record.c: write the record durably; take all records up. */
int job_save(struct fleet *fleet, struct job *job, struct error *err);
int jobs_load(struct fleet *fleet, struct error *err);
/* fleet.c: let go of all jobs, when no thread of docloud's own has one any more. */
void jobs_free(struct fleet *fleet);

/* It has something to install or to follow. Under lock. */
bool job_has_work(const struct job *job);
/* Its stack travelled in the user data, and its end is not known here. Under lock. */
bool job_installs_itself(const struct job *job);

/* A new phase, with its time; the record is written and the bell rung. */
void job_phase_set(struct fleet *fleet, struct job *job, enum job_phase phase);
/* What runs now, in words. */
void job_stage(struct fleet *fleet, struct job *job, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The stage has ended: its seconds into the log and into the closing line. */
void job_stage_end(struct fleet *fleet, struct job *job, const char *name);
void job_stage_took(struct fleet *fleet, struct job *job, const char *name, int64_t ms);
/* Another line for the closing one. Under lock. */
void job_time_add(struct job *job, const char *name, int64_t ms);
/* Out of the table, and its record off the disk at once; takes a reference. */
void job_forget(struct fleet *fleet, struct job *job);
/*
 * The present install is not waited for any more. What the droplet took goes on there all the same: who asks after a
 * while has its journal read (fleet_adopt). Under lock.
 */
void job_give_up(struct job *job);
/*
 * Something ended the work: to JOB_IDLE (or JOB_FAILED, when there is no droplet) with this error.
 */
void job_fail(struct fleet *fleet, struct job *job, const struct error *err);

/* --- logs.c: the files that a job writes */

void job_log(struct fleet *fleet, struct job *job, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Open the copy of the droplet's journal and fold it. Before the job is in the table. */
void events_load(struct fleet *fleet, struct job *job);
/* What the droplet's journal brought; listener gets the fold's events, under lock. */
int events_take(struct fleet *fleet, struct job *job, const char *data, size_t length,
	fold_listener listener, void *context, struct error *err);
off_t events_offset(const struct job *job);
/* What came is on the disk before the record says that it was all. */
void events_sync(const struct job *job);
/* Its descriptor, until something comes again. */
void events_close(struct job *job);
/* The droplet's journal is not the one we had: start over. */
int events_reset(struct fleet *fleet, struct job *job, struct error *err);

/* --- dispatch.c, birth.c */

void *dispatcher_main(void *argument);
/* One step of a job in JOB_CREATING; its time to be looked at again, or 0. */
int64_t birth_step(struct fleet *fleet, struct job *job);
/*
 * Drop the records of creates whose ids were noted just before docloud was killed. Before all
 * threads.
 */
void births_settle(struct fleet *fleet);

enum droplet_seen droplet_look(struct fleet *fleet, struct job *job, char *address, size_t size);
void job_watch(struct fleet *fleet, struct job *job, bool on);

/* sweep.c: forget those whose droplets were destroyed elsewhere. The dispatcher's. */
void sweep_gone(struct fleet *fleet);

/* --- workers.c */

/* Give it to a worker. Under lock. */
void workers_queue(struct fleet *fleet, struct job *job);
/* None could be started for what is queued: once more; false when that is to be tried again. Under lock. */
bool workers_retry(struct fleet *fleet);
void workers_wake(struct fleet *fleet, struct job *job); /* under lock */
void workers_stop(struct fleet *fleet);

/* --- reach.c, rotate.c, install.c: what a worker does */

/* A worker's task. */
struct task {
	struct fleet *fleet;
	struct job *job;
	int wake_fd;
	struct ssh *ssh;     /* NULL while there is no connection */
	bool ready;	     /* ready.sh was through */
	char run[17];	     /* the run that is followed; "" for any */
	bool seen, finished; /* lock: its beginning, its end came by, */
	struct error ending; /* lock: which was this */
	bool followed;	     /* something came while following */
};

/* Close the connection, if there is one. */
void task_close(struct task *task);
/* Sleep, unless something is to be looked at. */
void task_sleep(struct task *task, int64_t ms);
/* 0, or why it must end now: stopping (ECANCELED), forgotten, destroyed, powered off. */
int task_check(struct task *task, struct error *err);
/* A connection that runs commands, until deadline. */
int reach_connect(struct task *task, int64_t deadline, struct error *err);
/* cloud-init and the package manager. */
int reach_ready(struct task *task, struct error *err);
/* The host key the droplet was born with is exchanged for one of its own. */
int reach_rotate(struct task *task, struct error *err);
/*
 * As ssh_run(), with sudo where it is needed; the reader gets what the command itself prints. A command that a signal ended,
 * by a restart or whoever ends sessions, is as good as a lost connection: EPIPE.
 */
int reach_run(struct task *task, const char *command, const char *input, size_t length,
	ssh_reader reader, void *context, int64_t deadline, struct error *err);
/* Run a script of provision/remote through `sh -s ARGUMENTS`. */
int reach_script(struct task *task, const char *script, const char *arguments, ssh_reader reader,
	void *context, int64_t deadline, struct error *err);
int64_t stage_deadline(const struct fleet *fleet, int64_t seconds);

/* Everything from the connection to the last component of job->present. */
int install_run(struct task *task, struct error *err);
/* The task's run has, well or not: that is recorded, and then its payload goes. */
void install_ended(struct task *task);
/* What a run would send: it has ended, or another one overtook it. */
void install_drop_payload(struct fleet *fleet, const struct job *job, const char *run);
/* Fetch what is on the droplet. */
int install_adopt(struct task *task, struct error *err);
/* follow.c: read the droplet's journal on from where we are; once: what there is. */
int follow_run(struct task *task, bool once, int64_t deadline, struct error *err);
/* How the last run ended: err is set when something of it is not installed. Under lock. */
void follow_summarise(const struct fold *fold, struct error *err);

/* --- rebuild.c */

/* What status says of one. */
#define REBUILD_STAGE "being built anew"

/*
 * What became of a rebuild: none was asked for, or it was refused (and that is noted); it goes on; it is over, and
 * nobody has looked at the droplet since.
 */
enum rebuild { REBUILD_NONE, REBUILD_WAITS, REBUILD_OVER };
enum rebuild rebuild_look(struct fleet *fleet, struct job *job);
/* The worker's, when it is over: forget what holds no more. */
int rebuild_forget(struct task *task, struct error *err);

#endif
