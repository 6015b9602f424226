#ifndef DOCLOUD_SSH_H
#define DOCLOUD_SSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/error.h"

/*
 * One SSH connection, used by one thread at a time; ssh.c is the only file that knows libssh2.
 * Everything ends at its deadline (clock_ms()) with ETIMEDOUT, or at once with ECANCELED when the stop
 * descriptor becomes readable.
 */
struct ssh;

struct ssh_target {
	const char *address; /* numeric */
	uint16_t port;
	const char *user;
	const char *private_key, *public_key; /* paths */
	const char *
		host_key; /* the pinned one, "ssh-ed25519 AAAA…", or several, a line each; NULL: see accept_new */
	bool accept_new; /* hostkeys=accept-new: take what is shown the first time */
	int connect_ms;	 /* at most for TCP's connect; 0: 3 s */
	int stop_fd;	 /* readable at shutdown; -1 for none */
};

/* Once, before any thread uses ssh_*. */
int ssh_init(struct error *err);
void ssh_finish(void);

/*
 * One attempt at connect, handshake, host key, login. EHOSTUNREACH (nothing there, refused: worth
 * trying again), ETIMEDOUT, EKEYREJECTED (another host key than the pinned: never worth trying
 * again), EACCES (the login was refused), ENOKEY (our own key cannot be read).
 */
int ssh_connect(
	const struct ssh_target *target, int64_t deadline, struct ssh **ret, struct error *err);
void ssh_close(struct ssh *ssh);

/* The key the host showed, as in ssh_target. Borrowed. */
const char *ssh_host_key(const struct ssh *ssh);

/* Called for what a command prints, as it comes, without splitting it into lines; return false to stop. */
typedef bool (*ssh_reader)(void *context, const char *data, size_t length);

/*
 * Run a command, give it input (NULL: none), hand its stdout to reader and keep the end of its stderr
 * for err. Returns its exit status (>= 0; 143 when a signal ended it), or a negative errno when the
 * connection failed (EPIPE when it was lost) or the reader stopped it (EINTR).
 */
int ssh_run(struct ssh *ssh, const char *command, const char *input, size_t length,
	ssh_reader reader, void *context, int64_t deadline, struct error *err);

#endif
