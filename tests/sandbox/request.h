#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct object;
struct operation;
struct sandbox;

enum { REQUEST_PAIRS = 16, REQUEST_ARGUMENTS = 5, REQUEST_SEGMENTS = 16 };

struct pair {
	char *name;
	char *value; /* NULL when it has no `=` */
};

/* A request and the answer to it. */
struct request {
	struct sandbox *sandbox;
	const char *method;
	const char *path;
	const char *segment[REQUEST_SEGMENTS]; /* of the path, percent-decoded */
	unsigned segments;
	struct pair query[REQUEST_PAIRS];
	unsigned pairs;
	const struct operation *operation;	 /* what was asked for; NULL: nothing of the API */
	const char *argument[REQUEST_ARGUMENTS]; /* the values of its path's parameters */
	char scope[512];			 /* rest_scope()'s */
	cJSON *note;				 /* of the object that is being made */
	cJSON *body;				 /* NULL: none was sent */
	bool dangerous;				 /* with the header X-Dangerous: true */
	bool observer; /* X-Observer: true: a test looks, and nothing is reached */
	char base[64]; /* http://HOST:PORT, for links */
	char id[37];

	/* the answer: */
	unsigned status;
	char *text;
	size_t length;
	const char *type; /* of its content; NULL: JSON */
	long retry_after; /* seconds; 0: no such header */
};

/* Undoes percent-encoding, in place. */
void request_decode(char *text);

/* The query's value; NULL when the parameter is not there. */
const char *request_query(const struct request *request, const char *name);

/* Fills in `segment` from the path; false when it has too many. `room` is overwritten. */
bool request_split(struct request *request, char *room);

/* Answers; each is the last word on its request. `tree` and `text` are taken. */
void answer_tree(struct request *request, unsigned status, cJSON *tree);
void answer_text(struct request *request, unsigned status, char *text, size_t length);
void answer_nothing(struct request *request);

/* An error with the API's name for its status. Returns false, which is what hooks return then. */
bool answer_error(struct request *request, unsigned status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool answer_not_found(struct request *request);

/* {KEY: OBJECT} */
void answer_member(struct request *request, unsigned status, const char *key, cJSON *tree);

#endif
