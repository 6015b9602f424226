#include "server.h"

#include "census.h"
#include "fault.h"
#include "identity.h"
#include "json.h"
#include "kind.h"
#include "limit.h"
#include "options.h"
#include "request.h"
#include "rest.h"
#include "router.h"
#include "sandbox.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * A thread per connection: a delayed or stalled answer holds up nobody else, and handlers may be
 * written straight down.
 */
enum {
	BODY_MOST = 1 << 20,
	CONNECTIONS = 1000,
	IDLE_SECONDS = 120,
	STACK_SIZE = 512 << 10,
	WAIT_STEP_MS = 50,
};

struct server {
	struct sandbox *sandbox;
	struct MHD_Daemon *daemon;
	unsigned port;
	atomic_bool stopping;
};

/* One request on its way through: what libmicrohttpd keeps for us between its calls. */
struct exchange {
	struct server *server;
	struct MHD_Connection *connection;
	struct request request;
	char *path; /* decoded; the request's segments point into it */
	char *body;
	size_t body_length;
	bool body_too_long;
	struct limit_state limit;
	enum fault fault;
	/* of an answer that breaks off or stalls: */
	size_t sent;
};

static void exchange_destroy(struct exchange *exchange)
{
	for (unsigned i = 0; i < exchange->request.pairs; i++) {
		free(exchange->request.query[i].name);
		free(exchange->request.query[i].value);
	}
	cJSON_Delete(exchange->request.body);
	free(exchange->request.text);
	free(exchange->path);
	free(exchange->body);
	free(exchange);
}

static int exchange_socket(const struct exchange *exchange)
{
	return MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD)
		->connect_fd;
}

/* Waits, but no longer than the sandbox does, nor, unless it is late, the client. */
static void exchange_wait(const struct exchange *exchange, uint64_t milliseconds)
{
	uint64_t end = identity_milliseconds() + milliseconds, now;
	bool late = exchange->fault == FAULT_LATE || exchange->fault == FAULT_RESET_LATE;
	/* Of a negative one nothing is told. */
	struct pollfd poller = {.fd = late ? -1 : exchange_socket(exchange), .events = POLLRDHUP};

	while (!atomic_load(&exchange->server->stopping) && (now = identity_milliseconds()) < end) {
		uint64_t left = end - now;

		if (poll(&poller, 1, (int)(left < WAIT_STEP_MS ? left : WAIT_STEP_MS)) > 0)
			return;
	}
}

/*
 * Ends the connection with a reset instead of an orderly end. libmicrohttpd closes it on MHD_NO, but
 * says goodbye first; a TCP socket that is connected to nothing cannot.
 */
static enum MHD_Result exchange_reset(const struct exchange *exchange)
{
	struct sockaddr nothing = {.sa_family = AF_UNSPEC};

	if (connect(exchange_socket(exchange), &nothing, sizeof(nothing)))
		perror("docloud-sandbox: cannot reset a connection");
	return MHD_NO;
}

/* Half of the answer, then the end of the connection or of all progress. */
static ssize_t exchange_break_off(void *context, uint64_t position, char *buffer, size_t size)
{
	struct exchange *exchange = context;
	size_t half = exchange->request.length / 2;

	if (position < half) {
		size_t left = half - (size_t)position, length = left < size ? left : size;

		memcpy(buffer, exchange->request.text + position, length);
		return (ssize_t)length;
	}
	if (exchange->fault == FAULT_STALL)
		exchange_wait(exchange, UINT32_MAX);
	return MHD_CONTENT_READER_END_WITH_ERROR;
}

static struct MHD_Response *exchange_response(struct exchange *exchange)
{
	static const char garbage[] = "<html><body><h1>502 Bad Gateway</h1></body>";
	struct request *request = &exchange->request;
	struct MHD_Response *response;

	if (exchange->fault == FAULT_GARBAGE)
		return MHD_create_response_from_buffer(
			sizeof(garbage) - 1, (void *)garbage, MHD_RESPMEM_PERSISTENT);
	if ((exchange->fault == FAULT_TRUNCATE || exchange->fault == FAULT_STALL) &&
		request->length)
		return MHD_create_response_from_callback(
			request->length, 16384, exchange_break_off, exchange, NULL);
	response = MHD_create_response_from_buffer(
		request->length, request->text, MHD_RESPMEM_MUST_FREE);
	request->text = NULL;
	return response;
}

static enum MHD_Result exchange_answer(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	size_t length = request->length;
	struct MHD_Response *response = exchange_response(exchange);
	enum MHD_Result result;
	char number[32];

	if (!response)
		return MHD_NO;
	if (length)
		MHD_add_response_header(response, "content-type",
			request->type ? request->type : "application/json");
	MHD_add_response_header(response, "x-request-id", request->id);
	if (exchange->server->sandbox->options->rate_limit) {
		snprintf(number, sizeof(number), "%d", LIMIT_HOUR);
		MHD_add_response_header(response, "ratelimit-limit", number);
		snprintf(number, sizeof(number), "%ld", exchange->limit.remaining);
		MHD_add_response_header(response, "ratelimit-remaining", number);
		snprintf(number, sizeof(number), "%lld", exchange->limit.reset);
		MHD_add_response_header(response, "ratelimit-reset", number);
	}
	if (request->retry_after) {
		snprintf(number, sizeof(number), "%ld", request->retry_after);
		MHD_add_response_header(response, "retry-after", number);
	}
	result = MHD_queue_response(exchange->connection, request->status, response);
	MHD_destroy_response(response);
	return result;
}

