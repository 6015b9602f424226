#ifndef DOCLOUD_WORDS_H
#define DOCLOUD_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The small grammar that spec, action and lists in them share: words between separators, "quoted" where they hold
 * one. A quote opens only where a word or a value begins, or a text in JSON, so that "it's" is what it says. Pure.
 */

/* Length of the word at text: up to one of the separators, or the end, outside quotes. */
size_t word_length(const char *text, const char *separators);
/* Where the line's comment begins ('#' at its start or after white space, outside quotes), or its end. */
size_t line_length(const char *line);
/* White space at both ends taken away, in place. */
char *word_trim(char *text);
/* What stands between the quotes that surround the whole word, or the word itself; NULL when a quote does not end. In
 * double quotes \n, \t, \" and \\ are known. Freed by the caller. */
char *word_unquote(const char *word);
/* The word in a form that word_unquote() turns back into it. Freed by the caller. */
char *word_quote(const char *word);

/* Words of a text, each still quoted. */
struct words {
	char **items; /* ends with NULL; NULL when there is none */
	size_t count;
};
void words_split(struct words *words, const char *text, const char *separators);
/* Appends; takes item. */
void words_add(struct words *words, char *item);
void words_finish(struct words *words);
#define CLEANUP_WORDS __attribute__((cleanup(words_finish)))

#endif
