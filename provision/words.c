#include <string.h>

#include "stack.h"
#include "text.h"

enum { WORD_MAX = 64 };

char *shell_quote(const char *word)
{
	struct text quoted = {0};

	text_add(&quoted, "'", 1);
	for (const char *end; (end = strchr(word, '\'')) != NULL; word = end + 1) {
		text_add(&quoted, word, (size_t)(end - word));
		text_add(&quoted, "'\\''", 4);
	}
	text_add(&quoted, word, strlen(word));
	text_add(&quoted, "'", 1);
	return text_take(&quoted);
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
static unsigned distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned rows[3][WORD_MAX + 1];

	for (unsigned j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (unsigned i = 1; i <= a_length; i++) {
		unsigned *row = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
		row[0] = i;
		for (unsigned j = 1; j <= b_length; j++) {
			row[j] = least(last[j - 1] + (a[i - 1] != b[j - 1]),
				least(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

const char *word_nearest(const char *word, const char *const *words)
{
	size_t length = strlen(word);
	const char *nearest = NULL;

	if (length == 0 || length > WORD_MAX)
		return NULL;
	unsigned best = length < 3 ? 1 : length < 6 ? 2 : 3;
	best++;
	for (; *words != NULL; words++) {
		size_t other = strlen(*words);
		if (other > WORD_MAX)
			continue;
		unsigned d = distance(word, length, *words, other);
		if (d < best && d < other) {
			best = d;
			nearest = *words;
		}
	}
	return nearest;
}