static bool exchange_authorized(struct exchange *exchange)
{
	static const char scheme[] = "Bearer ";
	const char *given = MHD_lookup_connection_value(
		exchange->connection, MHD_HEADER_KIND, "authorization");

	if (given && !strncasecmp(given, scheme, sizeof(scheme) - 1) &&
		!strcmp(given + sizeof(scheme) - 1, exchange->server->sandbox->options->token))
		return true;
	return answer_error(&exchange->request, 401, "Unable to authenticate you");
}

/* Has the token the scopes that the operation wants? */
static bool exchange_permitted(struct exchange *exchange)
{
	const struct options *options = exchange->server->sandbox->options;
	const char *wanted = exchange->request.operation->scopes;

	while (wanted && *wanted) {
		size_t length = strcspn(wanted, " ");

		if (!options_permit(options, wanted, length))
			return answer_error(&exchange->request, 403,
				"You are not authorized to perform this operation");
		wanted += length + (wanted[length] == ' ');
	}
	return true;
}

/* The value that a text is, and nothing besides; NULL for another. */
static cJSON *parse_whole(const char *text, size_t length)
{
	const char *end = text;
	cJSON *tree = cJSON_ParseWithLengthOpts(text, length, &end, false);

	while (tree && end < text + length && *end && strchr(" \t\r\n", *end))
		end++;
	if (!tree || end == text + length)
		return tree;
	cJSON_Delete(tree);
	return NULL;
}

static bool exchange_parse(struct exchange *exchange)
{
	struct request *request = &exchange->request;

	if (exchange->body_too_long)
		return answer_error(request, 413, "The request's body is longer than 1 MiB.");
	if (!exchange->body_length)
		return true;
	request->body = parse_whole(exchange->body, exchange->body_length);
	if (!request->body)
		return answer_error(request, 400, "The request's body is not valid JSON.");
	return true;
}

/* The faults that come in the place of the request's effect. */
static bool exchange_fail_before(struct exchange *exchange, unsigned number)
{
	struct request *request = &exchange->request;

	if (exchange->fault == FAULT_STATUS)
		return !answer_error(request, number, "This error was asked for.");
	if (exchange->fault == FAULT_RATE_LIMIT) {
		request->retry_after = 1;
		return !answer_error(request, 429, "API Rate limit exceeded.");
	}
	if (exchange->fault == FAULT_RESET_LATE)
		exchange_reset(exchange);
	if (exchange->fault == FAULT_DELAY || exchange->fault == FAULT_LATE ||
		exchange->fault == FAULT_RESET_LATE)
		exchange_wait(exchange, number);
	return exchange->fault == FAULT_RESET_BEFORE;
}

static bool exchange_within_limits(struct exchange *exchange, const struct match *match)
{
	struct request *request = &exchange->request;
	bool lists_keys = match->kind == KIND_KEY && match->operation->handle == rest_list;

	exchange->limit = limit_take(exchange->server->sandbox->limit, lists_keys);
	if (!exchange->limit.reason)
		return true;
	request->retry_after = exchange->limit.retry_after;
	return answer_error(request, 429, "%s", exchange->limit.reason);
}

static void exchange_handle(struct exchange *exchange, const struct match *match)
{
	struct request *request = &exchange->request;
	pthread_rwlock_t *world = &exchange->server->sandbox->world;

	if (!strcmp(request->method, "GET"))
		pthread_rwlock_rdlock(world);
	else
		pthread_rwlock_wrlock(world);
	match->operation->handle(request, match->kind);
	pthread_rwlock_unlock(world);
}

/* Everything between the request's last byte and the answer's first. */
static void exchange_process(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	struct sandbox *sandbox = exchange->server->sandbox;
	struct match match = {0};
	unsigned number = 0;
	bool known;

	exchange->limit = limit_look(sandbox->limit);
	if (!exchange_authorized(exchange))
		return;
	known = router_find(request, &match);
	if (request->segments && !strcmp(request->segment[0], "sandbox")) {
		if (known && exchange_parse(exchange))
			exchange_handle(exchange, &match);
		return;
	}
	census_count(sandbox->census, request);
	exchange_wait(exchange, sandbox->options->latency_ms);
	exchange->fault = faults_take(sandbox->faults, request, &number);
	if (exchange_fail_before(exchange, number))
		return;
	if (exchange_within_limits(exchange, &match) && known && exchange_permitted(exchange) &&
		exchange_parse(exchange)) {
		exchange_handle(exchange, &match);
		if (!request->observer)
			census_reach(sandbox->census, request);
	}
}

