#ifndef DOCLOUD_TICKETS_H
#define DOCLOUD_TICKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/*
 * The changes that there are, thousands at times, so that each is found without going through the others: by its ticket, by
 * what it is of, and by its turn. Nothing in here locks: all of it is under changes->lock.
 */
struct change;

enum change_sort { SORT_DROPLET, SORT_CREATE, SORT_STEPS, SORTS };

TAILQ_HEAD(change_list, change);
LIST_HEAD(change_chain, change);

/* A change's own part. Zeroed: in none of the lists. */
struct ticket {
	int64_t number; /* const once it is in the list */
	TAILQ_ENTRY(change) all, turn;
	LIST_ENTRY(change) of_number, of_subject;
	struct change_list *queue; /* the one it is in by turn; NULL: in none */
	struct change *follower;   /* the next of the same object, until this one has ended */
};

enum { TICKET_CHAINS = 1024 };

struct tickets {
	int64_t last;
	struct change_list all; /* oldest first */
	struct change_list ready[SORTS], running, ended;
	size_t ready_count, ended_count;
	struct change_chain of_number[TICKET_CHAINS], of_subject[TICKET_CHAINS];
};

void tickets_init(struct tickets *tickets);

/* In with it, by a new number or by the one it had. An update or delete that another of its object is before waits for that. */
void tickets_insert(struct tickets *tickets, struct change *change);
void tickets_insert_again(struct tickets *tickets, struct change *change);
/* Out with it; it is the caller's then. */
void tickets_remove(struct tickets *tickets, struct change *change);

struct change *tickets_find(const struct tickets *tickets, int64_t number);
/* The create of that name that has not ended, has failed, or whose record is kept. */
struct change *tickets_find_create(
	const struct tickets *tickets, unsigned resource, const char *name);
/* The last update or delete of that object that has not ended. */
struct change *tickets_find_last(const struct tickets *tickets, unsigned resource, const char *id);

/* It may run, as soon as it waits for no other. */
void tickets_queue(struct tickets *tickets, struct change *change);
/* The oldest that may run, of a sort that is not full: it runs now. Or NULL. */
struct change *tickets_take(struct tickets *tickets, const bool full[SORTS]);
/* It has ended, and who waited for it may run. */
void tickets_end(struct tickets *tickets, struct change *change);
/* One that ended long ago, or that too many ended after, and whose record need not outlive it; removed. Or NULL. */
struct change *tickets_take_old(struct tickets *tickets);

#endif
