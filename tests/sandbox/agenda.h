#ifndef SANDBOX_AGENDA_H
#define SANDBOX_AGENDA_H

#include <stdint.h>

struct sandbox;

/*
 * What is to happen later: actions that complete, hosts that are started. Jobs are run by a few
 * threads, each when it is due, earliest first; a job may block.
 */
struct agenda;

typedef void agenda_job(struct sandbox *sandbox, uint64_t id);

struct agenda *agenda_create(struct sandbox *sandbox);

/* Waits for the jobs that are running and forgets those that are not due yet. */
void agenda_destroy(struct agenda *agenda);

void agenda_add(struct agenda *agenda, uint64_t delay_ms, agenda_job *job, uint64_t id);

#endif
