#ifndef DOCLOUD_TRUST_H
#define DOCLOUD_TRUST_H

#include "api/error.h"

/*
 * Keys, all made by ssh-keygen: docloud's own user key, made once a state directory, and a host key for
 * every droplet it creates, which travels in the droplet's user data so that the very first
 * connection is checked. The droplet then makes one of its own (provision/remote/hostkey.sh), because user
 * data can be read by every process on it.
 */
struct key_pair {
	char *private_text,
		*public_text; /* as in the files; public without newline, "ssh-ed25519 AAAA…" */
};

int key_pair_make(const char *comment, struct key_pair *ret, struct error *err);
void key_pair_finish(struct key_pair *pair);

/* state_dir/id_ed25519, made if it is not there; the path of the private key, freed by the caller. */
char *trust_user_key(const char *state_dir, struct error *err);

/*
 * The user data of a new droplet: a MIME multi-part of docloud's cloud-config (host key, authorized
 * key, which lets root log in and `user`, who is made if need be) and the user's own part (NULL: none; any
 * form cloud-init takes but gzip), and a shell script of docloud's (NULL: none). EINVAL beyond the API's 64 KiB.
 */
char *trust_user_data(const struct key_pair *host_key, const char *user, const char *authorized_key,
	const char *own, const char *script, struct error *err);

/*
 * The user's own part of user data that was made so, freed by the caller; all of what was not; NULL when there is none.
 */
char *trust_own_part(const char *user_data, const char *authorized_key);

/* The pinned key of a host out of the user's and the system's known_hosts (by ssh-keygen -F), or NULL. */
char *trust_known_host(const char *address, const char *name);

#endif
