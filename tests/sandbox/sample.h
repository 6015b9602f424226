#ifndef SANDBOX_SAMPLE_H
#define SANDBOX_SAMPLE_H

#include <cjson/cJSON.h>

struct operation;
struct sandbox;

/*
 * Adds to an operation's entry how it could be asked for right now: `try`, its path with the newest
 * objects in it (null when there are none), and `body`, as its row says that it must be.
 */
void sample_add(const struct sandbox *sandbox, unsigned kind, const struct operation *operation,
	cJSON *entry);

#endif
