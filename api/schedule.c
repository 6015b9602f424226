#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "call.h"
#include "cleanup.h"
#include "clock.h"

/* Which call is sent when: the part of the thread that knows nothing of curl. */
enum {
	BACK_OFF_MS = 200,
	BACK_OFF_MAX_MS = 5000,
	IDLE_MS = INT_MAX,
};

/* Slots that are left to the others, as budget is. */
static const unsigned active_max[HTTP_PRIORITIES] = {
	[HTTP_CHANGE] = CALL_ACTIVE_MAX,
	[HTTP_READ] = CALL_ACTIVE_MAX - 4,
	[HTTP_POLL] = CALL_ACTIVE_MAX - 2,
	[HTTP_CREATE] = CALL_ACTIVE_MAX - 2,
};

static void cancel(struct http_call *call)
{
	error_clear(&call->error);
	error_set(&call->error, ECANCELED, "%s %s: cancelled", call->method, call->path);
	if (call->easy != NULL) {
		budget_ended(&call->http->budget, call->priority, NULL, clock_ms());
		call->answer.outcome = HTTP_UNKNOWN;
		call_stop(call);
	} else {
		call_unlink(&call->http->waiting[call->priority], call);
	}
	call_done(call);
}

static bool is_cancelled(struct http_call *call)
{
	LOCKED(&call->http->lock);
	return call->aborted || call->http->cancelled;
}

static void cancel_some(struct http_call *list)
{
	for (struct http_call *next; list != NULL; list = next) {
		next = list->next;
		if (is_cancelled(list))
			cancel(list);
	}
}

bool schedule_incoming(struct http *http)
{
	pthread_mutex_lock(&http->lock);
	struct http_call *list = http->incoming;
	bool look = http->some_aborted || http->cancelled, closing = http->closing;
	http->incoming = NULL;
	http->some_aborted = false;
	pthread_mutex_unlock(&http->lock);

	for (struct http_call *next; list != NULL; list = next) {
		next = list->next;
		call_push(&http->waiting[list->priority], list);
	}
	for (int i = 0; look && i < HTTP_PRIORITIES; i++)
		cancel_some(http->waiting[i]);
	if (look)
		cancel_some(http->active);
	return !closing;
}

static bool has_connection(const struct http_call *call)
{
	return call->http->active_count < active_max[call->priority];
}

/* It stood behind others all the time. An earlier attempt's words stay. */
static void give_up(struct http_call *call)
{
	if (has_connection(call))
		error_set(&call->error, EAGAIN,
			"%s %s: the API's rate limit left no room for it in time", call->method,
			call->path);
	else
		error_set(&call->error, ETIMEDOUT,
			"%s %s: other requests took up all connections until its time was over",
			call->method, call->path);
	call_unlink(&call->http->waiting[call->priority], call);
	call_done(call);
}

/* Start the call, or say when to look at it again: 0 when it has left the list. */
static int64_t consider(struct http_call *call, int64_t now)
{
	struct http *http = call->http;
	struct http_call **list = &http->waiting[call->priority];

	if (now >= call->start_by) {
		give_up(call);
		return 0;
	}
	if (call->not_before > now)
		return call->not_before; /* which is before start_by: schedule_again() */
	if (!has_connection(call))
		return call->start_by;
	int64_t room = budget_ask(&http->budget, call->priority, now);
	if (room == 0) {
		call_unlink(list, call);
		call_start(call, now);
		return 0;
	}
	if (room < call->start_by)
		return room;
	call_unlink(list, call);
	error_clear(&call->error);
	error_set(&call->error, EAGAIN,
		"%s %s: the API's rate limit (%lld requests an hour) leaves no room for another "
		"%lld s",
		call->method, call->path, (long long)http->budget.limit,
		(long long)(room - now + 999) / 1000);
	call_done(call);
	return 0;
}

int64_t schedule_start(struct http *http)
{
	int64_t now = clock_ms(), back = now + IDLE_MS;

	for (int i = 0; i < HTTP_PRIORITIES; i++)
		http->budget.waits[i] = http->waiting[i] != NULL;
	for (int i = 0; i < HTTP_PRIORITIES; i++) {
		for (struct http_call *call = http->waiting[i], *next; call != NULL; call = next) {
			next = call->next;
			int64_t at = consider(call, now);
			if (at > 0 && at < back)
				back = at;
		}
	}
	return back;
}

static int64_t back_off(struct http_call *call)
{
	unsigned shift = call->answer.attempts - 1;
	int64_t wait = shift < 5 ? (int64_t)BACK_OFF_MS << shift : BACK_OFF_MAX_MS;

	return wait / 2 + rand_r(&call->http->random) % (wait / 2 + 1);
}

void schedule_again(struct http_call *call, int64_t now, int64_t again)
{
	if (again == 0)
		again = now + back_off(call);
	if (again < call->start_by) {
		call->not_before = again;
		call_push(&call->http->waiting[call->priority], call);
		return;
	}
	if (call->answer.status == 429)
		error_prefix(&call->error, "the API takes no more requests for %lld s",
			(long long)(again - now + 999) / 1000);
	call_done(call);
}
