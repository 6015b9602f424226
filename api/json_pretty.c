#include <stdio.h>
#include <stdlib.h>

#include "json.h"

static void put_line(FILE *to, unsigned depth)
{
	fputc_unlocked('\n', to);
	while (depth-- > 0)
		fwrite_unlocked("  ", 1, 2, to);
}

/* A string as it is, quotes and all. Returns what comes after it. */
static const char *put_string(FILE *to, const char *text)
{
	const char *end = text + 1;

	while (*end != '"')
		end += *end == '\\' ? 2 : 1;
	end++;
	fwrite_unlocked(text, 1, (size_t)(end - text), to);
	return end;
}

/* Indented by two blanks; cJSON's own form has tabs. The text is cJSON's, so that nothing in it needs to be checked. */
static void print_pretty(FILE *to, const char *text)
{
	unsigned depth = 0;

	while (*text != '\0') {
		bool opens = *text == '{' || *text == '[', closes = *text == '}' || *text == ']';
		if (*text == '"') {
			text = put_string(to, text);
			continue;
		}
		if (closes)
			put_line(to, --depth);
		fputc_unlocked(*text, to);
		if (*text == ':')
			fputc_unlocked(' ', to);
		text++;
		if (opens && (*text == '}' || *text == ']'))
			fputc_unlocked(*text++, to);
		else if (opens)
			put_line(to, ++depth);
		else if (text[-1] == ',')
			put_line(to, depth);
	}
}

char *json_print_pretty(const struct json *value)
{
	char *compact = json_print(value), *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);

	if (to == NULL)
		abort();
	print_pretty(to, compact);
	if (fclose(to) != 0)
		abort();
	free(compact);
	return text;
}
