#ifndef DOCLOUD_TESTS_API_SERVER_H
#define DOCLOUD_TESTS_API_SERVER_H

#include "api/http.h"

/* A server on loopback that does to each request what a script says: one entry a request, the last stays. */
#define JSON_HEAD "Content-Type: application/json\r\n"
#define OK_ANSWER "HTTP/1.1 200 OK\r\n" JSON_HEAD "Content-Length: 8\r\n\r\n{\"a\": 1}"

/* What a script can say besides an answer. */
extern const char RESET[], STALL[], FOREVER[], SLOW[]; /* OK_ANSWER after 3.5 s */

/* For a group of tests. */
int server_start(void **state);
int server_stop(void **state);

/* A client of it, or of whatever is at that port. */
struct http *server_client(const char *const *script, int64_t timeout_ms);
struct http *server_client_at(int port, int64_t timeout_ms);

/* Since the client was made. */
unsigned server_requests(void);
unsigned server_connections(void);
/* The last request as it came; valid as long as no other comes. */
const char *server_last(void);

#endif
