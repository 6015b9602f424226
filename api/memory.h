#ifndef DOCLOUD_MEMORY_H
#define DOCLOUD_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Memory that is there or the process is not: docloud's allocations are small and bounded, and a
 * machine that cannot give them will not run a recovery path that nobody ever tested. What must
 * survive such an end is in the journal.
 */
void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *old, size_t count, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *text) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *text, size_t length) __attribute__((malloc, returns_nonnull));
/* These bytes, which may hold NULs, with one more behind them. */
char *xmemdup(const void *bytes, size_t size) __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *format, ...)
	__attribute__((malloc, returns_nonnull, format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list arguments)
	__attribute__((malloc, returns_nonnull, format(printf, 1, 0)));

/* Frees a NULL-terminated list and the texts in it. Takes NULL. */
void names_free(char **names);

#endif
