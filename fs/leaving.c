#include "leaving.h"

#include "api/cleanup.h"

void leaving_init(struct leaving *leaving)
{
	*leaving = (struct leaving){0};
	pthread_mutex_init(&leaving->lock, NULL);
}

void leaving_finish(struct leaving *leaving)
{
	pthread_mutex_destroy(&leaving->lock);
}

/* Under lock: the place of that number, or LEAVING_MAX. */
static unsigned find(const struct leaving *leaving, uint64_t ino)
{
	unsigned i = 0;
	while (i < LEAVING_MAX && leaving->files[i].ino != ino)
		i++;
	return i;
}

bool leaving_may(struct leaving *leaving, uint64_t ino)
{
	LOCKED(&leaving->lock);
	unsigned i = find(leaving, ino);
	if (i < LEAVING_MAX)
		return leaving->files[i].told;
	i = find(leaving, 0);
	if (i == LEAVING_MAX)
		i = leaving->next++ % LEAVING_MAX;
	leaving->files[i].ino = ino;
	leaving->files[i].told = false;
	return false;
}

bool leaving_tell(struct leaving *leaving, uint64_t ino)
{
	LOCKED(&leaving->lock);
	unsigned i = find(leaving, ino);
	if (i == LEAVING_MAX)
		return false;
	leaving->files[i].told = true;
	return true;
}

void leaving_end(struct leaving *leaving, uint64_t ino)
{
	LOCKED(&leaving->lock);
	unsigned i = find(leaving, ino);
	if (i < LEAVING_MAX)
		leaving->files[i].ino = 0;
}
