#ifndef DOCLOUD_OPTIONS_H
#define DOCLOUD_OPTIONS_H

#include <fuse_opt.h>

#include "mount.h"

/* The command line. Its strings are its own, until options_finish(). */
struct options {
	const char *api_url, *token_file, *context, *destroy, *hostkeys, *hosts, *ssh_user,
		*ssh_key, *state_dir, *components_dir;
	unsigned ttl, timeout, stage_timeout, jobs, boot_seconds;
	const char *
		sandbox; /* state directory of the embedded sandbox, "" for a passing one; NULL: none */
	const char *mountpoint;
	const char *topic; /* of --help=TOPIC, or NULL */
	bool read_only, nonempty, foreground, debug, help, version, manual;
	struct fuse_args fuse; /* what is left for libfuse */
	char **owned;	       /* the strings above that were copied */
	size_t owned_count;
};

/* EINVAL with a sentence. */
int options_parse(int argc, char **argv, struct options *ret, struct error *err);

void options_finish(struct options *to);

/* The whole of --help, freed by the caller. */
char *options_help(void);
/* Each -o option: "ttl=…", what it is for, and what it is when not given or "". */
void options_visit(
	void (*visit)(void *context, const char *name, const char *help, const char *fallback),
	void *context);

/* A directory of docloud's own for this API and context: XDG's, or below /var/lib for root without a home. Freed. */
char *options_state_dir(const struct options *to);
char *options_components_dir(const struct options *to);

/* A path that stays right after chdir("/"); freed by the caller. */
char *path_absolute(const char *path);

#endif
