#ifndef DOCLOUD_TESTS_API_MOUNT_H
#define DOCLOUD_TESTS_API_MOUNT_H

#include "api/change.h"
#include "api_sandbox.h"

/* What a mount has of api/, over a sandbox and a state directory that are made new for each test. */
struct mount {
	struct sandbox sandbox;
	struct bell *bell;
	struct cache *cache;
	struct changes *changes;
	char *dir;
	int64_t timeout_ms; /* of one request, from the next mount_open() on; 0: a short one */
};
extern struct mount mnt;

/* For cmocka_unit_test_setup_teardown. */
int mount_start(void **state);
int mount_stop(void **state);

/* All that has threads, and not the sandbox nor the directory. */
void mount_open(void);
void mount_close(void);

/* A plan for a droplet that the sandbox takes; to make it; and to wait for any change's end. */
struct change_plan mount_plan(const char *name, bool keep);
struct change_state mount_create(const char *name, bool keep);
struct change_state mount_wait(int64_t ticket);

/* How many records of creates are on disk. */
unsigned mount_records(void);
/* The same of what has to follow. */
unsigned mount_endings(void);
/* What the sandbox does wrong from now on: "\"reset_after\",\"count\":1". */
void mount_fault(const char *method, const char *path, const char *what);
bool mount_has(unsigned kind, const char *id);

#endif
