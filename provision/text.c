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
