/* http.h against a server that does to each request what the test's script says. */
#include "api_test.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/clock.h"
#include "api_server.h"

static const struct http_request get = {.method = "GET", .path = "/v2/x", .repeatable = true};
static const struct http_request post = {.method = "POST", .path = "/v2/x", .body = "{\"n\":1}"};

static void a_request_as_it_should_be(void **state)
{
	static const char *const script[] = {OK_ANSWER, NULL};
	struct http *http = server_client(script, 5000);
	struct http_answer answer;
	struct error err = {0};

	(void)state;
	assert_int_equal(http_perform(http, &get, &answer, &err), 0);
	assert_int_equal(answer.status, 200);
	assert_int_equal(answer.outcome, HTTP_ANSWERED);
	assert_int_equal(answer.attempts, 1);
	assert_string_equal(answer.body, "{\"a\": 1}");
	assert_int_equal(answer.length, 8);
	http_answer_finish(&answer);
	assert_non_null(strstr(server_last(), "GET /v2/x HTTP/1.1\r\n"));
	assert_non_null(strstr(server_last(), "Authorization: Bearer s3cret-token\r\n"));
	assert_non_null(strstr(server_last(), "User-Agent: test/1\r\n"));
	assert_null(strstr(server_last(), "Content-Type"));
	assert_int_equal(http_perform(http, &post, &answer, &err), 0);
	http_answer_finish(&answer);
	assert_non_null(strstr(server_last(), "POST /v2/x HTTP/1.1\r\n"));
	assert_non_null(strstr(server_last(), "Content-Type: application/json\r\n"));
	assert_non_null(strstr(server_last(), "{\"n\":1}"));
	assert_null(strstr(server_last(), "Expect"));
	http_destroy(http);
}

/* Numbers from a server that means harm, or has a bug: no sum of them overflows, and none locks docloud out. */
static void headers_beyond_reason(void **state)
{
#define BEYOND "9223372036854775807"
#define LIMITED(limit, remaining, reset)                                       \
	"HTTP/1.1 200 OK\r\n" JSON_HEAD "ratelimit-limit: " limit "\r\n"       \
	"ratelimit-remaining: " remaining "\r\nratelimit-reset: " reset "\r\n" \
	"Content-Length: 2\r\n\r\n{}"
	static const char *const script[] = {LIMITED(BEYOND, BEYOND, BEYOND),
		LIMITED("1000000000", "1000000000", BEYOND), LIMITED("5000", "0", BEYOND),
		OK_ANSWER, NULL};
	static const int64_t limits[] = {-1, 1000000000, 5000};
	struct http *http = server_client(script, 5000);
	struct http_request request = get;
	struct http_answer answer;
	struct http_stats stats;
	struct error err = {0};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(http_perform(http, &get, &answer, &err), 0);
		http_answer_finish(&answer);
		http_stats_get(http, &stats);
		assert_int_equal(stats.rate_limit, limits[i]);
	}
	/* It is an hour, and no more. */
	request.deadline = clock_ms() + 3000;
	assert_int_equal(http_perform(http, &request, &answer, &err), -EAGAIN);
	http_answer_finish(&answer);
	assert_non_null(strstr(err.message, "3600 s"));
	http_destroy(http);
}

