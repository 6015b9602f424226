#include "key.h"

#include <stdlib.h>
#include <string.h>

#include "api/memory.h"
#include "text.h"

enum { SHOWN_KEY_MAX = 8192 };

/* "TYPE BASE64" of a key blob, which begins with the length and the name of its type. */
char *key_text(const unsigned char *blob, size_t length)
{
	if (length < 8 || length > SHOWN_KEY_MAX)
		return NULL;
	size_t name = (size_t)blob[2] << 8 | blob[3];
	if (blob[0] != 0 || blob[1] != 0 || name > 64 || name + 4 > length)
		return NULL;
	char *encoded = text_base64(blob, length);
	char *text = xasprintf("%.*s %s", (int)name, (const char *)blob + 4, encoded);
	free(encoded);
	return text;
}

/* Is it one of the pinned keys (a line each, perhaps with comments behind)? */
bool key_pinned(const char *pinned, const char *shown)
{
	size_t length = strlen(shown);

	while (pinned != NULL) {
		if (strncmp(pinned, shown, length) == 0 && strchr(" \n", pinned[length]) != NULL)
			return true; /* strchr finds the NUL too */
		pinned = strchr(pinned, '\n');
		if (pinned != NULL)
			pinned++;
	}
	return false;
}
