#ifndef DOCLOUD_UTF8_H
#define DOCLOUD_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * The character at text, of which the end is a NUL: its length in bytes, and its code point in *ret.
 * 0 for bytes that are not UTF-8 (overlong forms and surrogates are none) and at the end.
 */
static inline size_t utf8_next(const char *text, uint32_t *ret)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *byte = (const unsigned char *)text;
	size_t length = byte[0] < 0x80	 ? 1
			: byte[0] < 0xc2 ? 0
			: byte[0] < 0xe0 ? 2
			: byte[0] < 0xf0 ? 3
			: byte[0] < 0xf5 ? 4
					 : 0;

	if (length == 0 || byte[0] == '\0')
		return 0;
	uint32_t point = length == 1 ? byte[0] : byte[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (byte[i] & 0x3f);
	}
	if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
		return 0;
	*ret = point;
	return length;
}

/* C0, DEL and C1: what a terminal may take for a command. */
static inline int utf8_is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

#endif
