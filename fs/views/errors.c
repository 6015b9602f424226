#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/memory.h"
#include "fs/report.h"
#include "views.h"

static void put_line(
	FILE *out, time_t when, const char *path, const char *name, const char *message)
{
	char stamp[CLOCK_STAMP];
	fprintf(out, "%s %s%s%s %s\n", clock_stamp(stamp, when), path, *name ? "/" : "", name,
		message);
}

static void put_install(void *context, const struct subject *droplet)
{
	if (droplet->has_job && droplet->job.error.code)
		put_line(context, droplet->job.changed, "droplets", droplet->name,
			droplet->job.error.message);
}

static void put_listings(FILE *out, struct mount *mount)
{
	for (unsigned listing = 0; listing < cache_listings(mount->cache); listing++) {
		struct cache_stats stats;
		cache_stats_get(mount->cache, listing, &stats);
		if (!stats.last.code)
			continue;
		CLEANUP_FREE char *place = place_text(mount, listing, NULL);
		put_line(out, stats.last_at, place, "", stats.last.message);
	}
}

/* In one second they stay as they came: line after line of one text. */
static int by_time(const void *a, const void *b)
{
	const char *one = *(char *const *)a, *other = *(char *const *)b;
	int order = strncmp(one, other, CLOCK_STAMP - 1);
	return order != 0 ? order : (one > other) - (one < other);
}

/* Lines that begin with their time, in its order; lines is used up. */
static void put_sorted(FILE *out, char *lines)
{
	size_t count = 0;
	for (const char *at = lines; *at; at++)
		count += *at == '\n';
	CLEANUP_FREE char **sorted = xcalloc(count + 1, sizeof(*sorted));
	char *rest = lines;
	for (size_t i = 0; i < count; i++)
		sorted[i] = strsep(&rest, "\n");
	qsort(sorted, count, sizeof(*sorted), by_time);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s\n", sorted[i]);
}

/* What failed here, the droplets whose creation or installation stands failed, and the listings that do. */
VIEW(view_errors)
{
	CLEANUP_FREE char *reported = reports_text(mount->reports), *lines = NULL;
	size_t size;
	(void)err;
	FILE *out = open_memstream(&lines, &size);
	if (!out)
		abort();
	fputs(reported, out);
	view_droplets(mount, put_install, out);
	put_listings(out, mount);
	fclose(out);
	out = open_memstream(ret, ret_length);
	if (!out)
		abort();
	put_sorted(out, lines);
	fclose(out);
	return 0;
}
