#include "agenda.h"

#include "identity.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

/* Starting a host takes a second of one core or so: more at a time only slow each other down. */
enum { WORKERS = 8 };

struct entry {
	struct entry *next;
	uint64_t due;
	agenda_job *job;
	uint64_t id;
};

struct agenda {
	struct sandbox *sandbox;
	pthread_mutex_t lock; /* all below */
	pthread_cond_t changed;
	struct entry *first; /* by `due` */
	bool stopping;
	pthread_t workers[WORKERS];
};

static void agenda_wait(struct agenda *agenda)
{
	struct timespec until;

	if (!agenda->first) {
		pthread_cond_wait(&agenda->changed, &agenda->lock);
		return;
	}
	until.tv_sec = (time_t)(agenda->first->due / 1000);
	until.tv_nsec = (long)(agenda->first->due % 1000) * 1000000;
	pthread_cond_timedwait(&agenda->changed, &agenda->lock, &until);
}

static void *agenda_work(void *context)
{
	struct agenda *agenda = context;
	struct entry *entry;

	pthread_mutex_lock(&agenda->lock);
	while (!agenda->stopping) {
		entry = agenda->first;
		if (!entry || entry->due > identity_milliseconds()) {
			agenda_wait(agenda);
			continue;
		}
		agenda->first = entry->next;
		pthread_mutex_unlock(&agenda->lock);
		entry->job(agenda->sandbox, entry->id);
		free(entry);
		pthread_mutex_lock(&agenda->lock);
	}
	pthread_mutex_unlock(&agenda->lock);
	return NULL;
}

struct agenda *agenda_create(struct sandbox *sandbox)
{
	struct agenda *agenda = calloc(1, sizeof(*agenda));
	pthread_condattr_t attributes;

	if (!agenda)
		abort();
	agenda->sandbox = sandbox;
	pthread_mutex_init(&agenda->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&agenda->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	for (int i = 0; i < WORKERS; i++)
		if (pthread_create(&agenda->workers[i], NULL, agenda_work, agenda))
			abort();
	return agenda;
}

void agenda_destroy(struct agenda *agenda)
{
	struct entry *entry;

	if (!agenda)
		return;
	pthread_mutex_lock(&agenda->lock);
	agenda->stopping = true;
	pthread_cond_broadcast(&agenda->changed);
	pthread_mutex_unlock(&agenda->lock);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(agenda->workers[i], NULL);
	while ((entry = agenda->first)) {
		agenda->first = entry->next;
		free(entry);
	}
	pthread_cond_destroy(&agenda->changed);
	pthread_mutex_destroy(&agenda->lock);
	free(agenda);
}

void agenda_add(struct agenda *agenda, uint64_t delay_ms, agenda_job *job, uint64_t id)
{
	struct entry *entry = malloc(sizeof(*entry)), **place;

	if (!entry)
		abort();
	*entry = (struct entry){.due = identity_milliseconds() + delay_ms, .job = job, .id = id};
	pthread_mutex_lock(&agenda->lock);
	for (place = &agenda->first; *place && (*place)->due <= entry->due; place = &(*place)->next)
		;
	entry->next = *place;
	*place = entry;
	pthread_cond_broadcast(&agenda->changed);
	pthread_mutex_unlock(&agenda->lock);
}
