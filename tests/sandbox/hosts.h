#ifndef SANDBOX_HOSTS_H
#define SANDBOX_HOSTS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

struct sandbox;

/*
 * Real hosts behind the droplets (--hosts=containers): a systemd-nspawn container each, on a bridge of
 * this sandbox's own. The work is the script's (host.sh); here is when it is called.
 *
 * All but hosts_reserve() block, some for a second or more: they are called without the world's lock.
 */
struct hosts;

enum { HOSTS_ADDRESS_SIZE = 16 };

/* Prepares the base image; false after a message on stderr. */
bool hosts_make_base(void);

/* NULL after a message on stderr. Cleans up after sandboxes that were killed. */
struct hosts *hosts_create(struct sandbox *sandbox);

/* Stops and removes all hosts; with a kept state their disks stay. */
void hosts_destroy(struct hosts *hosts);

/* An address for a host that is to come; false when all are taken. */
bool hosts_reserve(struct hosts *hosts, uint64_t id, char address[HOSTS_ADDRESS_SIZE]);

/* The verbs of a host: what actions do to it. */
enum host_verb {
	HOST_NOTHING,
	HOST_START,
	HOST_STOP,     /* pull the plug */
	HOST_SHUTDOWN, /* press the button, and pull the plug when that does not help */
	HOST_REBOOT,
	HOST_CYCLE,
	HOST_REBUILD, /* a new disk */
};

struct host_plan {
	uint64_t id;
	const char *name;
	const char *address;
	const char *user_data;
	const cJSON *keys;
};

bool hosts_do(struct hosts *hosts, enum host_verb verb, const struct host_plan *plan);

/* Destroys a host for good, in a while: does not block. */
void hosts_remove(struct hosts *hosts, uint64_t id);

#endif
