#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fs/options.h"
#include "help.h"
#include "views.h"

/* docloud(1) from the tables that --help and help/ are made from, so that it says what they say. */

static const char head[] =
	".TH DOCLOUD 1\n.SH NAME\ndocloud \\- a DigitalOcean account as a directory\n"
	".SH SYNOPSIS\n.B docloud\n[\\-f] [\\-d] [\\-o OPTION,...] MOUNTPOINT\n.br\n.B docloud\n"
	"\\-\\-sandbox[=DIR] MOUNTPOINT\n.br\n.B docloud\n\\-\\-help[=TOPIC]\n"
	".SH DESCRIPTION\n";

/* Nothing in a text is roff's: neither what begins a line nor what stands in it. */
static void put_text(FILE *out, const char *text)
{
	for (const char *at = text; *at; at++) {
		bool first = at == text || at[-1] == '\n';
		if (first && (*at == '.' || *at == '\''))
			fputs("\\&", out);
		if (*at == '\\')
			fputs("\\e", out);
		else if (*at == '-')
			fputs("\\-", out);
		else
			fputc(*at, out);
	}
}

static void put_block(FILE *out, const char *text)
{
	fputs(".nf\n", out);
	put_text(out, text);
	fputs(".fi\n", out);
}

static void put_entry(void *context, const char *name, const char *help, const char *fallback)
{
	FILE *out = context;
	fputs(".TP\n.B ", out);
	put_text(out, name);
	fputc('\n', out);
	put_text(out, help ? help : "");
	fputs(*fallback ? "; when not given, " : "", out);
	put_text(out, fallback);
	fputc('\n', out);
}

char *help_manual(void)
{
	static const char *const topics[][2] = {{"SPEC", "spec"}, {"STACK", "stack"},
		{"DESTROYING", "destroy"}, {"ERRORS", "errno"}};
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		abort();
	fputs(head, out);
	put_block(out, readme_text);
	fputs(".SH OPTIONS\n", out);
	options_visit(put_entry, out);
	fputs(".SH FILES\n", out);
	for (const struct view *view = views; view->name; view++)
		put_entry(out, view->name, view->help, "");
	for (unsigned kind = 0; kind < KINDS; kind++)
		put_entry(out, kinds[kind]->resource.name, kinds[kind]->help, "");
	fputs("The files, keys and actions of each are in\n.BR help/ ,\nor printed by\n.BR "
	      "docloud\n\\-\\-help=KIND.\n",
		out);
	for (size_t i = 0; i < sizeof(topics) / sizeof(*topics); i++) {
		fprintf(out, ".SH %s\n", topics[i][0]);
		put_block(out, help_text(topics[i][1]));
	}
	fclose(out);
	return text;
}
