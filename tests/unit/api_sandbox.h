#ifndef DOCLOUD_TESTS_API_SANDBOX_H
#define DOCLOUD_TESTS_API_SANDBOX_H

#include <sys/types.h>

#include "api/http.h"
#include "api/json.h"
#include "api/resource.h"

/* A docloud-sandbox ($DOCLOUD_SANDBOX) of the test's own, and a client of it. */
struct sandbox {
	pid_t pid;
	int output; /* open as long as it runs, so that it can write */
	char url[80];
	struct http *http;
	/* A second client, whose requests and cancellations are no part of the test. */
	struct http *control;
};

/* Starts it with these flags beside its own (NULL-terminated). Fails the test when it does not. */
void sandbox_start(struct sandbox *sandbox, const char *const *flags, int64_t timeout_ms);
void sandbox_stop(struct sandbox *sandbox);

/* Ask it directly: the answer's body, freed by the caller; the status has to be a 2xx. */
struct json *sandbox_ask(
	struct sandbox *sandbox, const char *method, const char *path, const char *body);
void sandbox_faults(struct sandbox *sandbox, const char *list);
/* How many droplets bear this name. */
unsigned sandbox_droplets(struct sandbox *sandbox, const char *name);

extern const struct resource *const test_resources[];
enum { DROPLETS, SSH_KEYS, REGIONS, TAGS, RESERVED_IPS, ACCOUNT, TEST_RESOURCES };

#endif
