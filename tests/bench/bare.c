/*
 * bare KEY HOST… <SCRIPT: what is left of an install when all but SSH is taken away. A thread a host: connect, log in,
 * hand it the script, read what it prints until it ends. Host keys are not looked at. Each host has to end with 0.
 */
#include <arpa/inet.h>
#include <libssh2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMMAND "cat >/tmp/bare && sh /tmp/bare"
#define HOSTS_MAX 64

static const char *key;
static char script[65536];
static size_t length;

static void need(int rc, const char *what, const char *host)
{
	if (rc == 0)
		return;
	fprintf(stderr, "bare: %s: %s: %d\n", host, what, rc);
	_exit(1);
}

static void run(LIBSSH2_SESSION *session, const char *host)
{
	char printed[4096];
	LIBSSH2_CHANNEL *channel = libssh2_channel_open_session(session);
	need(channel == NULL, "channel", host);
	need(libssh2_channel_exec(channel, COMMAND), "exec", host);
	need(libssh2_channel_write(channel, script, length) != (ssize_t)length, "write", host);
	need(libssh2_channel_send_eof(channel), "end of the script", host);
	while (libssh2_channel_read(channel, printed, sizeof(printed)) > 0) {
	}
	need(libssh2_channel_close(channel), "close", host);
	need(libssh2_channel_get_exit_status(channel), "exit status", host);
	libssh2_channel_free(channel);
}

static void *visit(void *pointer)
{
	const char *host = pointer;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(22)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	inet_pton(AF_INET, host, &address.sin_addr);
	need(connect(fd, (struct sockaddr *)&address, sizeof(address)), "connect", host);
	LIBSSH2_SESSION *session = libssh2_session_init();
	need(libssh2_session_handshake(session, fd), "handshake", host);
	need(libssh2_userauth_publickey_fromfile(session, "root", NULL, key, NULL), "login", host);
	run(session, host);
	libssh2_session_disconnect(session, "");
	libssh2_session_free(session);
	close(fd);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[HOSTS_MAX];
	int hosts = argc - 2;
	if (hosts < 1 || hosts > HOSTS_MAX)
		return 2;
	key = argv[1];
	length = fread(script, 1, sizeof(script), stdin);
	need(libssh2_init(0), "libssh2", "");
	for (int i = 0; i < hosts; i++)
		need(pthread_create(&threads[i], NULL, visit, argv[i + 2]), "thread", argv[i + 2]);
	for (int i = 0; i < hosts; i++)
		pthread_join(threads[i], NULL);
	libssh2_exit();
	return 0;
}
