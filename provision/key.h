#ifndef DOCLOUD_KEY_H
#define DOCLOUD_KEY_H

#include <stdbool.h>
#include <stddef.h>

/* Public keys as text, "TYPE BASE64". */

/* Of a key as SSH sends it; NULL when it is none. Freed by the caller. */
char *key_text(const unsigned char *blob, size_t length);

/* Is it one of the pinned ones (a line each, perhaps with comments behind)? NULL has none. */
bool key_pinned(const char *pinned, const char *shown);

#endif
