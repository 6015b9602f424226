#include "api_test.h"

#include "api_server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/memory.h"

const char RESET[] = "reset", STALL[] = "stall", FOREVER[] = "forever", SLOW[] = "slow";

struct server {
	int fd;
	int port;
	pthread_t thread;
	pthread_mutex_t lock;
	const char *const *script; /* lock: one entry a request; the last one stays */
	unsigned requests;	   /* lock */
	unsigned connections;	   /* lock */
	char last[4000];	   /* lock: the last request's head */
};

static struct server server;

static const char *next_answer(const char *head)
{
	pthread_mutex_lock(&server.lock);
	snprintf(server.last, sizeof server.last, "%s", head);
	server.requests++;
	const char *answer = *server.script;
	if (server.script[1] != NULL)
		server.script++;
	pthread_mutex_unlock(&server.lock);
	return answer;
}

/* A body without end. */
static void flood(int fd)
{
	static const char head[] = "HTTP/1.1 200 OK\r\n" JSON_HEAD "\r\n{";
	char chunk[65536];

	memset(chunk, ' ', sizeof chunk);
	ssize_t put = send(fd, head, sizeof head - 1, MSG_NOSIGNAL);
	while (put > 0)
		put = send(fd, chunk, sizeof chunk, MSG_NOSIGNAL);
}

/* Serve one connection until it ends. */
static void *serve(void *context)
{
	static const struct linger at_once = {.l_onoff = 1};
	int fd = *(int *)context;
	char head[4000];
	size_t used = 0;

	free(context);
	for (;;) {
		ssize_t got = recv(fd, head + used, sizeof head - 1 - used, 0);
		if (got <= 0)
			break;
		used += (size_t)got;
		head[used] = '\0';
		const char *end = strstr(head, "\r\n\r\n"),
			   *length = strcasestr(head, "content-length:");
		if (end == NULL)
			continue;
		if (length != NULL &&
			used < (size_t)(end + 4 - head) + strtoul(length + 15, NULL, 10))
			continue;
		used = 0;
		const char *answer = next_answer(head);
		if (answer == STALL)
			continue; /* the client's next move ends it */
		if (answer == FOREVER)
			flood(fd);
		if (answer == SLOW) {
			usleep(3500000);
			answer = OK_ANSWER;
		}
		if (answer == RESET || answer == FOREVER) {
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
			break;
		}
		if (send(fd, answer, strlen(answer), MSG_NOSIGNAL) < 0)
			break;
		if (strstr(answer, "Connection: close") != NULL)
			break;
	}
	close(fd);
	return NULL;
}

static void *listen_all(void *context)
{
	int fd;

	(void)context;
	while ((fd = accept(server.fd, NULL, NULL)) >= 0) {
		pthread_t thread;
		pthread_mutex_lock(&server.lock);
		server.connections++;
		pthread_mutex_unlock(&server.lock);
		int *its = xmalloc(sizeof *its);
		*its = fd;
		pthread_create(&thread, NULL, serve, its);
		pthread_detach(thread);
	}
	return NULL;
}

int server_start(void **state)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;

	(void)state;
	pthread_mutex_init(&server.lock, NULL);
	server.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(server.fd, (struct sockaddr *)&address, length) != 0 ||
		listen(server.fd, 64) != 0 ||
		getsockname(server.fd, (struct sockaddr *)&address, &length) != 0)
		return -1;
	server.port = ntohs(address.sin_port);
	return pthread_create(&server.thread, NULL, listen_all, NULL);
}

int server_stop(void **state)
{
	(void)state;
	shutdown(server.fd, SHUT_RDWR);
	pthread_join(server.thread, NULL);
	close(server.fd);
	return 0;
}

struct http *server_client_at(int port, int64_t timeout_ms)
{
	char url[60];

	snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
	struct http_options options = {.url = url,
		.token = "s3cret-token",
		.user_agent = "test/1",
		.timeout_ms = timeout_ms};
	struct http *http = http_create(&options, NULL);
	assert_non_null(http);
	return http;
}

struct http *server_client(const char *const *script, int64_t timeout_ms)
{
	pthread_mutex_lock(&server.lock);
	server.script = script;
	server.requests = server.connections = 0;
	pthread_mutex_unlock(&server.lock);
	return server_client_at(server.port, timeout_ms);
}

unsigned server_requests(void)
{
	pthread_mutex_lock(&server.lock);
	unsigned count = server.requests;
	pthread_mutex_unlock(&server.lock);
	return count;
}

unsigned server_connections(void)
{
	pthread_mutex_lock(&server.lock);
	unsigned count = server.connections;
	pthread_mutex_unlock(&server.lock);
	return count;
}

const char *server_last(void)
{
	return server.last;
}
