#include "http.h"

#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "call.h"
#include "cleanup.h"
#include "clock.h"
#include "memory.h"
#include "verdict.h"

/*
 * The thread that owns curl's multi handle and the rate budget.
 *
 * curl itself repeats a request when a kept connection turns out to be dead, whatever its method: no
 * byte of an answer came, but the request may have been taken. For a request that is not repeatable that
 * would be the second droplet; and a DELETE whose first try worked would come back as "not found" with
 * nobody knowing of that try. So whatever is no GET gets a connection of its own (CURLOPT_FRESH_CONNECT),
 * and that speaks HTTP/1.1: a GET that begins meanwhile would be multiplexed onto one of HTTP/2, which
 * curl then takes for a kept one.
 */
enum {
	NUMBER_MAX = 1000000000, /* no limit comes near it */
	PAUSE_MAX_S = 3600,	 /* the longest of the API's windows */
	ATTEMPT_MIN_MS = 2000,	 /* a repeatable request gets a third of its time, but not less */
	CONNECT_MAX_MS = 10000,
};

_Static_assert(
	CALL_CURL_WORDS >= CURL_ERROR_SIZE, "curl writes more words than a call has room for");

static size_t on_body(char *data, size_t size, size_t count, void *context)
{
	struct http_call *call = context;
	struct http_answer *answer = &call->answer;
	size_t more = size * count, wanted = answer->length + more + 1;

	if (wanted > HTTP_BODY_MAX) {
		call->too_large = true;
		return 0;
	}
	if (wanted > call->room) {
		curl_off_t length = -1;
		curl_easy_getinfo(call->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
		/* Many bodies are held at once: not twice as much as they need. */
		call->room = wanted + wanted / 4;
		if (length >= 0 && length < HTTP_BODY_MAX && (size_t)length + 1 > call->room)
			call->room = (size_t)length + 1;
		answer->body = xrealloc(answer->body, call->room, 1);
	}
	memcpy(answer->body + answer->length, data, more);
	answer->length += more;
	answer->body[answer->length] = '\0';
	return more;
}

static void forget_answer(struct http_call *call)
{
	free(call->answer.body);
	call->answer = (struct http_answer){
		.attempts = call->answer.attempts, .sent = call->answer.sent};
	call->room = 0;
	call->too_large = false;
	call->curl_words[0] = '\0';
}

/*
 * A server that never answers must leave a repeatable request time for another try: silence ends an
 * attempt after a third of what is left. One whose answer is on its way may take twice that. The attempt
 * after that has all the rest: thirds of ever less would leave out a server that is slow.
 */
static void set_timeouts(const struct http_call *call, CURL *easy, int64_t now)
{
	int64_t left = call->deadline - now, silence = call->timed_out ? left : left / 3;

	if (silence < ATTEMPT_MIN_MS)
		silence = ATTEMPT_MIN_MS;
	if (silence > call->http->timeout_ms)
		silence = call->http->timeout_ms;
	int64_t connect = silence < CONNECT_MAX_MS ? silence : CONNECT_MAX_MS;
	if (call->repeatable) {
		left = left < silence * 2 ? left : silence * 2;
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)(silence + 999) / 1000);
	}
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(left > 1 ? left : 1));
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)(connect < left ? connect : left));
}

static void set_request(struct http_call *call, CURL *easy)
{
	struct http *http = call->http;
	const char *body = call->body;

	CLEANUP_FREE char *url = xasprintf("%s%s", http->url.base, call->path);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, body != NULL ? http->json : http->plain);
	if (strcmp(call->method, "GET") == 0)
		return;
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method);
	if (body == NULL && strcmp(call->method, "DELETE") == 0)
		return;
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body != NULL ? body : "");
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)(body != NULL ? strlen(body) : 0));
}

static bool has_own_connection(const struct http_call *call)
{
	return !call->repeatable || strcmp(call->method, "GET") != 0;
}

