#ifndef DOCLOUD_HTTP_H
#define DOCLOUD_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/*
 * Requests to the API: one libcurl multi handle in one thread, shared by all. Connections are kept,
 * HTTP/2 and compression used where the server has them; TLS is verified and no redirect is followed.
 *
 * The rate budget (5,000 an hour, 250 a minute, and whatever the ratelimit-* and retry-after headers
 * say) is obeyed before it is exhausted: a request waits here until there is room; one whose deadline
 * comes first fails with EAGAIN without having been sent. The room is shared by whose request it is:
 * each of the four below has a part of every minute that the others leave to it (budget.c), so that
 * readers do not starve creates, nor a flood of creates readers.
 */
struct http;

enum http_priority {
	HTTP_CHANGE, /* a change that a file operation waits for */
	HTTP_READ,   /* what somebody looks at */
	HTTP_POLL,   /* whether what was asked for has come: shared by all who wait for it */
	HTTP_CREATE, /* a droplet: they come in floods, and wait without anybody being held up */
	HTTP_PRIORITIES
};

struct http_options {
	const char *url;   /* "https://api.digitalocean.com"; http to loopback only */
	const char *token; /* sent as Bearer; copied, never printed */
	const char *user_agent;
	int64_t timeout_ms; /* longest time one attempt may take */
};

struct http_request {
	const char *method; /* "GET" */
	const char *path;   /* "/v2/droplets?page=2", appended to the URL */
	const char *body;   /* JSON, or NULL */
	int64_t deadline;   /* clock_ms() at which all attempts end; 0: now + timeout_ms */
	enum http_priority priority;
	/*
	 * May be sent again after a failure that leaves open whether it took effect (GET, DELETE,
	 * PUT). A 429 and a connection that was never made are tried again for any request.
	 */
	bool repeatable;
	/* What a token has to have for it, "droplet" and "read", so that a refusal can say so. Constant; or NULL. */
	const char *scope, *verb;
	bool text; /* a text that is no JSON (nor HTML) is an answer, too */
};

enum http_outcome {
	HTTP_NOT_SENT, /* it never reached the server: no effect */
	HTTP_UNKNOWN,  /* it may have: no answer, a cut one, or a 5xx */
	HTTP_ANSWERED, /* status and body are the server's own words */
};

struct http_answer {
	enum http_outcome outcome;
	int status; /* HTTP status, 0 without one */
	char *body; /* NUL-terminated, at most HTTP_BODY_MAX bytes; freed by http_answer_finish() */
	size_t length;
	unsigned attempts; /* how often it was begun */
	unsigned
		sent; /* how often it may have been taken: not when there was no connection, nor for a 429 */
};

#define HTTP_BODY_MAX (16u << 20)

/* Starts the thread. NULL with err: a URL that is none (EINVAL), no memory. Does not connect. */
struct http *http_create(const struct http_options *options, struct error *err);

/* Ends every request under way with ECANCELED, joins the thread. Takes NULL. */
void http_destroy(struct http *http);

/* ECANCELED for all requests from now on; for shutdown, before the callers are joined. */
void http_cancel(struct http *http);

/*
 * Perform one request and wait for its answer. 0 for a 2xx; otherwise a negative errno with err
 * holding DigitalOcean's message and request id: EACCES (401, 403), ENOENT (404), EDQUOT (a limit of
 * the account), EBUSY (locked by an action), EINVAL (400, 422 and other 4xx), EAGAIN (no room in the
 * rate budget before the deadline), ETIMEDOUT, EHOSTUNREACH (resolve, connect, TLS), EIO (5xx, not
 * JSON, too large), ECANCELED. *ret is filled in any case.
 */
int http_perform(struct http *http, const struct http_request *request, struct http_answer *ret,
	struct error *err);

void http_answer_finish(struct http_answer *answer);

/*
 * http_perform() in two halves, for those who do something while answers come. http_begin() copies the
 * request; every call must be ended. http_abort() makes the end come at once, with ECANCELED.
 */
struct http_call;
struct http_call *http_begin(struct http *http, const struct http_request *request);
int http_end(struct http_call *call, struct http_answer *ret, struct error *err);
void http_abort(struct http_call *call);

/* Any text as one segment of a path or value of a query (%XX but for letters, digits and -._~); freed by
 * the caller. */
char *http_escape(const char *text);

/* What the metrics file shows. */
struct http_stats {
	uint64_t requests, retries, rate_limited, failures;
	int64_t rate_limit, rate_remaining; /* the hour's, as the API last said; -1 unknown */
	int64_t rate_reset;		    /* seconds since the epoch */
	unsigned rate_left;	 /* percent of the hour or of the minute, whichever has less left */
	int64_t last_success_ms; /* clock_ms() of the last answer; 0 never */
	bool reachable;		 /* the last attempt got an answer */
};
void http_stats_get(struct http *http, struct http_stats *ret);

#endif
