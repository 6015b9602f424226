#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

#include <stdint.h>

struct request;

/* What goes wrong on purpose; the list is put at run time (/sandbox/faults). */
enum fault {
	FAULT_NONE,
	FAULT_STATUS,	    /* answered with an error; nothing took effect */
	FAULT_RATE_LIMIT,   /* likewise, with a 429 */
	FAULT_RESET_BEFORE, /* the connection is reset; nothing took effect */
	FAULT_RESET_AFTER,  /* likewise, but the request took effect */
	FAULT_TRUNCATE,	    /* half an answer, then the connection is closed */
	FAULT_GARBAGE,	    /* an answer that is no JSON */
	FAULT_DELAY,	    /* late, else as it should be */
	FAULT_LATE,	    /* likewise, and though the client has gone */
	FAULT_RESET_LATE, /* the connection is reset at once, and later the request takes effect */
	FAULT_STALL,	  /* half an answer, then nothing, ever */
	FAULT_COUNT
};

struct faults;

struct faults *faults_create(uint64_t seed);
void faults_destroy(struct faults *faults);

/* The fault for this request, and its number: the status or the milliseconds. */
enum fault faults_take(struct faults *faults, const struct request *request, unsigned *ret_number);

/* PUT, GET and DELETE /sandbox/faults. */
void faults_put(struct request *request, unsigned kind);
void faults_show(struct request *request, unsigned kind);
void faults_clear(struct request *request, unsigned kind);

#endif
