#include "identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

uint64_t identity_random(void)
{
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		abort();
	return number;
}

/* splitmix64 */
uint64_t identity_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

void identity_uuid(uint64_t high, uint64_t low, char uuid[UUID_SIZE])
{
	snprintf(uuid, UUID_SIZE, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(high >> 32),
		(unsigned)(high >> 16) & 0xffff, (unsigned)high & 0xfff,
		((unsigned)(low >> 48) & 0x3fff) | 0x8000,
		(unsigned long long)(low & 0xffffffffffffULL));
}

void identity_random_uuid(char uuid[UUID_SIZE])
{
	identity_uuid(identity_random(), identity_random(), uuid);
}

void identity_stamp(long long epoch, char stamp[STAMP_SIZE])
{
	time_t seconds = epoch;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(stamp, STAMP_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

void identity_now(char stamp[STAMP_SIZE])
{
	identity_stamp(time(NULL), stamp);
}

uint64_t identity_milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
