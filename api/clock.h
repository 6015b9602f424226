#ifndef DOCLOUD_CLOCK_H
#define DOCLOUD_CLOCK_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_NS INT64_C(1000000000) /* in a second */

/* Milliseconds of CLOCK_MONOTONIC: what every deadline in docloud is given in. */
int64_t clock_ms(void);

/* The same as a timespec, for pthread_cond_timedwait on a condition made by clock_cond_init(). */
struct timespec clock_timespec(int64_t ms);

/* Make a condition variable whose timed waits go by CLOCK_MONOTONIC. */
void clock_cond_init(pthread_cond_t *cond);

/* Nanoseconds of CLOCK_REALTIME since the epoch: what times of files are made of. */
int64_t clock_real_ns(void);

/* RFC 3339 (“2026-11-24T20:13:05Z”, as the API sends times) to seconds since the epoch; -1 if it is none. */
time_t clock_parse(const char *text);

/* The other way; returns to. */
enum { CLOCK_STAMP = sizeof("2026-11-24T20:13:05Z") };
const char *clock_stamp(char to[CLOCK_STAMP], time_t when);

#endif
