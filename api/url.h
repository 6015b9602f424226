#ifndef DOCLOUD_URL_H
#define DOCLOUD_URL_H

#include <stdbool.h>

#include "error.h"

/* The API's address, taken apart as far as docloud has to know it. */
struct url {
	char *base;	/* without a '/' at its end */
	char host[264]; /* with the port if one was given, for messages */
	bool tls, loopback;
};

/* EINVAL for what is no http(s) URL of a host, or http to another machine: the token would be readable. */
int url_parse(struct url *url, const char *text, struct error *err);
void url_finish(struct url *url);

#endif
