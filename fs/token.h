#ifndef DOCLOUD_TOKEN_H
#define DOCLOUD_TOKEN_H

#include "api/error.h"

/*
 * The API token, first found: the file, $DIGITALOCEAN_ACCESS_TOKEN, $DIGITALOCEAN_TOKEN, doctl's configuration (its
 * current context, or the one named). Freed by the caller; NULL with a sentence that tells a newcomer what to do.
 */
char *token_find(const char *file, const char *context, struct error *err);

#endif
