#include "key.h"

#include <stdlib.h>
#include <string.h>

#include "api/memory.h"

enum { SHOWN_KEY_MAX = 8192 };

static char *base64(const unsigned char *data, size_t length)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = xmalloc((length + 2) / 3 * 4 + 1), *to = text;

	for (size_t i = 0; i < length; i += 3) {
		unsigned group = (unsigned)data[i] << 16;
		if (i + 1 < length)
			group |= (unsigned)data[i + 1] << 8;
		if (i + 2 < length)
			group |= data[i + 2];
		*to++ = digits[group >> 18];
		*to++ = digits[group >> 12 & 63];
		*to++ = i + 1 < length ? digits[group >> 6 & 63] : '=';
		*to++ = i + 2 < length ? digits[group & 63] : '=';
	}
	*to = '\0';
	return text;
}

/* "TYPE BASE64" of a key blob, which begins with the length and the name of its type. */
char *key_text(const unsigned char *blob, size_t length)
{
	if (length < 8 || length > SHOWN_KEY_MAX)
		return NULL;
	size_t name = (size_t)blob[2] << 8 | blob[3];
	if (blob[0] != 0 || blob[1] != 0 || name > 64 || name + 4 > length)
		return NULL;
	char *encoded = base64(blob, length);
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
