#include "crash.h"

#ifdef DOCLOUD_CRASH_POINTS
#include <signal.h>
#include <stdlib.h>
#include <string.h>

void crash_point(const char *name)
{
	const char *wanted = getenv("DOCLOUD_CRASH");

	if (wanted != NULL && strcmp(wanted, name) == 0)
		raise(SIGKILL);
}
#else
/* ISO C wants a declaration in every file. */
typedef int crash_points_are_off;
#endif
