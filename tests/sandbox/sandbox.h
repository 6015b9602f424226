#ifndef SANDBOX_H
#define SANDBOX_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * docloud-sandbox: DigitalOcean's API v2 on this machine.
 *
 * One lock guards all that the API shows, the world's: a request that reads holds it shared, one
 * that changes something and every job of the agenda hold it alone. It is held while an answer is
 * put together in memory, never while something is sent, waited for or run. Every other lock here
 * is a leaf: nothing else is taken under it.
 */

struct options {
	const char *host;
	unsigned port;
	const char *token;
	const char *scopes; /* of the token, separated by commas; "*": all */
	const char *state;
	unsigned droplets;
	unsigned droplet_limit;
	uint64_t seed;
	unsigned latency_ms;
	double boot_seconds;
	bool rate_limit;
	bool containers;
	bool exit_with_parent;
	bool make_base;
};

struct sandbox {
	const struct options *options;
	pthread_rwlock_t world;
	struct store *store;
	struct agenda *agenda;
	struct hosts *hosts; /* NULL with --hosts=none */
	struct limit *limit;
	struct faults *faults;
	struct census *census;
};

#endif
