#include "ssh.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libssh2.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/clock.h"
#include "api/memory.h"
#include "key.h"

/*
 * libssh2 is used without blocking: every call is made again until it stops answering EAGAIN, and between two calls lies
 * one poll() on the socket and the stop descriptor, so deadlines and shutdown hold everywhere. A call that left half a
 * packet unsent must be repeated before any other one.
 */
enum {
	TCP_MS = 3000, /* one attempt's connect */
	KEEPALIVE_SECONDS = 15,
	SILENT_MS = 45000, /* unanswered for so long: lost */
	STDERR_KEPT = 900, /* fits into a message */
	FREE_TRIES = 100,
};

struct ssh {
	LIBSSH2_SESSION *session;
	int fd, stop_fd;
	char *host_key;
	char *where; /* "198.18.0.2 port 22", for messages */
};

int ssh_init(struct error *err)
{
	int r = libssh2_init(0);
	return r == 0 ? 0 : error_set(err, EIO, "libssh2 cannot be initialised (%d)", r);
}

void ssh_finish(void)
{
	libssh2_exit();
}

/* Wait for events on the socket, for so long at most. 0, or ETIMEDOUT, ECANCELED. */
static int wait_for(
	const struct ssh *ssh, short events, int64_t deadline, int64_t most_ms, struct error *err)
{
	struct pollfd fds[2] = {
		{.fd = ssh->fd, .events = events}, {.fd = ssh->stop_fd, .events = POLLIN}};
	int64_t left = deadline - clock_ms();

	if (left <= 0)
		return error_set(err, ETIMEDOUT, "%s did not answer in time", ssh->where);
	int r = poll(fds, 2, (int)(left < most_ms ? left : most_ms));
	if (r < 0 && errno != EINTR)
		return error_set(err, errno, "poll: %s", strerror(errno));
	if (r > 0 && (fds[1].revents & (POLLIN | POLLHUP)))
		return error_set(err, ECANCELED, "docloud is being stopped");
	return 0;
}

/* After an EAGAIN. */
static int wait_session(struct ssh *ssh, int64_t deadline, struct error *err)
{
	int directions = libssh2_session_block_directions(ssh->session);
	short events = (directions & LIBSSH2_SESSION_BLOCK_OUTBOUND) ? POLLOUT : 0;
	int next;

	if ((directions & LIBSSH2_SESSION_BLOCK_INBOUND) || events == 0)
		events |= POLLIN;
	int r = wait_for(ssh, events, deadline, KEEPALIVE_SECONDS * INT64_C(1000), err);
	if (r == 0 && !(directions & LIBSSH2_SESSION_BLOCK_OUTBOUND))
		libssh2_keepalive_send(ssh->session, &next);
	return r;
}

