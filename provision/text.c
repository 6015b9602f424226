#include "text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"

void text_add(struct text *text, const char *data, size_t length)
{
	if (text->length + length + 1 > text->size) {
		text->size = (text->length + length + 64) * 2;
		text->data = xrealloc(text->data, text->size, 1);
	}
	if (length > 0)
		memcpy(text->data + text->length, data, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void text_print(struct text *text, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	CLEANUP_FREE char *printed = xvasprintf(format, arguments);
	va_end(arguments);
	text_add(text, printed, strlen(printed));
}

char *text_take(struct text *text)
{
	text_add(text, "", 0);
	char *data = text->data;
	*text = (struct text){0};
	return data;
}

void text_finish(struct text *text)
{
	free(text->data);
	*text = (struct text){0};
}

char *text_base64(const unsigned char *data, size_t length)
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