void call_start(struct http_call *call, int64_t now)
{
	struct http *http = call->http;
	CURL *easy = curl_easy_init();

	if (easy == NULL)
		abort();
	forget_answer(call);
	call->easy = easy;
	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* A DNS server that is silent holds up a thread of curl's own, and not this one until that has ended. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, http->url.tls ? "https" : "http");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, http->url.tls ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, http->user_agent);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->curl_words);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	if (http->url.loopback)
		curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* whatever the environment says */
	if (has_own_connection(call)) {
		curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
		curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	}
	set_request(call, easy);
	set_timeouts(call, easy, now);
	call->answer.attempts++;
	budget_sent(&http->budget, call->priority);
	curl_multi_add_handle(http->multi, easy);
	call_push(&http->active, call);
	http->active_count++;
	LOCKED(&http->lock);
	http->stats.requests++;
	http->stats.retries += call->answer.attempts > 1;
}

/* What curl's failures mean. sent: the request may have reached the server. */
static const struct {
	CURLcode code;
	bool sent, again;
	int error;
	const char *words;
} failures[] = {
	{CURLE_COULDNT_RESOLVE_HOST, false, true, EHOSTUNREACH, "cannot find the address of"},
	{CURLE_COULDNT_RESOLVE_PROXY, false, true, EHOSTUNREACH,
		"cannot find the proxy's address for"},
	{CURLE_COULDNT_CONNECT, false, true, EHOSTUNREACH, "cannot connect to"},
	{CURLE_SSL_CONNECT_ERROR, false, true, EHOSTUNREACH,
		"no TLS connection (is api_url right?) to"},
	{CURLE_PEER_FAILED_VERIFICATION, false, false, EHOSTUNREACH,
		"the certificate is not trusted of"},
	{CURLE_SSL_CACERT_BADFILE, false, false, EHOSTUNREACH,
		"the CA certificates of this machine cannot be read for"},
	{CURLE_URL_MALFORMAT, false, false, EINVAL, "no valid URL on"},
	{CURLE_OPERATION_TIMEDOUT, true, true, ETIMEDOUT, "no answer in time from"},
	{CURLE_GOT_NOTHING, true, true, EIO, "the connection was closed without an answer by"},
	{CURLE_RECV_ERROR, true, true, EIO, "the connection was lost before the answer came from"},
	{CURLE_SEND_ERROR, true, true, EIO, "the connection was lost while the request went to"},
	{CURLE_PARTIAL_FILE, true, true, EIO, "the answer was cut short by"},
	{CURLE_OK, true, true, EIO, "no usable answer from"}, /* all others */
};

/* A request without an answer. Returns whether it may be sent again. */
static bool judge_failure(struct http_call *call, CURLcode code, int64_t now)
{
	const struct http *http = call->http;
	curl_off_t connected = 0;
	char words[CURL_ERROR_SIZE];
	size_t i = 0;

	if (call->too_large) {
		error_clear(&call->error);
		error_set(&call->error, EIO, "%s %s: the answer of %s is larger than %u MiB",
			call->method, call->path, http->url.host, HTTP_BODY_MAX >> 20);
		call->answer.outcome = HTTP_UNKNOWN;
		return false;
	}
	while (failures[i].code != code && failures[i].code != CURLE_OK)
		i++;
	call->timed_out |= code == CURLE_OPERATION_TIMEDOUT;
	bool sent = failures[i].sent;
	int error = failures[i].error;
	/* A connection of its own that was not made carried nothing. */
	curl_easy_getinfo(call->easy,
		http->url.tls ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T, &connected);
	if (has_own_connection(call) && connected == 0) {
		sent = false;
		if (error == ETIMEDOUT)
			error = EHOSTUNREACH;
	}
	/* When only the deadline ended it, the words of the attempt before say more. */
	if (code != CURLE_OPERATION_TIMEDOUT || now < call->deadline || (sent && !call->repeatable))
		error_clear(&call->error);
	text_plain(words, sizeof words,
		call->curl_words[0] != '\0' ? call->curl_words : curl_easy_strerror(code));
	error_set(&call->error, error, "%s %s: %s %s: %s", call->method, call->path,
		failures[i].words, http->url.host, words);
	call->answer.outcome = sent ? HTTP_UNKNOWN : HTTP_NOT_SENT;
	return failures[i].again && (call->repeatable || !sent);
}

