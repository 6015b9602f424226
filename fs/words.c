#include "words.h"

#include <stdlib.h>
#include <string.h>

#include "api/memory.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Steps over text one character at a time and knows whether it is inside quotes. */
struct scan {
	const char *text;
	size_t at;
	char quote;
};

static void scan_next(struct scan *scan)
{
	const char *text = scan->text;
	char c = text[scan->at], before = scan->at ? text[scan->at - 1] : ' ';
	if (scan->quote == '"' && c == '\\' && text[scan->at + 1])
		scan->at++;
	else if (scan->quote && c == scan->quote)
		scan->quote = '\0';
	else if (!scan->quote && (c == '"' || c == '\'') &&
		 (is_blank(before) || strchr(c == '"' ? "=,:{[" : "=,", before)))
		scan->quote = c;
	scan->at++;
}

size_t word_length(const char *text, const char *separators)
{
	struct scan scan = {.text = text};
	while (text[scan.at] && (scan.quote || !strchr(separators, text[scan.at])))
		scan_next(&scan);
	return scan.at;
}

size_t line_length(const char *line)
{
	struct scan scan = {.text = line};
	while (line[scan.at]) {
		if (!scan.quote && line[scan.at] == '#' &&
			(scan.at == 0 || is_blank(line[scan.at - 1])))
			break;
		scan_next(&scan);
	}
	return scan.at;
}

char *word_trim(char *text)
{
	while (is_blank(*text))
		text++;
	size_t length = strlen(text);
	while (length > 0 && (is_blank(text[length - 1]) || text[length - 1] == '\r'))
		text[--length] = '\0';
	return text;
}

static char unescape(char c)
{
	return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
}

char *word_unquote(const char *word)
{
	char quote = *word;
	if (quote != '"' && quote != '\'')
		return xstrdup(word);
	char *text = xmalloc(strlen(word) + 1), *to = text;
	const char *from = word + 1;
	for (; *from && *from != quote; from++) {
		if (quote == '"' && *from == '\\' && from[1] && strchr("ntr\"\\", from[1]))
			*to++ = unescape(*++from);
		else
			*to++ = *from;
	}
	*to = '\0';
	if (*from == quote && from[1] == '\0')
		return text;
	free(text);
	/* "a" "b" is two words, as a whole quoted by nothing. */
	return *from == quote ? xstrdup(word) : NULL;
}

char *word_quote(const char *word)
{
	bool plain = *word && !strpbrk(word, " \t\r\n,#\\") && *word != '"' && *word != '\'';
	if (plain)
		return xstrdup(word);
	char *text = xmalloc(strlen(word) * 2 + 3), *to = text;
	*to++ = '"';
	for (; *word; word++) {
		const char *special = strchr("\nn\tt\rr\"\"\\\\", *word);
		if (special && strchr("\n\t\r\"\\", *word)) {
			*to++ = '\\';
			*to++ = special[1];
		} else {
			*to++ = *word;
		}
	}
	*to++ = '"';
	*to = '\0';
	return text;
}

void words_add(struct words *words, char *item)
{
	words->items = xrealloc(words->items, words->count + 2, sizeof(*words->items));
	words->items[words->count++] = item;
	words->items[words->count] = NULL;
}

void words_split(struct words *words, const char *text, const char *separators)
{
	for (;;) {
		text += strspn(text, separators);
		if (!*text)
			return;
		size_t length = word_length(text, separators);
		words_add(words, xstrndup(text, length));
		text += length;
	}
}

void words_finish(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->items[i]);
	free(words->items);
	*words = (struct words){0};
}
