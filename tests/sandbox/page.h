#ifndef SANDBOX_PAGE_H
#define SANDBOX_PAGE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct object;
struct request;

/* A page of a list: all matching items are counted, those of the page asked for are shown. */
struct page {
	struct request *request;
	unsigned number;
	unsigned size;
	size_t total;
	size_t shown;
	bool whole; /* all of the list, without links and meta */
	char *text;
	size_t length, room;
};

/* Reads `page` and `per_page` from the query; out of range, they are brought into it. */
void page_begin(struct page *page, struct request *request, const char *list_key);

/* Counts an item; true when it is one to show. */
bool page_next(struct page *page);

/* Shows the item that was counted last. */
void page_show(struct page *page, const char *text, size_t length);

/* The same; takes the tree. */
void page_show_tree(struct page *page, cJSON *tree);

/* Answers with the page, its links and its total. */
void page_end(struct page *page);

/* The whole of a list: all objects of the kind that `matches` (NULL: any) says yes to. */
typedef bool page_match(const struct object *object, const void *context);
void page_answer(struct request *request, unsigned kind, const char *scope, page_match *matches,
	const void *context);

#endif
