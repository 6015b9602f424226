#ifndef DOCLOUD_ERROR_H
#define DOCLOUD_ERROR_H

#include <stddef.h>

/*
 * What went wrong, as a value: an errno for programs and a sentence for people.
 *
 * Functions that can fail return 0 or a negative errno and take a `struct error *`, which may be
 * NULL. The lowest layer that knows what happened writes the sentence once (what, which object,
 * what to do); upper layers may put a prefix before it. The first message wins: error_set() on an
 * error that is set already changes nothing. No secret is ever part of a message.
 */
struct error {
	int code;	    /* positive errno, 0 when nothing went wrong */
	char message[1000]; /* one sentence in UTF-8, no newline at its end */
};

/* Set *err unless it is set already. Returns -code, so that callers `return error_set(…)`. */
int error_set(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with what another one says, which may be nothing: 0 then. */
int error_move(struct error *to, const struct error *from);

/* Put "text: " before the message of an error that is set. Returns -err->code; -EIO for NULL. */
int error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Forget it. */
void error_clear(struct error *err);

/*
 * Copies text so that a terminal shows it harmlessly: control characters and bytes that are not
 * UTF-8 become '?'; cut to size - 1 bytes at a character's border. Returns to.
 */
char *text_plain(char *to, size_t size, const char *from);

#endif