static void a_get_is_tried_again(void **state)
{
	static const char *const scripts[][4] = {
		{RESET, OK_ANSWER},
		{"HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n", OK_ANSWER},
		{"HTTP/1.1 200 OK\r\n" JSON_HEAD
		 "Content-Length: 99\r\nConnection: close\r\n\r\n{\"a\"",
			OK_ANSWER},
		{"HTTP/1.1 200 OK\r\n" JSON_HEAD "Content-Length: 5\r\n\r\n#@!$%", OK_ANSWER},
		{"nonsense\r\n\r\nConnection: close", OK_ANSWER},
		{"HTTP/1.1 429 x\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n", OK_ANSWER},
		{STALL, OK_ANSWER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
		struct http *http = server_client(scripts[i], 10000);
		struct http_answer answer;
		struct error err = {0};

		if (http_perform(http, &get, &answer, &err) != 0)
			fail_msg("script %zu: %s", i, err.message);
		assert_int_equal(answer.attempts, 2);
		assert_int_equal(server_requests(), 2);
		http_answer_finish(&answer);
		http_destroy(http);
	}
}

/* A server that is being mended says when it will be back. */
static void a_busy_server_is_left_alone(void **state)
{
	static const char *const script[] = {
		"HTTP/1.1 503 x\r\nContent-Length: 0\r\nRetry-After: 2\r\n\r\n", OK_ANSWER, NULL};
	struct http *http = server_client(script, 5000);
	struct http_answer answer;
	int64_t start = clock_ms();

	(void)state;
	assert_int_equal(http_perform(http, &get, &answer, NULL), 0);
	assert_int_equal(answer.attempts, 2);
	assert_true(clock_ms() - start >= 2000);
	http_answer_finish(&answer);
	http_destroy(http);
}

static void a_post_is_not(void **state)
{
	static const struct {
		const char *script[3];
		int code;
		enum http_outcome outcome;
		unsigned requests;
	} cases[] = {
		{{RESET, OK_ANSWER}, EIO, HTTP_UNKNOWN, 1},
		{{"HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n", OK_ANSWER}, EIO, HTTP_UNKNOWN, 1},
		{{"HTTP/1.1 200 OK\r\n" JSON_HEAD
		  "Content-Length: 99\r\nConnection: close\r\n\r\n{\"a\"",
			 OK_ANSWER},
			EIO, HTTP_UNKNOWN, 1},
		{{"HTTP/1.1 201 OK\r\n" JSON_HEAD "Content-Length: 5\r\n\r\n#@!$%", OK_ANSWER}, EIO,
			HTTP_UNKNOWN, 1},
		{{STALL, OK_ANSWER}, ETIMEDOUT, HTTP_UNKNOWN, 1},
		{{"HTTP/1.1 429 x\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n", OK_ANSWER}, 0,
			HTTP_ANSWERED, 2},
		{{"HTTP/1.1 429 x\r\nContent-Length: 0\r\nRetry-After: 60\r\n\r\n", OK_ANSWER},
			EAGAIN, HTTP_NOT_SENT, 1},
		{{"HTTP/1.1 422 x\r\n" JSON_HEAD "Content-Length: 15\r\n\r\n{\"message\":\"m\"}",
			 OK_ANSWER},
			EINVAL, HTTP_ANSWERED, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct http *http = server_client(cases[i].script, 2500);
		struct http_answer answer;
		struct error err = {0};

		if (http_perform(http, &post, &answer, &err) != -cases[i].code)
			fail_msg("case %zu: %d, %s", i, err.code, err.message);
		assert_int_equal(answer.outcome, cases[i].outcome);
		assert_int_equal(server_requests(), cases[i].requests);
		assert_null(strstr(err.message, "s3cret"));
		http_answer_finish(&answer);
		http_destroy(http);
	}
}

/* Sent with its last moment, it would end as unknown. */
static void a_post_is_not_sent_too_late(void **state)
{
	static const char *const script[] = {
		"HTTP/1.1 429 x\r\nContent-Length: 0\r\nRetry-After: 2\r\n\r\n", STALL, NULL};
	struct http *http = server_client(script, 2200);
	struct http_answer answer;

	(void)state;
	assert_int_equal(http_perform(http, &post, &answer, NULL), -EAGAIN);
	assert_int_equal(answer.outcome, HTTP_NOT_SENT);
	assert_int_equal(server_requests(), 1);
	http_answer_finish(&answer);
	http_destroy(http);
}

/* curl repeats a request by itself when a kept connection turns out to be dead: not a POST of ours. */
static void a_post_on_a_dead_connection_is_not_repeated(void **state)
{
	static const char *const script[] = {OK_ANSWER, RESET, OK_ANSWER, NULL};
	struct http *http = server_client(script, 5000);
	struct http_answer answer;

	(void)state;
	assert_int_equal(http_perform(http, &get, &answer, NULL), 0);
	http_answer_finish(&answer);
	assert_int_equal(http_perform(http, &post, &answer, NULL), -EIO);
	assert_int_equal(answer.outcome, HTTP_UNKNOWN);
	http_answer_finish(&answer);
	assert_int_equal(server_requests(), 2);
	http_destroy(http);
}

static void no_server_is_unreachable(void **state)
{
	struct http *http = server_client_at(1, 700);
	struct http_answer answer;
	struct error err = {0};
	struct http_stats stats;
	int64_t start = clock_ms();

	(void)state;
	assert_int_equal(http_perform(http, &post, &answer, &err), -EHOSTUNREACH);
	assert_int_equal(answer.outcome, HTTP_NOT_SENT);
	assert_non_null(strstr(err.message, "127.0.0.1:1"));
	assert_true(answer.attempts > 1);
	assert_true(clock_ms() - start < 1500);
	http_answer_finish(&answer);
	http_stats_get(http, &stats);
	assert_false(stats.reachable);
	assert_int_equal(stats.requests, answer.attempts);
	assert_int_equal(stats.retries, answer.attempts - 1);
	assert_int_equal(stats.failures, 1);
	http_destroy(http);
}

static void silence_times_out(void **state)
{
	static const char *const script[] = {STALL, NULL};
	struct http *http = server_client(script, 30000);
	struct http_request request = get;
	struct http_answer answer;
	struct error err = {0};
	int64_t start = clock_ms();

	(void)state;
	request.deadline = start + 3500;
	assert_int_equal(http_perform(http, &request, &answer, &err), -ETIMEDOUT);
	assert_true(clock_ms() - start >= 3000 && clock_ms() - start < 4500);
	assert_true(answer.attempts >= 2);
	http_answer_finish(&answer);
	http_destroy(http);
}

/* What takes more than a third of the time is not given up each time. */
static void a_slow_server_is_waited_for(void **state)
{
	static const char *const script[] = {SLOW, NULL};
	struct http *http = server_client(script, 9000);
	struct http_answer answer;

	(void)state;
	assert_int_equal(http_perform(http, &get, &answer, NULL), 0);
	assert_int_equal(answer.attempts, 2);
	http_answer_finish(&answer);
	http_destroy(http);
}

static void a_body_without_end_is_refused(void **state)
{
	static const char *const script[] = {FOREVER, NULL};
	struct http *http = server_client(script, 10000);
	struct http_answer answer;
	struct error err = {0};

	(void)state;
	assert_int_equal(http_perform(http, &get, &answer, &err), -EIO);
	assert_non_null(strstr(err.message, "larger than 16 MiB"));
	assert_int_equal(server_requests(), 1);
	http_answer_finish(&answer);
	http_destroy(http);
}

static void the_budget_is_kept(void **state)
{
	static const char *const script[] = {
		"HTTP/1.1 200 OK\r\n" JSON_HEAD
		"Ratelimit-Limit: 5000\r\nRatelimit-Remaining: 1\r\n"
		"Ratelimit-Reset: 4000000000\r\nContent-Length: 2\r\n\r\n{}",
		OK_ANSWER, NULL};
	struct http *http = server_client(script, 2000);
	struct http_answer answer;
	struct http_stats stats;
	struct error err = {0};
	int64_t start = clock_ms();

	(void)state;
	assert_int_equal(http_perform(http, &get, &answer, NULL), 0);
	http_answer_finish(&answer);
	struct http_request request = get;
	request.priority = HTTP_READ;
	assert_int_equal(http_perform(http, &request, &answer, &err), -EAGAIN);
	assert_int_equal(answer.outcome, HTTP_NOT_SENT);
	assert_non_null(strstr(err.message, "rate limit (5000 requests an hour)"));
	http_answer_finish(&answer);
	assert_int_equal(http_perform(http, &post, &answer, NULL), 0);
	http_answer_finish(&answer);
	assert_true(clock_ms() - start < 1000);
	assert_int_equal(server_requests(), 2);
	http_stats_get(http, &stats);
	assert_int_equal(stats.rate_limit, 5000);
	assert_int_equal(stats.rate_remaining, 1);
	assert_int_equal(stats.rate_reset, 4000000000);
	http_destroy(http);
}

/* The window ends half a minute after the answer by the server's clock, whatever ours says. */
static void a_window_goes_by_the_servers_clock(void **state)
{
	static const char *const script[] = {
		"HTTP/1.1 200 OK\r\n" JSON_HEAD "Date: Sat, 01 Jan 2000 00:00:00 GMT\r\n"
		"Ratelimit-Limit: 5000\r\nRatelimit-Remaining: 0\r\n"
		"Ratelimit-Reset: 946684830\r\nContent-Length: 2\r\n\r\n{}",
		OK_ANSWER, NULL};
	struct http *http = server_client(script, 3000);
	struct http_answer answer;
	struct error err = {0};

	(void)state;
	assert_int_equal(http_perform(http, &get, &answer, NULL), 0);
	http_answer_finish(&answer);
	assert_int_equal(http_perform(http, &get, &answer, &err), -EAGAIN);
	assert_non_null(strstr(err.message, "another 30 s"));
	http_answer_finish(&answer);
	http_destroy(http);
}

static void many_at_once(void **state)
{
	static const char *const script[] = {OK_ANSWER, NULL};
	enum { COUNT = 200 };
	struct http *http = server_client(script, 10000);
	struct http_call *calls[COUNT];

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		calls[i] = http_begin(http, &get);
	for (size_t i = 0; i < COUNT; i++) {
		struct http_answer answer;
		assert_int_equal(http_end(calls[i], &answer, NULL), 0);
		assert_string_equal(answer.body, "{\"a\": 1}");
		http_answer_finish(&answer);
	}
	assert_int_equal(server_requests(), COUNT);
	assert_true(server_connections() <= 32);
	http_destroy(http);
}

/* A call that gets no connection in time says that, and not that there is a limit. */
static void no_connection_is_left(void **state)
{
	static const char *const script[] = {STALL, NULL};
	struct http *http = server_client(script, 2000);
	struct http_call *calls[32]; /* as many as there may be */
	struct http_request request = get;
	struct http_answer answer;
	struct error err = {0};

	(void)state;
	for (size_t i = 0; i < 32; i++)
		calls[i] = http_begin(http, &get);
	request.deadline = clock_ms() + 500;
	assert_int_equal(http_perform(http, &request, &answer, &err), -ETIMEDOUT);
	assert_int_equal(answer.outcome, HTTP_NOT_SENT);
	assert_non_null(strstr(err.message, "took up all connections"));
	http_answer_finish(&answer);
	for (size_t i = 0; i < 32; i++) {
		http_abort(calls[i]);
		http_end(calls[i], &answer, NULL);
		http_answer_finish(&answer);
	}
	http_destroy(http);
}

static void an_aborted_call_ends_at_once(void **state)
{
	static const char *const script[] = {STALL, NULL};
	struct http *http = server_client(script, 10000);
	struct http_call *call = http_begin(http, &get);
	struct http_answer answer;
	int64_t start = clock_ms();

	(void)state;
	while (server_requests() == 0)
		usleep(1000);
	http_abort(call);
	assert_int_equal(http_end(call, &answer, NULL), -ECANCELED);
	assert_true(clock_ms() - start < 1000);
	http_answer_finish(&answer);
	http_destroy(http);
}

/* Returns its context when it was cancelled. */
static void *perform_stalled(void *context)
{
	struct http_answer answer;
	int rc = http_perform(context, &get, &answer, NULL);

	http_answer_finish(&answer);
	return rc == -ECANCELED ? context : NULL;
}

static void shutdown_ends_all(void **state)
{
	static const char *const script[] = {STALL, NULL};
	struct http *http = server_client(script, 60000);
	pthread_t threads[8];
	int64_t start = clock_ms();

	(void)state;
	for (size_t i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, perform_stalled, http);
	while (server_requests() < 4)
		usleep(1000);
	http_cancel(http);
	for (size_t i = 0; i < 8; i++) {
		void *returned;
		pthread_join(threads[i], &returned);
		assert_ptr_equal(returned, http);
	}
	assert_ptr_equal(perform_stalled(http), http);
	http_destroy(http);
	http_destroy(NULL);
	assert_true(clock_ms() - start < 3000);
}

static void bad_options_are_refused(void **state)
{
	static const struct {
		const char *url, *token;
	} cases[] = {
		{"http://example.com", "t"},
		{"nonsense", "t"},
		{"http://127.0.0.1:1", ""},
		{"http://127.0.0.1:1", "s3cret\r\nX: y"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct error err = {0};
		struct http_options options = {
			.url = cases[i].url, .token = cases[i].token, .timeout_ms = 1000};
		assert_null(http_create(&options, &err));
		assert_int_equal(err.code, EINVAL);
		assert_null(strstr(err.message, "s3cret"));
	}
}

/* In the place of libc's getaddrinfo(): a DNS server that does not answer. Addresses in figures do not come here. */
int no_answer(void) __asm__("getaddrinfo");
int no_answer(void)
{
	sleep(5);
	return EAI_AGAIN;
}

static void a_silent_name_server_holds_up_nobody(void **state)
{
	struct http_options options = {
		.url = "https://api.example.com", .token = "t", .timeout_ms = 1000};
	int64_t start = clock_ms();
	struct http_answer answer;

	(void)state;
	setenv("no_proxy", "*", 1);
	struct http *http = http_create(&options, NULL);
	assert_int_equal(http_perform(http, &get, &answer, NULL), -ETIMEDOUT);
	http_answer_finish(&answer);
	http_destroy(http);
	assert_true(clock_ms() - start < 2500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_as_it_should_be),
		/* Before those that end calls in the middle: what they sent may be served late, and take an answer. */
		cmocka_unit_test(headers_beyond_reason),
		cmocka_unit_test(a_get_is_tried_again),
		cmocka_unit_test(a_busy_server_is_left_alone),
		cmocka_unit_test(a_post_is_not),
		cmocka_unit_test(a_post_is_not_sent_too_late),
		cmocka_unit_test(a_post_on_a_dead_connection_is_not_repeated),
		cmocka_unit_test(no_server_is_unreachable),
		cmocka_unit_test(silence_times_out),
		cmocka_unit_test(a_slow_server_is_waited_for),
		cmocka_unit_test(a_body_without_end_is_refused),
		cmocka_unit_test(the_budget_is_kept),
		cmocka_unit_test(a_window_goes_by_the_servers_clock),
		cmocka_unit_test(many_at_once),
		cmocka_unit_test(no_connection_is_left),
		cmocka_unit_test(an_aborted_call_ends_at_once),
		cmocka_unit_test(shutdown_ends_all),
		cmocka_unit_test(bad_options_are_refused),
		cmocka_unit_test(a_silent_name_server_holds_up_nobody),
	};

	return cmocka_run_group_tests(tests, server_start, server_stop);
}