static int64_t header_number(CURL *easy, const char *name, int64_t max)
{
	struct curl_header *header;
	char *end;

	if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
		return -1;
	long long number = strtoll(header->value, &end, 10);
	return end != header->value && number >= 0 && number <= max ? number : -1;
}

/* Seconds from now as ms; whatever the server says, docloud asks again when its longest window is over. */
static int64_t pause_ms(int64_t seconds)
{
	if (seconds < -PAUSE_MAX_S)
		return -PAUSE_MAX_S * INT64_C(1000);
	return (seconds < PAUSE_MAX_S ? seconds : PAUSE_MAX_S) * 1000;
}

/* The clock that made the other headers, as far as the answer says it; ours may be wrong. */
static int64_t server_time(CURL *easy)
{
	struct curl_header *header;
	time_t date = -1;

	if (curl_easy_header(easy, "date", 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
		date = curl_getdate(header->value, NULL);
	return date > 0 ? date : time(NULL);
}

/* An answer came: its headers to the budget and the statistics. Returns when it says to try again; 0: it does not. */
static int64_t note_answer(struct http_call *call, int64_t now)
{
	struct http *http = call->http;
	curl_off_t retry = 0;
	int64_t reset = header_number(call->easy, "ratelimit-reset", INT64_MAX);
	struct budget_news news = {.status = call->answer.status,
		.limit = header_number(call->easy, "ratelimit-limit", NUMBER_MAX),
		.remaining = header_number(call->easy, "ratelimit-remaining", NUMBER_MAX),
		.reset = reset < 0 ? now : now + pause_ms(reset - server_time(call->easy)),
		.retry_after = -1};

	curl_easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &retry);
	if (retry > 0)
		news.retry_after = pause_ms((int64_t)retry);
	int64_t again = budget_ended(&http->budget, call->priority, &news, now);
	if (again == 0 && news.status >= 500 && news.retry_after > 0)
		again = now + news.retry_after;
	LOCKED(&http->lock);
	http->stats.reachable = true;
	http->stats.last_success_ms = now;
	http->stats.rate_limited += call->answer.status == 429;
	if (news.limit > 0) {
		http->stats.rate_limit = news.limit;
		http->stats.rate_remaining = news.remaining;
		http->stats.rate_reset = reset;
	}
	http->stats.rate_left = budget_left(&http->budget, now);
	return again;
}

/* Judge the answer. Returns whether to send it again, and when it says to. */
static bool judge_answer(struct http_call *call, int64_t now, int64_t *ret_again)
{
	const struct http *http = call->http;
	char *type = NULL;
	long status = 0;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(call->easy, CURLINFO_CONTENT_TYPE, &type);
	call->answer.status = (int)status;
	call->answer.outcome = HTTP_ANSWERED;
	*ret_again = note_answer(call, now);
	struct verdict verdict = {.host = http->url.host,
		.method = call->method,
		.path = call->path,
		.status = (int)status,
		.text = call->text,
		.scope = call->scope,
		.verb = call->verb,
		.type = type,
		.body = call->answer.body != NULL ? call->answer.body : "",
		.length = call->answer.length};
	error_clear(&call->error);
	int rc = verdict_give(&verdict, &call->error);
	if (status == 429) {
		call->answer.outcome = HTTP_NOT_SENT;
		return true;
	}
	/* 5xx, or a 2xx whose body is not what a 2xx has. */
	bool broken = rc != 0 && (status >= 500 || status < 300);
	if (broken)
		call->answer.outcome = HTTP_UNKNOWN;
	return broken && call->repeatable;
}

void call_stop(struct http_call *call)
{
	struct http *http = call->http;

	curl_multi_remove_handle(http->multi, call->easy);
	curl_easy_cleanup(call->easy);
	call->easy = NULL;
	call_unlink(&http->active, call);
	http->active_count--;
}

/* An attempt has ended. */
static void end_attempt(struct http_call *call, CURLcode code)
{
	struct http *http = call->http;
	int64_t now = clock_ms(), again = 0;
	bool repeat;

	if (code == CURLE_OK) {
		repeat = judge_answer(call, now, &again);
	} else {
		budget_ended(&http->budget, call->priority, NULL, now);
		repeat = judge_failure(call, code, now);
		LOCKED(&http->lock);
		http->stats.reachable = false;
	}
	call->answer.sent += call->answer.outcome != HTTP_NOT_SENT;
	call_stop(call);
	if (call->answer.length + 1 < call->room)
		call->answer.body = xrealloc(call->answer.body, call->answer.length + 1, 1);
	if (repeat)
		schedule_again(call, now, again);
	else
		call_done(call);
}

static bool collect(struct http *http)
{
	CURLMsg *message;
	bool some = false;
	int left, running;

	curl_multi_perform(http->multi, &running);
	while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
		struct http_call *call;

		if (message->msg != CURLMSG_DONE)
			continue;
		CURLcode code = message->data.result; /* the message dies with the handle */
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
		end_attempt(call, code);
		some = true;
	}
	return some;
}

