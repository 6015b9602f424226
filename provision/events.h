#ifndef DOCLOUD_EVENTS_H
#define DOCLOUD_EVENTS_H

#include "fleet.h"
#include "text.h"

/*
 * The state of a droplet's components is a pure function of the lines of its journal,
 * /var/lib/docloud/events there: `TIME NAME KEY VALUE`, NAME a component or `-` (see
 * provision/remote/runner.sh). The same lines give the same state, here and after every restart,
 * and on every machine. What is not understood changes nothing; everything is bounded.
 */
struct fold_component {
	char name[64], key[32], version[128], reason[256];
	enum component_state state;
	int exit_status;    /* -1: none */
	double seconds;	    /* -1: none */
	struct text output; /* key=value lines */
	size_t log_bytes;   /* of its log lines in this run, as far as they are kept */
};

/* A run that the journal told of. */
struct fold_run {
	char run[40];
	long missing; /* so many components were not installed at its end; -1: it is not known */
};

enum { FOLD_RUNS = 8 };

struct fold {
	char run[40];			 /* the last run; "" before one */
	bool done;			 /* it has ended */
	struct fold_run runs[FOLD_RUNS]; /* the latest, in a ring */
	size_t run_count;
	struct text stack; /* its stack, as written */
	struct fold_component *components;
	size_t count;
	struct text line; /* what came of a line that is not whole yet */
	bool skipping;	  /* it is too long: until its end */
};

enum fold_kind { FOLD_RUN, FOLD_STACK, FOLD_STATE, FOLD_LOG, FOLD_DETAIL, FOLD_DONE };

/* What a line was, for those who write it down. Valid during the call. */
struct fold_event {
	enum fold_kind kind;
	double time;			  /* seconds since the epoch, on the droplet's clock */
	struct fold_component *component; /* NULL for the run's own lines */
	const char *value;		  /* harmless text */
};

typedef void (*fold_listener)(void *context, const struct fold_event *event);

/* One line without its newline. False when it is none of ours. */
bool fold_line(struct fold *fold, const char *line, fold_listener listener, void *context);
/* Bytes as they come, lines cut anywhere. listener may be NULL. */
void fold_bytes(
	struct fold *fold, const char *data, size_t length, fold_listener listener, void *context);
void fold_finish(struct fold *fold);

/* NULL when it did not come by lately. One that is not the last has ended. */
const struct fold_run *fold_find_run(const struct fold *fold, const char *run);
struct fold_component *fold_find(const struct fold *fold, const char *name);

#endif
