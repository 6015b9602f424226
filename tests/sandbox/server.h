#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

struct sandbox;

/* HTTP: connections, the token, the limits and faults; what a request means is the router's. */
struct server;

/* NULL after a message on stderr when the address cannot be listened on. */
struct server *server_start(struct sandbox *sandbox);
void server_stop(struct server *server);

unsigned server_port(const struct server *server);

#endif
