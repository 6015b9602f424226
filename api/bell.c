#include "bell.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "cleanup.h"
#include "clock.h"
#include "memory.h"

struct bell {
	pthread_mutex_t lock;
	pthread_cond_t rung;
	uint64_t count; /* lock */
	bool closed;	/* lock */
};

struct bell *bell_create(void)
{
	struct bell *bell = xcalloc(1, sizeof *bell);

	pthread_mutex_init(&bell->lock, NULL);
	clock_cond_init(&bell->rung);
	return bell;
}

void bell_destroy(struct bell *bell)
{
	if (bell == NULL)
		return;
	pthread_cond_destroy(&bell->rung);
	pthread_mutex_destroy(&bell->lock);
	free(bell);
}

void bell_ring(struct bell *bell)
{
	LOCKED(&bell->lock);
	bell->count++;
	pthread_cond_broadcast(&bell->rung);
}

bool bell_wait(struct bell *bell, uint64_t *seen, int64_t deadline)
{
	struct timespec until = clock_timespec(deadline);
	int rc = 0;

	LOCKED(&bell->lock);
	while (!bell->closed && bell->count == *seen && rc != ETIMEDOUT) {
		if (deadline == 0)
			rc = pthread_cond_wait(&bell->rung, &bell->lock);
		else
			rc = pthread_cond_timedwait(&bell->rung, &bell->lock, &until);
	}
	*seen = bell->count;
	return !bell->closed;
}

void bell_close(struct bell *bell)
{
	LOCKED(&bell->lock);
	bell->closed = true;
	pthread_cond_broadcast(&bell->rung);
}
