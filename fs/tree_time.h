#ifndef DOCLOUD_TREE_TIME_H
#define DOCLOUD_TREE_TIME_H

#include "subject.h"

/*
 * When nodes changed, and how long that is believed.
 *
 * The kernel keeps what it read of a directory or of a file until it sees another mtime, which it asks for when it believes
 * the last one no more. So everything that shows in a list shows in the directory's mtime: the seconds are the
 * object's, and what else is in the list moves the nanoseconds.
 */

/* Of what belongs to an object. -EINPROGRESS while another listing that shows in it is too old. */
int tree_time(
	const struct subject *subject, struct node node, struct timespec *ret, struct error *err);
/* Of everything else. */
struct timespec tree_time_of_list(struct mount *mount, struct node node);

/* Of a file that is made of more than its object: with what it says. */
struct timespec tree_time_of_text(struct timespec time, const char *text);

/* Of a file of the root: when it was first seen to say this; another text of the same second has another time. */
struct timespec tree_time_of_view(struct mount *mount, struct node node, const char *text);

/* How long the listing it comes from is believed, in ms; the one beneath an object is not made only to say: not at all. */
int64_t tree_fresh_ms(struct mount *mount, struct node node);

#endif
