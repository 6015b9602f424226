#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/clock.h"
#include "api/memory.h"

#define REPORTS_KEPT 200

/* A ring of the latest failures; the last error of a path is the newest of its reports that was not cleared. */
struct report {
	char path[REPORT_PATH];
	time_t time;
	bool cleared;
	struct error error;
};

struct reports {
	pthread_mutex_t lock; /* leaf: of all below */
	struct report *ring[REPORTS_KEPT];
	unsigned next;
};

struct reports *reports_create(void)
{
	struct reports *reports = xcalloc(1, sizeof(*reports));
	pthread_mutex_init(&reports->lock, NULL);
	return reports;
}

void reports_destroy(struct reports *reports)
{
	if (!reports)
		return;
	for (unsigned i = 0; i < REPORTS_KEPT; i++)
		free(reports->ring[i]);
	pthread_mutex_destroy(&reports->lock);
	free(reports);
}

static struct report *newest(struct reports *reports, const char *path)
{
	for (unsigned i = 1; i <= REPORTS_KEPT; i++) {
		struct report *report =
			reports->ring[(reports->next + REPORTS_KEPT - i) % REPORTS_KEPT];
		if (report && strcmp(report->path, path) == 0)
			return report;
	}
	return NULL;
}

void report_set(struct reports *reports, const char *path, const struct error *err)
{
	if (!err || err->code == 0 || err->code == EINPROGRESS)
		return;
	pthread_mutex_lock(&reports->lock);
	struct report *last = newest(reports, path);
	if (last && !last->cleared && strcmp(last->error.message, err->message) == 0) {
		last->time = time(NULL); /* the same again, by a write and by its close */
	} else {
		struct report **slot = &reports->ring[reports->next++ % REPORTS_KEPT];
		if (!*slot)
			*slot = xcalloc(1, sizeof(**slot));
		snprintf((*slot)->path, sizeof((*slot)->path), "%s", path);
		(*slot)->time = time(NULL);
		(*slot)->cleared = false;
		(*slot)->error = *err;
	}
	pthread_mutex_unlock(&reports->lock);
}

void report_clear(struct reports *reports, const char *path)
{
	pthread_mutex_lock(&reports->lock);
	for (unsigned i = 0; i < REPORTS_KEPT; i++)
		if (reports->ring[i] && strcmp(reports->ring[i]->path, path) == 0)
			reports->ring[i]->cleared = true;
	pthread_mutex_unlock(&reports->lock);
}

void report_get(struct reports *reports, const char *path, struct error *ret)
{
	*ret = (struct error){0};
	pthread_mutex_lock(&reports->lock);
	struct report *report = newest(reports, path);
	if (report && !report->cleared)
		*ret = report->error;
	pthread_mutex_unlock(&reports->lock);
}

char *reports_text(struct reports *reports)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		abort();
	pthread_mutex_lock(&reports->lock);
	for (unsigned i = 0; i < REPORTS_KEPT; i++) {
		const struct report *report = reports->ring[(reports->next + i) % REPORTS_KEPT];
		if (!report)
			continue;
		char when[CLOCK_STAMP];
		fprintf(out, "%s %s %s\n", clock_stamp(when, report->time), report->path,
			report->error.message);
	}
	pthread_mutex_unlock(&reports->lock);
	fclose(out);
	return text;
}
