#include "forget.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "api/cleanup.h"
#include "api/memory.h"

struct item {
	struct item *next;
	uint64_t ino;
	char *name; /* NULL: the text of ino; else the name in it */
};

struct forget {
	struct forget_target target;
	pthread_t thread;
	bool joined;
	pthread_mutex_t lock; /* leaf: of all below */
	pthread_cond_t wake;
	struct item *first, **end;
	bool stopping;
};

static void item_free(struct item *item)
{
	free(item->name);
	free(item);
}

/* The next one, waited for; NULL at the end. */
static struct item *take(struct forget *forget)
{
	LOCKED(&forget->lock);
	while (!forget->first && !forget->stopping)
		pthread_cond_wait(&forget->wake, &forget->lock);
	struct item *item = forget->first;
	if (forget->stopping)
		return NULL;
	forget->first = item->next;
	if (!forget->first)
		forget->end = &forget->first;
	return item;
}

static void *run(void *pointer)
{
	struct forget *forget = pointer;
	for (struct item *item; (item = take(forget));) {
		if (item->name)
			forget->target.name(forget->target.context, item->ino, item->name);
		else
			forget->target.text(forget->target.context, item->ino);
		item_free(item);
	}
	return NULL;
}

struct forget *forget_create(const struct forget_target *target)
{
	struct forget *forget = xcalloc(1, sizeof(*forget));
	forget->target = *target;
	forget->end = &forget->first;
	pthread_mutex_init(&forget->lock, NULL);
	pthread_cond_init(&forget->wake, NULL);
	if (pthread_create(&forget->thread, NULL, run, forget) == 0)
		return forget;
	forget->joined = true;
	forget_destroy(forget);
	return NULL;
}

static void put(struct forget *forget, uint64_t ino, const char *name)
{
	struct item *item = xcalloc(1, sizeof(*item));
	item->ino = ino;
	item->name = name ? xstrdup(name) : NULL;
	LOCKED(&forget->lock);
	*forget->end = item;
	forget->end = &item->next;
	pthread_cond_signal(&forget->wake);
}

void forget_name(struct forget *forget, uint64_t parent, const char *name)
{
	put(forget, parent, name);
}

void forget_text(struct forget *forget, uint64_t ino)
{
	put(forget, ino, NULL);
}

static void stop(struct forget *forget)
{
	LOCKED(&forget->lock);
	forget->stopping = true;
	pthread_cond_signal(&forget->wake);
}

void forget_stop(struct forget *forget)
{
	struct timespec until;
	if (!forget || forget->joined)
		return;
	stop(forget);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 1;
	forget->joined = pthread_timedjoin_np(forget->thread, NULL, &until) == 0;
}

void forget_destroy(struct forget *forget)
{
	if (!forget)
		return;
	stop(forget);
	if (!forget->joined)
		pthread_join(forget->thread, NULL);
	for (struct item *item = forget->first, *next; item; item = next) {
		next = item->next;
		item_free(item);
	}
	pthread_cond_destroy(&forget->wake);
	pthread_mutex_destroy(&forget->lock);
	free(forget);
}
