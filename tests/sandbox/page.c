#include "page.h"

#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_DEFAULT = 20, PAGE_MOST = 200 };

static unsigned page_parameter(const struct request *request, const char *name, unsigned fallback)
{
	const char *value = request_query(request, name);
	long number = value ? strtol(value, NULL, 10) : 0;

	return number < 1 || number > 1000000000 ? fallback : (unsigned)number;
}

/* Half a megabyte a page: a stream in memory would clear all of it before it is written, and move it as it grows. */
static void add(struct page *page, const char *text, size_t length)
{
	if (page->length + length > page->room) {
		page->room = (page->length + length) * 2;
		char *grown = realloc(page->text, page->room);
		if (!grown)
			abort();
		page->text = grown;
	}
	memcpy(page->text + page->length, text, length);
	page->length += length;
}

void page_begin(struct page *page, struct request *request, const char *list_key)
{
	*page = (struct page){.request = request};
	page->number = page_parameter(request, "page", 1);
	page->size = page_parameter(request, "per_page", PAGE_DEFAULT);
	if (page->size > PAGE_MOST)
		page->size = PAGE_MOST;
	add(page, "{\"", 2);
	add(page, list_key, strlen(list_key));
	add(page, "\":[", 3);
}

bool page_next(struct page *page)
{
	size_t first = (size_t)(page->number - 1) * page->size;
	size_t index = page->total++;

	return page->whole || (index >= first && index - first < page->size);
}

void page_show(struct page *page, const char *text, size_t length)
{
	if (page->shown++)
		add(page, ",", 1);
	add(page, text, length);
}

void page_show_tree(struct page *page, cJSON *tree)
{
	TEXT_AUTO *text = cJSON_PrintUnformatted(tree);

	page_show(page, text, strlen(text));
	cJSON_Delete(tree);
}

static void page_encode(FILE *out, const char *text)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:";

	for (; *text; text++)
		if (strchr(plain, *text))
			fputc(*text, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*text);
}

/* The same question, for another page. */
static void page_link(
	FILE *out, const struct page *page, const char *relation, size_t number, bool *first)
{
	const struct request *request = page->request;

	fprintf(out, "%s\"%s\":\"%s%s?", *first ? "" : ",", relation, request->base, request->path);
	*first = false;
	for (unsigned i = 0; i < request->pairs; i++) {
		const struct pair *pair = &request->query[i];

		if (!strcmp(pair->name, "page") || !strcmp(pair->name, "per_page") || !pair->value)
			continue;
		page_encode(out, pair->name);
		fputc('=', out);
		page_encode(out, pair->value);
		fputc('&', out);
	}
	fprintf(out, "page=%zu&per_page=%u\"", number, page->size);
}

static void page_links(FILE *out, const struct page *page)
{
	size_t last = page->total ? (page->total + page->size - 1) / page->size : 1;
	bool first = true;

	fputs(",\"links\":{", out);
	if (last > 1) {
		fputs("\"pages\":{", out);
		if (page->number > 1) {
			page_link(out, page, "first", 1, &first);
			page_link(out, page, "prev", page->number > last ? last : page->number - 1,
				&first);
		}
		if (page->number < last) {
			page_link(out, page, "next", page->number + 1, &first);
			page_link(out, page, "last", last, &first);
		}
		fputc('}', out);
	}
	fprintf(out, "},\"meta\":{\"total\":%zu}", page->total);
}

void page_end(struct page *page)
{
	TEXT_AUTO *rest = NULL;
	size_t length;
	FILE *out = open_memstream(&rest, &length);

	if (!out)
		abort();
	fputc(']', out);
	if (!page->whole)
		page_links(out, page);
	fputc('}', out);
	if (fclose(out))
		abort();
	add(page, rest, length + 1); /* with the end of the string, */
	page->length--;		     /* which is not counted */
	answer_text(page->request, 200, page->text, page->length);
}

static void page_object(struct page *page, unsigned kind, const struct object *object)
{
	if (rest_is_plain(kind, object))
		page_show(page, object->text, object->length);
	else
		page_show_tree(page, rest_tree(page->request->sandbox, kind, object));
}

void page_answer(struct request *request, unsigned kind, const char *scope, page_match *matches,
	const void *context)
{
	const struct store *store = request->sandbox->store;
	size_t count = store_count(store, kind);
	const struct object *object;
	struct page page;

	page_begin(&page, request,
		request->operation->key ? request->operation->key : kind_at(kind)->list_key);
	page.whole = kind_at(kind)->unpaged;
	for (size_t i = 0; i < count; i++) {
		object = store_at(store, kind, kind_at(kind)->newest_first ? count - 1 - i : i);
		if (scope && strcmp(object->scope, scope) != 0)
			continue;
		if (matches && !matches(object, context))
			continue;
		if (page_next(&page))
			page_object(&page, kind, object);
	}
	page_end(&page);
}
