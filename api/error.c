#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

/* snprintf cuts between bytes; drop what is left of the character that did not fit. */
static void end_at_character(char *text)
{
	size_t length = strlen(text), at = length;

	while (at > 0 && at + 4 > length && ((unsigned char)text[at - 1] & 0xc0) == 0x80)
		at--;
	if (at == 0 || ((unsigned char)text[at - 1] & 0x80) == 0)
		return;
	uint32_t point;
	if (utf8_next(text + at - 1, &point) == 0)
		text[at - 1] = '\0';
}

int error_set(struct error *err, int code, const char *format, ...)
{
	va_list arguments;

	if (err == NULL || err->code != 0)
		return -code;
	va_start(arguments, format);
	int length = vsnprintf(err->message, sizeof err->message, format, arguments);
	va_end(arguments);
	if (length < 0)
		err->message[0] = '\0';
	if ((size_t)length >= sizeof err->message)
		end_at_character(err->message);
	err->code = code;
	return -code;
}

int error_move(struct error *to, const struct error *from)
{
	return from->code == 0 ? 0 : error_set(to, from->code, "%s", from->message);
}

int error_prefix(struct error *err, const char *format, ...)
{
	char old[sizeof err->message];
	va_list arguments;

	if (err == NULL)
		return -EIO;
	if (err->code == 0)
		return 0;
	memcpy(old, err->message, sizeof old);
	va_start(arguments, format);
	int length = vsnprintf(err->message, sizeof err->message, format, arguments);
	va_end(arguments);
	size_t used = length > 0 ? strnlen(err->message, sizeof err->message - 1) : 0;
	size_t room = sizeof err->message - used;
	if ((size_t)snprintf(err->message + used, room, ": %.*s", (int)sizeof old, old) >= room)
		end_at_character(err->message);
	return -err->code;
}

void error_clear(struct error *err)
{
	if (err == NULL)
		return;
	err->code = 0;
	err->message[0] = '\0';
}

/* Marks that turn the direction of writing round can make a harmless text of a harmful one. */
static bool turns_direction(uint32_t point)
{
	return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

char *text_plain(char *to, size_t size, const char *from)
{
	size_t used = 0;

	while (*from != '\0') {
		uint32_t point = 0;
		size_t length = utf8_next(from, &point);
		bool plain = length > 0 && !utf8_is_control(point) && !turns_direction(point);
		size_t wanted = plain ? length : 1;

		if (used + wanted >= size)
			break;
		if (plain)
			memcpy(to + used, from, length);
		else
			to[used] = '?';
		used += wanted;
		from += length > 0 ? length : 1;
	}
	if (size > 0)
		to[used] = '\0';
	return to;
}