static int address_parse(
	const struct ssh_target *target, struct sockaddr_storage *to, socklen_t *length)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof *to);
	if (inet_pton(AF_INET, target->address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(target->port);
		*length = sizeof *v4;
		return 0;
	}
	if (inet_pton(AF_INET6, target->address, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(target->port);
		*length = sizeof *v6;
		return 0;
	}
	return -EINVAL;
}

static int unreachable(const struct ssh *ssh, int code, struct error *err)
{
	return error_set(err, EHOSTUNREACH, "%s cannot be reached: %s", ssh->where, strerror(code));
}

static int tcp_connect(
	struct ssh *ssh, const struct ssh_target *target, int64_t deadline, struct error *err)
{
	struct sockaddr_storage address;
	socklen_t length;
	int on = 1, silent = SILENT_MS, code = 0;

	if (address_parse(target, &address, &length) != 0)
		return error_set(err, EINVAL, "\"%.64s\" is no address", target->address);
	ssh->fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (ssh->fd < 0)
		return error_set(err, errno, "no socket: %s", strerror(errno));
	setsockopt(ssh->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	setsockopt(ssh->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent, sizeof silent);
	if (connect(ssh->fd, (struct sockaddr *)&address, length) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return unreachable(ssh, errno, err);
	int64_t until = clock_ms() + (target->connect_ms > 0 ? target->connect_ms : TCP_MS);
	if (deadline < until)
		until = deadline;
	struct pollfd fds[2] = {
		{.fd = ssh->fd, .events = POLLOUT}, {.fd = ssh->stop_fd, .events = POLLIN}};
	int64_t left = until - clock_ms();
	int r = poll(fds, 2, left > 0 ? (int)left : 0);
	if (r > 0 && fds[1].revents != 0)
		return error_set(err, ECANCELED, "docloud is being stopped");
	if (r <= 0)
		return unreachable(ssh, ETIMEDOUT, err);
	length = sizeof code;
	getsockopt(ssh->fd, SOL_SOCKET, SO_ERROR, &code, &length);
	return code == 0 ? 0 : unreachable(ssh, code, err);
}

/* What libssh2 says about its last error. */
static const char *last_error(struct ssh *ssh)
{
	char *message = NULL;
	libssh2_session_last_error(ssh->session, &message, NULL, 0);
	return message != NULL ? message : "";
}

/* Does an algorithm sign with a key of this type? RSA's have names of their own. */
static bool signs_for(const char *algorithm, const char *type, size_t length)
{
	if (type != NULL && length == 7 && strncmp(type, "ssh-rsa", 7) == 0)
		return strncmp(algorithm, "rsa-sha2-", 9) == 0 || strcmp(algorithm, "ssh-rsa") == 0;
	return type != NULL && strlen(algorithm) == length && strncmp(algorithm, type, length) == 0;
}

/*
 * The pinned key's type comes first, so that a host with several keys shows that one; the others
 * follow, so that a host without it is seen to be another one rather than one that cannot talk.
 * Only what libssh2 has is listed: 1.10 takes the rest out with a memcpy onto itself.
 */
static void prefer_type(struct ssh *ssh, const char *pinned)
{
	const char **algorithms = NULL;
	int count = libssh2_session_supported_algs(
		ssh->session, LIBSSH2_METHOD_HOSTKEY, &algorithms);
	size_t length = pinned != NULL ? strcspn(pinned, " ") : 0, used = 0;
	char list[512];

	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < count; i++) {
			if (signs_for(algorithms[i], pinned, length) != (pass == 0) ||
				used + 64 > sizeof list)
				continue;
			used += (size_t)snprintf(list + used, sizeof list - used, "%s%.60s",
				used > 0 ? "," : "", algorithms[i]);
		}
	}
	if (count > 0)
		libssh2_free(ssh->session, algorithms);
	if (used > 0)
		libssh2_session_method_pref(ssh->session, LIBSSH2_METHOD_HOSTKEY, list);
}

static int handshake(
	struct ssh *ssh, const struct ssh_target *target, int64_t deadline, struct error *err)
{
	ssh->session = libssh2_session_init_ex(NULL, NULL, NULL, ssh);
	if (ssh->session == NULL)
		abort();
	libssh2_session_set_blocking(ssh->session, 0);
	prefer_type(ssh, target->host_key);
	for (int r; (r = libssh2_session_handshake(ssh->session, ssh->fd)) != 0;) {
		if (r != LIBSSH2_ERROR_EAGAIN)
			return error_set(err, EHOSTUNREACH, "%s: no SSH session: %s", ssh->where,
				last_error(ssh));
		r = wait_session(ssh, deadline, err);
		if (r != 0)
			return r;
	}
	libssh2_keepalive_config(ssh->session, 1, KEEPALIVE_SECONDS);
	return 0;
}

static int check_host_key(struct ssh *ssh, const struct ssh_target *target, struct error *err)
{
	size_t length;
	int type;
	const char *blob = libssh2_session_hostkey(ssh->session, &length, &type);

	ssh->host_key = blob != NULL ? key_text((const unsigned char *)blob, length) : NULL;
	if (ssh->host_key == NULL)
		return error_set(err, EHOSTUNREACH, "%s shows no host key", ssh->where);
	if (target->host_key == NULL && target->accept_new)
		return 0;
	if (target->host_key == NULL)
		return error_set(err, EKEYREJECTED,
			"%s: its host key is not known: connect once with ssh, so that it is in "
			"known_hosts, "
			"or mount with -o hostkeys=accept-new",
			ssh->where);
	if (key_pinned(target->host_key, ssh->host_key))
		return 0;
	return error_set(err, EKEYREJECTED,
		"%s shows another host key than the pinned one (%.40s...): this is another host, "
		"or someone "
		"is in between; nothing was sent to it",
		ssh->where, ssh->host_key);
}

static int login(
	struct ssh *ssh, const struct ssh_target *target, int64_t deadline, struct error *err)
{
	for (int r;;) {
		r = libssh2_userauth_publickey_fromfile_ex(ssh->session, target->user,
			(unsigned)strlen(target->user), target->public_key, target->private_key,
			NULL);
		switch (r) {
		case 0:
			return 0;
		case LIBSSH2_ERROR_EAGAIN:
			r = wait_session(ssh, deadline, err);
			if (r != 0)
				return r;
			break;
		case LIBSSH2_ERROR_FILE:
			return error_set(err, ENOKEY, "the key %s cannot be used: %s",
				target->private_key, last_error(ssh));
		case LIBSSH2_ERROR_AUTHENTICATION_FAILED:
		case LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED:
			return error_set(err, EACCES,
				"%s refuses the login of %s with the key %s: put its public half "
				"into that user's authorized_keys there, or mount with the "
				"ssh_user and ssh_key that are let in",
				ssh->where, target->user, target->private_key);
		default:
			return error_set(err, EHOSTUNREACH,
				"%s: the connection ended at the login: %s", ssh->where,
				last_error(ssh));
		}
	}
}

int ssh_connect(
	const struct ssh_target *target, int64_t deadline, struct ssh **ret, struct error *err)
{
	struct ssh *ssh = xcalloc(1, sizeof *ssh);

	ssh->fd = -1;
	ssh->stop_fd = target->stop_fd;
	ssh->where = xasprintf("%.64s port %u", target->address, target->port);
	int r = tcp_connect(ssh, target, deadline, err);
	if (r == 0)
		r = handshake(ssh, target, deadline, err);
	if (r == 0)
		r = check_host_key(ssh, target, err);
	if (r == 0)
		r = login(ssh, target, deadline, err);
	if (r != 0) {
		ssh_close(ssh);
		return r;
	}
	*ret = ssh;
	return 0;
}

void ssh_close(struct ssh *ssh)
{
	if (ssh == NULL)
		return;
	if (ssh->session != NULL) {
		libssh2_session_disconnect(ssh->session, "done");
		/* On a dead socket nothing that is left open has to wait for the other side. */
		if (ssh->fd >= 0)
			shutdown(ssh->fd, SHUT_RDWR);
		for (int i = 0; i < FREE_TRIES; i++) {
			if (libssh2_session_free(ssh->session) != LIBSSH2_ERROR_EAGAIN)
				break;
		}
	}
	if (ssh->fd >= 0)
		close(ssh->fd);
	free(ssh->host_key);
	free(ssh->where);
	free(ssh);
}

const char *ssh_host_key(const struct ssh *ssh)
{
	return ssh->host_key;
}

/* One command under way. */
struct run {
	struct ssh *ssh;
	LIBSSH2_CHANNEL *channel;
	const char *input;
	size_t left; /* of input */
	bool eof_sent;
	ssh_reader reader;
	void *context;
	int64_t deadline;
	char complaint[STDERR_KEPT + 1]; /* the end of its stderr */
	size_t complaint_length;
};

static int lost(struct run *run, struct error *err)
{
	return error_set(err, EPIPE, "%s: the connection was lost: %s", run->ssh->where,
		last_error(run->ssh));
}

static int open_channel(struct run *run, const char *command, struct error *err)
{
	LIBSSH2_SESSION *session = run->ssh->session;

	while ((run->channel = libssh2_channel_open_session(session)) == NULL) {
		if (libssh2_session_last_errno(session) != LIBSSH2_ERROR_EAGAIN)
			return lost(run, err);
		int r = wait_session(run->ssh, run->deadline, err);
		if (r != 0)
			return r;
	}
	for (int r; (r = libssh2_channel_exec(run->channel, command)) != 0;) {
		if (r != LIBSSH2_ERROR_EAGAIN)
			return lost(run, err);
		r = wait_session(run->ssh, run->deadline, err);
		if (r != 0)
			return r;
	}
	return 0;
}

static void keep_complaint(struct run *run, const char *data, size_t length)
{
	if (length >= STDERR_KEPT) {
		data += length - STDERR_KEPT;
		length = STDERR_KEPT;
	}
	size_t keep = run->complaint_length;
	if (keep + length > STDERR_KEPT)
		keep = STDERR_KEPT - length;
	memmove(run->complaint, run->complaint + run->complaint_length - keep, keep);
	memcpy(run->complaint + keep, data, length);
	run->complaint_length = keep + length;
	run->complaint[run->complaint_length] = '\0';
}

/*
 * Give it input. Returns 1 when something went, 0 when it has to wait, -EAGAIN: half a packet is
 * left.
 */
static int feed(struct run *run, struct error *err)
{
	if (run->eof_sent)
		return 0;
	ssize_t r;
	if (run->left > 0)
		r = libssh2_channel_write(run->channel, run->input, run->left);
	else
		r = libssh2_channel_send_eof(run->channel);
	if (r == LIBSSH2_ERROR_EAGAIN)
		return libssh2_session_block_directions(run->ssh->session) &
				       LIBSSH2_SESSION_BLOCK_OUTBOUND
			       ? -EAGAIN
			       : 0;
	if (r == LIBSSH2_ERROR_CHANNEL_CLOSED || r == LIBSSH2_ERROR_CHANNEL_EOF_SENT) {
		run->eof_sent = true; /* it ended without reading all */
		return 1;
	}
	if (r < 0)
		return lost(run, err);
	run->eof_sent = run->left == 0;
	run->input += r;
	run->left -= (size_t)r;
	return 1;
}

/* Take what it printed. Returns 1 when there was something, 0 when it has to wait. */
static int drain(struct run *run, int stream, struct error *err)
{
	char buffer[16384];
	ssize_t got = libssh2_channel_read_ex(run->channel, stream, buffer, sizeof buffer);

	if (got == LIBSSH2_ERROR_EAGAIN || got == 0)
		return 0;
	if (got < 0)
		return lost(run, err);
	if (stream != 0)
		keep_complaint(run, buffer, (size_t)got);
	else if (run->reader != NULL && !run->reader(run->context, buffer, (size_t)got))
		return error_set(err, EINTR, "stopped by its reader");
	return 1;
}

static int pump(struct run *run, struct error *err)
{
	while (!libssh2_channel_eof(run->channel)) {
		int fed = feed(run, err), taken = 0;
		if (fed >= 0) {
			int out = drain(run, 0, err);
			int errors = out >= 0 ? drain(run, SSH_EXTENDED_DATA_STDERR, err) : out;
			if (errors < 0)
				return errors;
			taken = out + errors;
		} else if (fed != -EAGAIN) {
			return fed;
		}
		if (clock_ms() >= run->deadline)
			return error_set(err, ETIMEDOUT, "%s: the command did not end in time",
				run->ssh->where);
		/* With something done a wait would be one for nothing; but a flood must not hide that it is time to stop. */
		bool done = fed > 0 || taken > 0 || libssh2_channel_eof(run->channel);
		int r = done ? wait_for(run->ssh, 0, run->deadline, 0, err)
			     : wait_session(run->ssh, run->deadline, err);
		if (r != 0)
			return r;
	}
	return 0;
}

/* The far side has ended; how? */
static int exit_status(struct run *run, struct error *err)
{
	char plain[STDERR_KEPT + 1], *signal_name = NULL;
	int r;

	while ((r = libssh2_channel_close(run->channel)) == LIBSSH2_ERROR_EAGAIN ||
		(r == 0 &&
			(r = libssh2_channel_wait_closed(run->channel)) == LIBSSH2_ERROR_EAGAIN)) {
		r = wait_session(run->ssh, run->deadline, err);
		if (r != 0)
			return r;
	}
	if (r != 0)
		return lost(run, err);
	int status = libssh2_channel_get_exit_status(run->channel);
	libssh2_channel_get_exit_signal(run->channel, &signal_name, NULL, NULL, NULL, NULL, NULL);
	if (signal_name != NULL) {
		error_set(err, EIO, "the command was ended by a signal");
		libssh2_free(run->ssh->session, signal_name);
		return 128 + SIGTERM;
	}
	if (status != 0) {
		size_t end = run->complaint_length;
		while (end > 0 && strchr("\r\n ", run->complaint[end - 1]) != NULL)
			run->complaint[--end] = '\0';
		for (char *nul; (nul = memchr(run->complaint, '\0', end)) != NULL;)
			*nul = ' ';
		text_plain(plain, sizeof plain, run->complaint);
		error_set(err, EIO, "exit status %d%s%s", status, plain[0] != '\0' ? ": " : "",
			plain);
	}
	return status;
}

int ssh_run(struct ssh *ssh, const char *command, const char *input, size_t length,
	ssh_reader reader, void *context, int64_t deadline, struct error *err)
{
	struct run run = {.ssh = ssh,
		.input = input,
		.left = input != NULL ? length : 0,
		.reader = reader,
		.context = context,
		.deadline = deadline};
	int r = open_channel(&run, command, err);

	if (r == 0)
		r = pump(&run, err);
	if (r == 0)
		r = exit_status(&run, err);
	if (run.channel != NULL)
		libssh2_channel_free(run.channel);
	return r;
}
