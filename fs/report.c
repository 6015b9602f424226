#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/intern.h"
#include "api/memory.h"

enum { LINES = 200, CHAINS = 2048, CHAIN_MOST = 64 };

/* Of the ring of the latest, which `errors` shows. */
struct line {
	time_t time;
	char *path, *message;
};

/* What stands against a path as a whole (file NULL) or against one of its files. */
struct failure {
	struct failure *next;
	char *path, *file, *message;
	int code;
	time_t time;
};

struct reports {
	pthread_mutex_t lock; /* leaf: of all below */
	struct line ring[LINES];
	unsigned next;
	struct failure *chains[CHAINS]; /* by path */
};

struct reports *reports_create(void)
{
	struct reports *reports = xcalloc(1, sizeof(*reports));
	pthread_mutex_init(&reports->lock, NULL);
	return reports;
}

static void failure_free(struct failure *failure)
{
	free(failure->path);
	free(failure->file);
	free(failure->message);
	free(failure);
}

void reports_destroy(struct reports *reports)
{
	if (!reports)
		return;
	for (unsigned i = 0; i < LINES; i++) {
		free(reports->ring[i].path);
		free(reports->ring[i].message);
	}
	for (unsigned i = 0; i < CHAINS; i++)
		for (struct failure *at = reports->chains[i], *next; at; at = next) {
			next = at->next;
			failure_free(at);
		}
	pthread_mutex_destroy(&reports->lock);
	free(reports);
}

static struct failure **chain(struct reports *reports, const char *path)
{
	return &reports->chains[intern_hash(path) % CHAINS];
}

static bool is_of(const struct failure *failure, const char *path, const char *file)
{
	return strcmp(failure->path, path) == 0 && !failure->file == !file &&
	       (!file || strcmp(failure->file, file) == 0);
}

static struct failure *find(struct reports *reports, const char *path, const char *file)
{
	struct failure *at = *chain(reports, path);
	while (at && !is_of(at, path, file))
		at = at->next;
	return at;
}

/* What failed of names that never came to be is cleared by nobody: the oldest goes. */
static void shorten(struct failure **at)
{
	for (unsigned i = 1; *at; i++) {
		if (i < CHAIN_MOST) {
			at = &(*at)->next;
			continue;
		}
		struct failure *over = *at;
		*at = over->next;
		failure_free(over);
	}
}

static void put(
	struct reports *reports, const char *path, const char *file, const struct error *err)
{
	struct failure *failure = find(reports, path, file);
	if (!failure) {
		shorten(chain(reports, path));
		failure = xcalloc(1, sizeof(*failure));
		failure->path = xstrdup(path);
		failure->file = file ? xstrdup(file) : NULL;
		failure->next = *chain(reports, path);
		*chain(reports, path) = failure;
	}
	free(failure->message);
	failure->message = xstrdup(err->message);
	failure->code = err->code;
	failure->time = time(NULL);
}

static void add_line(struct reports *reports, const char *path, const char *message)
{
	struct line *line = &reports->ring[reports->next++ % LINES];
	free(line->path);
	free(line->message);
	*line = (struct line){time(NULL), xstrdup(path), xstrdup(message)};
}

/* The same again, by a write and by its close, is one line: with the later time. */
static bool is_same(struct reports *reports, const char *path, const struct error *err)
{
	const struct failure *last = find(reports, path, NULL);
	if (!last || strcmp(last->message, err->message) != 0)
		return false;
	for (unsigned i = 1; i <= LINES; i++) {
		struct line *line = &reports->ring[(reports->next + LINES - i) % LINES];
		if (!line->path || strcmp(line->path, path) != 0)
			continue;
		line->time = time(NULL);
		return strcmp(line->message, err->message) == 0;
	}
	return false;
}

void report_set(
	struct reports *reports, const char *path, const char *file, const struct error *err)
{
	if (!err || err->code == 0 || err->code == EINPROGRESS)
		return;
	LOCKED(&reports->lock);
	if (!is_same(reports, path, err))
		add_line(reports, path, err->message);
	put(reports, path, NULL, err);
	if (file)
		put(reports, path, file, err);
}

void report_clear(struct reports *reports, const char *path, const char *file)
{
	LOCKED(&reports->lock);
	for (struct failure **at = chain(reports, path), *over; (over = *at);) {
		bool goes = is_of(over, path, NULL) || is_of(over, path, file) ||
			    (!file && strcmp(over->path, path) == 0);
		if (!goes) {
			at = &over->next;
			continue;
		}
		*at = over->next;
		failure_free(over);
	}
}

/* Taken out of its chain: all that stands against a path. */
static struct failure *take(struct reports *reports, const char *path)
{
	struct failure *taken = NULL;
	for (struct failure **at = chain(reports, path), *next; (next = *at);) {
		if (strcmp(next->path, path) != 0) {
			at = &next->next;
			continue;
		}
		*at = next->next;
		next->next = taken;
		taken = next;
	}
	return taken;
}

/* What stands against the path as a whole is one of these when the same was refused of a file. */
static bool is_refusal(const struct failure *taken, const struct failure *failure)
{
	for (; taken && !failure->file; taken = taken->next)
		if (taken->file && strcmp(taken->message, failure->message) == 0)
			return true;
	return failure->file != NULL;
}

void report_move(struct reports *reports, const char *path, const char *new_path)
{
	report_clear(reports, new_path, NULL);
	LOCKED(&reports->lock);
	struct failure *taken = take(reports, path);
	for (const struct failure *at = taken; at; at = at->next) {
		struct error error = {0};
		error_set(&error, at->code, "%s", at->message);
		if (is_refusal(taken, at))
			put(reports, new_path, at->file, &error);
	}
	for (struct failure *next; taken; taken = next) {
		next = taken->next;
		failure_free(taken);
	}
}

/* When it was; 0: nothing failed. */
static time_t get(struct reports *reports, const char *path, const char *file, struct error *ret)
{
	*ret = (struct error){0};
	LOCKED(&reports->lock);
	const struct failure *failure = find(reports, path, file);
	if (failure)
		error_set(ret, failure->code, "%s", failure->message);
	return failure ? failure->time : 0;
}

void report_refused(struct reports *reports, const char *path, const char *file, struct error *ret)
{
	get(reports, path, file, ret);
}

time_t report_get(struct reports *reports, const char *path, struct error *ret)
{
	return get(reports, path, NULL, ret);
}

char *reports_text(struct reports *reports)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		abort();
	pthread_mutex_lock(&reports->lock);
	for (unsigned i = 0; i < LINES; i++) {
		const struct line *line = &reports->ring[(reports->next + i) % LINES];
		char when[CLOCK_STAMP];
		if (line->path)
			fprintf(out, "%s %s %s\n", clock_stamp(when, line->time), line->path,
				line->message);
	}
	pthread_mutex_unlock(&reports->lock);
	fclose(out);
	return text;
}
