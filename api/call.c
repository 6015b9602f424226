#include "call.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "clock.h"
#include "memory.h"

enum { ATTEMPT_LEAST_MS = 5000 };

void call_push(struct http_call **list, struct http_call *call)
{
	while (*list != NULL)
		list = &(*list)->next;
	call->next = NULL;
	*list = call;
}

void call_unlink(struct http_call **list, const struct http_call *call)
{
	while (*list != call)
		list = &(*list)->next;
	*list = call->next;
}

void call_done(struct http_call *call)
{
	struct http *http = call->http;

	LOCKED(&http->lock);
	http->stats.failures += call->error.code != 0 && call->error.code != ECANCELED;
	call->done = true;
	pthread_cond_signal(&call->ended);
}

static char *copy(const char *text)
{
	return text == NULL ? NULL : xstrdup(text);
}

/* A third of its time for the last attempt, as for the first of one that is repeated. */
static int64_t start_by(const struct http_call *call)
{
	int64_t third = (call->deadline - clock_ms()) / 3;

	if (call->repeatable || third < 0)
		return call->deadline;
	return call->deadline - (third < ATTEMPT_LEAST_MS ? third : ATTEMPT_LEAST_MS);
}

struct http_call *http_begin(struct http *http, const struct http_request *request)
{
	struct http_call *call = xcalloc(1, sizeof *call);

	call->http = http;
	call->method = copy(request->method);
	call->path = copy(request->path);
	call->body = copy(request->body);
	call->deadline = request->deadline != 0 ? request->deadline : clock_ms() + http->timeout_ms;
	call->priority = request->priority;
	call->repeatable = request->repeatable;
	call->start_by = start_by(call);
	call->text = request->text;
	call->scope = request->scope;
	call->verb = request->verb;
	clock_cond_init(&call->ended);

	pthread_mutex_lock(&http->lock);
	bool cancelled = http->cancelled;
	if (cancelled) {
		error_set(&call->error, ECANCELED, "%s %s: cancelled", call->method, call->path);
		call->done = true;
	} else {
		call_push(&http->incoming, call);
	}
	pthread_mutex_unlock(&http->lock);
	if (!cancelled)
		http_wake(http);
	return call;
}

int http_end(struct http_call *call, struct http_answer *ret, struct error *err)
{
	pthread_mutex_lock(&call->http->lock);
	while (!call->done)
		pthread_cond_wait(&call->ended, &call->http->lock);
	pthread_mutex_unlock(&call->http->lock);

	int rc = error_move(err, &call->error);
	*ret = call->answer;
	if (ret->body == NULL)
		ret->body = xstrdup("");
	free(call->method);
	free(call->path);
	free(call->body);
	pthread_cond_destroy(&call->ended);
	free(call);
	return rc;
}

void http_abort(struct http_call *call)
{
	pthread_mutex_lock(&call->http->lock);
	call->aborted = true;
	call->http->some_aborted = true;
	pthread_mutex_unlock(&call->http->lock);
	http_wake(call->http);
}

int http_perform(struct http *http, const struct http_request *request, struct http_answer *ret,
	struct error *err)
{
	return http_end(http_begin(http, request), ret, err);
}

void http_answer_finish(struct http_answer *answer)
{
	free(answer->body);
	answer->body = NULL;
	answer->length = 0;
}

void http_cancel(struct http *http)
{
	pthread_mutex_lock(&http->lock);
	http->cancelled = true;
	pthread_mutex_unlock(&http->lock);
	http_wake(http);
}

void http_stats_get(struct http *http, struct http_stats *ret)
{
	LOCKED(&http->lock);
	*ret = http->stats;
}

char *http_escape(const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *escaped = xmalloc(strlen(text) * 3 + 1), *to = escaped;

	for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
		if (*at < 0x80 && (isalnum(*at) || strchr("-._~", *at) != NULL)) {
			*to++ = (char)*at;
			continue;
		}
		*to++ = '%';
		*to++ = digits[*at >> 4];
		*to++ = digits[*at & 15];
	}
	*to = '\0';
	return escaped;
}
