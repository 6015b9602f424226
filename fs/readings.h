#ifndef DOCLOUD_READINGS_H
#define DOCLOUD_READINGS_H

#include "subject.h"

/*
 * Where files are read without being opened (a mount with `ro`), what they said last: the kernel asks for a file's size and
 * for its text in several requests, also in the middle of it, and all that belongs to one reading has to be of one text.
 * Of live files only (content.h), and of the latest ones.
 */
struct readings;

struct readings *readings_create(void);
void readings_destroy(struct readings *readings);

/*
 * What a file says: the text that is kept, when that was made within the last max_age ms, or a new one, which is kept from
 * then on. *ret is freed by the caller. Errors of content_read().
 */
int readings_text(struct mount *mount, struct node node, int64_t max_age, char **ret,
	size_t *ret_length, struct error *err);
/* The text that is kept, of any age, freed by the caller; NULL for none. */
char *readings_last(struct readings *readings, struct node node, size_t *ret_length);

#endif