static void *run(void *context)
{
	struct http *http = context;

	while (schedule_incoming(http)) {
		int64_t back = schedule_start(http);
		if (collect(http))
			continue;
		int64_t wait = back - clock_ms();
		curl_multi_poll(http->multi, NULL, 0, (int)(wait > 0 ? wait : 0), NULL);
	}
	return NULL;
}

void http_wake(struct http *http)
{
	curl_multi_wakeup(http->multi);
}

/* A token with a newline in it would write headers of its own. */
static bool is_token(const char *token)
{
	for (const char *at = token; *at != '\0'; at++)
		if (!isgraph((unsigned char)*at))
			return false;
	return token[0] != '\0';
}

static void make_headers(struct http *http, const char *token)
{
	CLEANUP_FREE char *bearer = xasprintf("Authorization: Bearer %s", token);
	struct curl_slist *list = NULL;

	list = curl_slist_append(list, bearer);
	list = curl_slist_append(list, "Accept: application/json");
	http->plain = list;
	list = curl_slist_append(NULL, bearer);
	list = curl_slist_append(list, "Accept: application/json");
	list = curl_slist_append(list, "Content-Type: application/json");
	http->json = curl_slist_append(list, "Expect:");
	explicit_bzero(bearer, strlen(bearer));
}

static void free_headers(struct curl_slist *list)
{
	for (struct curl_slist *at = list; at != NULL; at = at->next)
		explicit_bzero(at->data, strlen(at->data));
	curl_slist_free_all(list);
}

static void free_http(struct http *http)
{
	if (http->multi != NULL)
		curl_multi_cleanup(http->multi);
	free_headers(http->plain);
	free_headers(http->json);
	free(http->user_agent);
	url_finish(&http->url);
	pthread_mutex_destroy(&http->lock);
	free(http);
	curl_global_cleanup();
}

struct http *http_create(const struct http_options *options, struct error *err)
{
	struct http *http = xcalloc(1, sizeof *http);

	curl_global_init(CURL_GLOBAL_DEFAULT);
	pthread_mutex_init(&http->lock, NULL);
	http->stats = (struct http_stats){.rate_limit = -1, .rate_remaining = -1, .rate_left = 100};
	http->user_agent = xstrdup(options->user_agent != NULL ? options->user_agent : "docloud");
	http->timeout_ms = options->timeout_ms;
	if (getrandom(&http->random, sizeof http->random, GRND_NONBLOCK) < 0)
		http->random = (unsigned)clock_ms();
	if (url_parse(&http->url, options->url, err) != 0)
		goto fail;
	if (!is_token(options->token)) {
		error_set(err, EINVAL, "the token is empty, or has a character that no token has");
		goto fail;
	}
	make_headers(http, options->token);
	http->multi = curl_multi_init();
	curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)CALL_ACTIVE_MAX);
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)CALL_ACTIVE_MAX);
	int rc = pthread_create(&http->thread, NULL, run, http);
	if (rc == 0)
		return http;
	error_set(err, rc, "cannot start a thread: %s", strerror(rc));
fail:
	free_http(http);
	return NULL;
}

void http_destroy(struct http *http)
{
	if (http == NULL)
		return;
	pthread_mutex_lock(&http->lock);
	http->cancelled = http->closing = true;
	pthread_mutex_unlock(&http->lock);
	http_wake(http);
	pthread_join(http->thread, NULL);
	free_http(http);
}
