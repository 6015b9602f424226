#include "tickets.h"

#include <string.h>

#include "changing.h"
#include "clock.h"
#include "intern.h"

enum {
	KEEP_ENDED_MS = 600000,
	ENDED_MAX = 10000, /* beyond that they go early */
};

void tickets_init(struct tickets *tickets)
{
	*tickets = (struct tickets){0};
	TAILQ_INIT(&tickets->all);
	TAILQ_INIT(&tickets->running);
	TAILQ_INIT(&tickets->ended);
	for (unsigned sort = 0; sort < SORTS; sort++)
		TAILQ_INIT(&tickets->ready[sort]);
}

/* What it is of: a create has a name, the others an object's id. */
static const char *subject_of(const struct change *change)
{
	return change->plan.kind == CHANGE_CREATE ? change->plan.name : change->state.id;
}

static unsigned chain_of_subject(unsigned resource, const char *subject)
{
	return (intern_hash(subject) + resource) % TICKET_CHAINS;
}

static unsigned chain_of_number(int64_t number)
{
	return (unsigned)((uint64_t)number % TICKET_CHAINS);
}

static void move(struct tickets *tickets, struct change *change, struct change_list *to)
{
	struct change_list *from = change->ticket.queue;

	if (from != NULL)
		TAILQ_REMOVE(from, change, ticket.turn);
	if (to != NULL)
		TAILQ_INSERT_TAIL(to, change, ticket.turn);
	change->ticket.queue = to;
	tickets->ended_count += (size_t)(to == &tickets->ended) - (from == &tickets->ended);
}

void tickets_insert_again(struct tickets *tickets, struct change *change)
{
	unsigned chain = chain_of_subject(change->plan.resource, subject_of(change));

	TAILQ_INSERT_TAIL(&tickets->all, change, ticket.all);
	LIST_INSERT_HEAD(&tickets->of_number[chain_of_number(change->ticket.number)], change,
		ticket.of_number);
	LIST_INSERT_HEAD(&tickets->of_subject[chain], change, ticket.of_subject);
	if (change_has_ended(change))
		move(tickets, change, &tickets->ended);
}

void tickets_insert(struct tickets *tickets, struct change *change)
{
	struct change *last = change->plan.kind == CHANGE_CREATE
				      ? NULL
				      : tickets_find_last(
						tickets, change->plan.resource, change->state.id);

	if (last != NULL)
		last->ticket.follower = change;
	change->waits = last != NULL;
	change->ticket.number = ++tickets->last;
	tickets_insert_again(tickets, change);
}

void tickets_remove(struct tickets *tickets, struct change *change)
{
	move(tickets, change, NULL);
	TAILQ_REMOVE(&tickets->all, change, ticket.all);
	LIST_REMOVE(change, ticket.of_number);
	LIST_REMOVE(change, ticket.of_subject);
}

struct change *tickets_find(const struct tickets *tickets, int64_t number)
{
	struct change *change;

	LIST_FOREACH(change, &tickets->of_number[chain_of_number(number)], ticket.of_number)
	{
		if (change->ticket.number == number)
			return change;
	}
	return NULL;
}

struct change *tickets_find_create(
	const struct tickets *tickets, unsigned resource, const char *name)
{
	struct change *change;

	LIST_FOREACH(
		change, &tickets->of_subject[chain_of_subject(resource, name)], ticket.of_subject)
	{
		if (change->plan.kind == CHANGE_CREATE && change->plan.resource == resource &&
			strcmp(change->plan.name, name) == 0 &&
			(change->state.phase != CHANGE_DONE || change->plan.keep))
			return change;
	}
	return NULL;
}

/* The newest is at the head of its chain. */
struct change *tickets_find_last(const struct tickets *tickets, unsigned resource, const char *id)
{
	struct change *change;

	LIST_FOREACH(
		change, &tickets->of_subject[chain_of_subject(resource, id)], ticket.of_subject)
	{
		if (change->plan.kind != CHANGE_CREATE && change->plan.resource == resource &&
			!change_has_ended(change) && strcmp(change->state.id, id) == 0)
			return change;
	}
	return NULL;
}

void tickets_queue(struct tickets *tickets, struct change *change)
{
	if (change->waits)
		return;
	move(tickets, change, &tickets->ready[change->sort]);
	tickets->ready_count++;
}

struct change *tickets_take(struct tickets *tickets, const bool full[SORTS])
{
	struct change *next = NULL;

	for (unsigned sort = 0; sort < SORTS; sort++) {
		struct change *first = full[sort] ? NULL : TAILQ_FIRST(&tickets->ready[sort]);

		if (first != NULL && (next == NULL || first->ticket.number < next->ticket.number))
			next = first;
	}
	if (next == NULL)
		return NULL;
	move(tickets, next, &tickets->running);
	tickets->ready_count--;
	return next;
}

void tickets_end(struct tickets *tickets, struct change *change)
{
	struct change *follower = change->ticket.follower;

	move(tickets, change, &tickets->ended);
	change->ticket.follower = NULL;
	if (follower == NULL)
		return;
	follower->waits = false;
	tickets_queue(tickets, follower);
}

struct change *tickets_take_old(struct tickets *tickets)
{
	int64_t now = clock_ms();
	struct change *change;

	TAILQ_FOREACH(change, &tickets->ended, ticket.turn)
	{
		if (now - change->ended_at < KEEP_ENDED_MS && tickets->ended_count <= ENDED_MAX)
			return NULL;
		if (!change_has_kept_record(change)) {
			tickets_remove(tickets, change);
			return change;
		}
	}
	return NULL;
}