static enum MHD_Result exchange_finish(struct exchange *exchange)
{
	exchange_process(exchange);
	if (exchange->fault == FAULT_RESET_BEFORE || exchange->fault == FAULT_RESET_AFTER)
		return exchange_reset(exchange);
	if (exchange->fault == FAULT_RESET_LATE)
		return MHD_NO;
	return exchange_answer(exchange);
}

static void exchange_take_body(struct exchange *exchange, const char *data, size_t size)
{
	char *body;

	if (exchange->body_length + size > BODY_MOST) {
		exchange->body_too_long = true;
		return;
	}
	body = realloc(exchange->body, exchange->body_length + size);
	if (!body)
		abort();
	memcpy(body + exchange->body_length, data, size);
	exchange->body = body;
	exchange->body_length += size;
}

static enum MHD_Result exchange_take_pair(
	void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct request *request = context;
	struct pair *pair = &request->query[request->pairs];

	(void)kind;
	if (request->pairs == REQUEST_PAIRS)
		return MHD_NO;
	pair->name = strdup(name);
	pair->value = value ? strdup(value) : NULL;
	if (!pair->name || (value && !pair->value))
		abort();
	request_decode(pair->name);
	if (pair->value)
		request_decode(pair->value);
	request->pairs++;
	return MHD_YES;
}

static struct exchange *exchange_create(struct server *server, struct MHD_Connection *connection,
	const char *method, const char *path)
{
	struct exchange *exchange = calloc(1, sizeof(*exchange));
	struct request *request = &exchange->request;
	const char *dangerous = MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, "x-dangerous");
	const char *observer = MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, "x-observer");

	if (!exchange || !(exchange->path = strdup(path)))
		abort();
	exchange->server = server;
	exchange->connection = connection;
	request->sandbox = server->sandbox;
	request->method = method;
	request->path = path;
	request->dangerous = dangerous && !strcasecmp(dangerous, "true");
	request->observer = observer && !strcasecmp(observer, "true");
	identity_random_uuid(request->id);
	snprintf(request->base, sizeof(request->base), "http://%s:%u",
		server->sandbox->options->host, server->port);
	request_split(request, exchange->path);
	MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, exchange_take_pair, request);
	return exchange;
}

static enum MHD_Result server_handle(void *context, struct MHD_Connection *connection,
	const char *url, const char *method, const char *version, const char *data, size_t *size,
	void **state)
{
	struct exchange *exchange = *state;

	(void)version;
	if (!exchange) {
		*state = exchange_create(context, connection, method, url);
		return MHD_YES;
	}
	if (*size) {
		exchange_take_body(exchange, data, *size);
		*size = 0;
		return MHD_YES;
	}
	return exchange_finish(exchange);
}

static void server_forget(void *context, struct MHD_Connection *connection, void **state,
	enum MHD_RequestTerminationCode code)
{
	(void)context, (void)connection, (void)code;
	if (*state)
		exchange_destroy(*state);
	*state = NULL;
}

/* Leaves the URL as it came: a `/` that is encoded is part of a name, not its end. */
static size_t server_leave_encoded(void *context, struct MHD_Connection *connection, char *text)
{
	(void)context, (void)connection;
	return strlen(text);
}

/* Our own socket, so that the port is known before the first request can come. */
static int server_listen(struct server *server)
{
	const struct options *options = server->sandbox->options;
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)options->port)};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	inet_pton(AF_INET, options->host, &address.sin_addr);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
		bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 511) ||
		getsockname(fd, (struct sockaddr *)&address, &size)) {
		fprintf(stderr, "docloud-sandbox: cannot listen on %s:%u: %s\n", options->host,
			options->port, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	server->port = ntohs(address.sin_port);
	return fd;
}

struct server *server_start(struct sandbox *sandbox)
{
	struct server *server = calloc(1, sizeof(*server));
	int fd;

	if (!server)
		abort();
	server->sandbox = sandbox;
	fd = server_listen(server);
	if (fd >= 0)
		server->daemon = MHD_start_daemon(MHD_USE_THREAD_PER_CONNECTION |
							  MHD_USE_INTERNAL_POLLING_THREAD |
							  MHD_USE_POLL | MHD_USE_ITC,
			0, NULL, NULL, server_handle, server, MHD_OPTION_LISTEN_SOCKET, fd,
			MHD_OPTION_NOTIFY_COMPLETED, server_forget, NULL,
			MHD_OPTION_UNESCAPE_CALLBACK, server_leave_encoded, NULL,
			MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
			MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
			MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_SIZE, MHD_OPTION_END);
	if (server->daemon)
		return server;
	if (fd >= 0) {
		fprintf(stderr, "docloud-sandbox: cannot start the HTTP server: %s\n",
			strerror(errno));
		close(fd);
	}
	free(server);
	return NULL;
}

void server_stop(struct server *server)
{
	if (!server)
		return;
	atomic_store(&server->stopping, true);
	MHD_stop_daemon(server->daemon);
	free(server);
}

unsigned server_port(const struct server *server)
{
	return server->port;
}
