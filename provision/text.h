#ifndef DOCLOUD_TEXT_H
#define DOCLOUD_TEXT_H

#include <stddef.h>

/* Text that grows. Starts as all zeros; data is NUL-terminated once something was added. */
struct text {
	char *data;
	size_t length, size;
};

void text_add(struct text *text, const char *data, size_t length);
void text_print(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Gives the memory away: "" when nothing was added. */
char *text_take(struct text *text);
void text_finish(struct text *text);

/* In one line; freed by the caller. */
char *text_base64(const unsigned char *data, size_t length);

#define CLEANUP_TEXT __attribute__((cleanup(text_finish)))

#endif
