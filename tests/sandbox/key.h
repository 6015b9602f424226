#ifndef SANDBOX_KEY_H
#define SANDBOX_KEY_H

#include <cjson/cJSON.h>
#include <stdbool.h>

struct request;

enum { FINGERPRINT_SIZE = 49 };

/* The MD5 fingerprint of an OpenSSH public key (a:b:c…), as the API names keys; false: it is none. */
bool key_fingerprint(const char *public_key, char fingerprint[FINGERPRINT_SIZE]);

/* The hook of the kind (kind.h). */
bool key_create(struct request *request, cJSON *object);

#endif
