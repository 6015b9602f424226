#ifndef DOCLOUD_INTERN_H
#define DOCLOUD_INTERN_H

#include <stddef.h>
#include <stdint.h>

/*
 * Strings to small numbers that stay: the same string always gets the same number, counted from 0,
 * and the number gives the string back. Grows up to a limit, never shrinks. Safe from all threads;
 * its lock is a leaf.
 */
struct intern;

#define INTERN_NONE UINT32_MAX

struct intern *intern_create(uint32_t limit);
void intern_destroy(struct intern *intern);

/* The string's number, given now if it has none; INTERN_NONE when the limit is reached. */
uint32_t intern_put(struct intern *intern, const char *text);
/* The string of a number, valid as long as the table; NULL if it was never given. */
const char *intern_text(struct intern *intern, uint32_t number);

/* A number for any string, another one for almost any other string. */
uint32_t intern_hash(const char *text);

#endif
