#ifndef DOCLOUD_TESTS_DIRECTORY_H
#define DOCLOUD_TESTS_DIRECTORY_H

#include <stdlib.h>

#include "api/cleanup.h"
#include "api/memory.h"

/* A directory of a test's own, for as long as its group runs. */

static char directory[] = "/tmp/docloud-unit.XXXXXX";

static int directory_setup(void **state)
{
	(void)state;
	return mkdtemp(directory) != NULL ? 0 : -1;
}

static int directory_teardown(void **state)
{
	CLEANUP_FREE char *command = xasprintf("rm -rf %s", directory);

	(void)state;
	return system(command);
}

#endif
