#ifndef SANDBOX_CENSUS_H
#define SANDBOX_CENSUS_H

struct request;

/* Counts requests, by their method and the path of their operation. */
struct census;

struct census *census_create(void);
void census_destroy(struct census *census);

/* A request came in. */
void census_count(struct census *census, const struct request *request);

/* Its operation was reached, and it was answered. */
void census_reach(struct census *census, const struct request *request);

/* GET and DELETE /sandbox/requests. */
void census_show(struct request *request, unsigned kind);
void census_clear(struct request *request, unsigned kind);

/*
 * GET /sandbox/operations: every operation, what its body must be (shape.h), how often it was reached since the start and how often
 * with success; with ?samples, each with a path and a body that would be right now. ?method= and ?path=
 * choose one.
 */
void census_operations(struct request *request, unsigned kind);

#endif
