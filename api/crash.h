#ifndef DOCLOUD_CRASH_H
#define DOCLOUD_CRASH_H

/*
 * The places at which the tests kill docloud to see that nothing is done twice and nothing is lost.
 * In builds with -Dcrash_points=true, crash_point("create:sent") kills the process (SIGKILL) when
 * $DOCLOUD_CRASH is that name; in others it is nothing. tests/mount/crash walks the list.
 */
#ifdef DOCLOUD_CRASH_POINTS
void crash_point(const char *name);
#else
static inline void crash_point(const char *name)
{
	(void)name;
}
#endif

#endif
