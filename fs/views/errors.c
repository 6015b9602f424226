#include <stdio.h>
#include <stdlib.h>

#include "api/cleanup.h"
#include "fs/report.h"
#include "views.h"

/* What failed here, and the listings that fail now. */
VIEW(view_errors)
{
	(void)err;
	FILE *out = open_memstream(ret, ret_length);
	CLEANUP_FREE char *text = reports_text(mount->reports);
	if (!out)
		abort();
	fputs(text, out);
	for (unsigned kind = 0; kind < KINDS; kind++) {
		struct cache_stats stats;
		cache_stats_get(mount->cache, kind, &stats);
		if (!stats.last.code)
			continue;
		char when[32];
		struct tm tm;
		time_t now = time(NULL);
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
		fprintf(out, "%s %s %s\n", when, kinds[kind]->resource.name, stats.last.message);
	}
	fclose(out);
	return 0;
}
