#ifndef DOCLOUD_CALL_H
#define DOCLOUD_CALL_H

#include <pthread.h>

#include "budget.h"
#include "http.h"
#include "url.h"

/*
 * What call.c (the callers' side) and http.c (the thread that owns curl) share. A call goes round:
 * incoming -> waiting (for its turn, room in the budget, the end of a back-off) -> active (in curl) ->
 * waiting again, or done. Between http_begin() and done it is the thread's.
 */
enum {
	CALL_CURL_WORDS = 256, /* CURL_ERROR_SIZE */
	CALL_ACTIVE_MAX = 32,
};

struct http_call {
	struct http *http;
	struct http_call *next; /* in http->incoming: lock; else the thread's */

	/* const from http_begin() on */
	char *method, *path, *body;
	int64_t deadline;
	int64_t start_by; /* no attempt begins later: one that is not repeated would have no time for its answer */
	enum http_priority priority;
	bool repeatable, text;
	const char *scope, *verb;

	/* the thread's until done, then the caller's */
	void *easy; /* curl's handle while active */
	int64_t not_before;
	size_t room; /* of answer.body */
	bool too_large;
	bool timed_out; /* an attempt did */
	char curl_words[CALL_CURL_WORDS];
	struct http_answer answer;
	struct error error;

	pthread_cond_t ended;
	bool done;    /* lock */
	bool aborted; /* lock */
};

struct http {
	/* const */
	struct url url;
	void *plain, *json; /* curl's lists of headers for a request without a body and with one */
	char *user_agent;
	int64_t timeout_ms;
	pthread_t thread;

	/* the thread's */
	void *multi;
	struct budget budget;
	struct http_call *waiting[HTTP_PRIORITIES]; /* oldest first */
	struct http_call *active;
	unsigned active_count;
	unsigned random;

	pthread_mutex_t lock;
	struct http_call *incoming; /* lock: oldest first */
	bool cancelled, closing;    /* lock */
	bool some_aborted;	    /* lock: the thread has to look for them */
	struct http_stats stats;    /* lock */
};

void call_push(struct http_call **list, struct http_call *call);
void call_unlink(struct http_call **list, const struct http_call *call);

/* Give the call back: nothing of it may be touched afterwards. */
void call_done(struct http_call *call);

/* In http.c, for the thread alone: give the call to curl, and take it back. */
void call_start(struct http_call *call, int64_t now);
void call_stop(struct http_call *call);

/*
 * In schedule.c, for the thread alone. schedule_incoming() takes what callers have brought, and returns
 * false when the thread has to end. schedule_start() starts what may be started and returns when to come
 * back at the latest. schedule_again() has a call repeated after `again` (0: after a back-off), or ends it
 * with the error it has when it would be too late for that.
 */
bool schedule_incoming(struct http *http);
int64_t schedule_start(struct http *http);
void schedule_again(struct http_call *call, int64_t now, int64_t again);

/* Make the thread look at what has come. */
void http_wake(struct http *http);

#endif
