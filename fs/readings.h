#ifndef DOCLOUD_READINGS_H
#define DOCLOUD_READINGS_H

#include "subject.h"

/*
 * Where files are read without being opened (a mount with `ro`), what they said last: the kernel asks for a file's size and
 * for its text in several requests, also in the middle of it, and all that belongs to one reading has to be of one text.
 * Of live files only (content.h), and of the latest ones.
 */
struct readings;

/* For how long a text is that of a reading that begins, and of one that goes on. */
enum { READING_BEGINS_MS = 1000, READING_LASTS_MS = 10000 };

struct readings *readings_create(void);
void readings_destroy(struct readings *readings);

/*
 * What a file says: the text that is kept, when that was made within the last max_age ms, or a new one, which is kept from
 * then on. *ret is freed by the caller. Errors of content_read().
 */
int readings_text(struct mount *mount, struct node node, int64_t max_age, char **ret,
	size_t *ret_length, struct error *err);

#endif
