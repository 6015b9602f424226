#ifndef SANDBOX_CENSUS_H
#define SANDBOX_CENSUS_H

struct request;

/* How many requests came, by method and pattern: what a test reads to learn what something cost. */
struct census;

struct census *census_create(void);
void census_destroy(struct census *census);

void census_count(struct census *census, const char *method, const char *pattern);

/* GET and DELETE /sandbox/requests. */
void census_show(struct request *request, unsigned kind);
void census_clear(struct request *request, unsigned kind);

#endif
