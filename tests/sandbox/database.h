#ifndef SANDBOX_DATABASE_H
#define SANDBOX_DATABASE_H

#include <cjson/cJSON.h>

/* How a client reaches a cluster at a host: as its engine has it. `name` NULL: its first database. */
cJSON *database_connection(const cJSON *cluster, const char *host, const char *user,
	const char *password, const char *name);

#endif
