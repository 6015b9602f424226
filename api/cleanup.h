#ifndef DOCLOUD_CLEANUP_H
#define DOCLOUD_CLEANUP_H

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "http.h"
#include "json.h"
#include "memory.h"
#include "snapshot.h"

/*
 * Things that end with their scope. A variable so marked must be initialised where it is declared.
 *
 *	CLEANUP_FREE char *text = json_print(value);
 *	LOCKED(&cache->lock);		holds the mutex until the end of the block
 */
#define CLEANUP_FREE __attribute__((cleanup(cleanup_free)))
#define CLEANUP_NAMES __attribute__((cleanup(cleanup_names)))
#define CLEANUP_CLOSE __attribute__((cleanup(cleanup_close)))
#define CLEANUP_UNLOCK __attribute__((cleanup(cleanup_unlock), unused))

#define CLEANUP_JOIN_(a, b) a##b
#define CLEANUP_JOIN(a, b) CLEANUP_JOIN_(a, b)
#define LOCKED(mutex) \
	CLEANUP_UNLOCK pthread_mutex_t *CLEANUP_JOIN(locked_, __LINE__) = cleanup_lock(mutex)

static inline void cleanup_free(void *variable)
{
	free(*(void **)variable);
}

static inline void cleanup_names(char ***variable)
{
	names_free(*variable);
}

static inline void cleanup_close(const int *variable)
{
	if (*variable >= 0)
		close(*variable);
}

static inline pthread_mutex_t *cleanup_lock(pthread_mutex_t *mutex)
{
	pthread_mutex_lock(mutex);
	return mutex;
}

static inline void cleanup_unlock(pthread_mutex_t **variable)
{
	pthread_mutex_unlock(*variable);
}

#define CLEANUP_JSON __attribute__((cleanup(cleanup_json)))
#define CLEANUP_SNAPSHOT __attribute__((cleanup(cleanup_snapshot)))
#define CLEANUP_ANSWER __attribute__((cleanup(http_answer_finish)))

static inline void cleanup_json(struct json **variable)
{
	json_free(*variable);
}

static inline void cleanup_snapshot(struct snapshot **variable)
{
	snapshot_unref(*variable);
}

#endif
