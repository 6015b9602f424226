#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/cleanup.h"
#include "fs/control.h"
#include "views.h"

/* The words and bars are those of the droplets' own status files. */
static void put_droplet(void *context, const struct subject *droplet)
{
	FILE *out = context;
	const struct job_view *job = &droplet->job;
	const char *address = view_address(droplet, "public");
	char bar[CONTROL_BAR + 1];
	fprintf(out, "%-24s %-9s %-15s", droplet->name, control_status(droplet),
		address ? address : "-");
	if (droplet->has_job && job->phase == JOB_IDLE && *job->stage)
		fprintf(out, " %s", job->stage);
	else if (control_works(droplet))
		fprintf(out, " [%s] %u/%u %s", control_bar(droplet, bar), job->done, job->total,
			job->stage);
	else if (droplet->has_job && job->error.code)
		fprintf(out, " %s", job->error.message);
	fputc('\n', out);
}

static void put_head(
	FILE *out, struct mount *mount, const struct snapshot *snapshot, const struct error *err)
{
	struct http_stats http;
	struct cache_stats cache;
	http_stats_get(mount->http, &http);
	cache_stats_get(mount->cache, KIND_droplets, &cache);
	fprintf(out, "api        %s %s\n", mount->api_url,
		http.requests == 0				  ? "(not asked yet)"
		: http.reachable				  ? "answers"
		: http.last_success_ms == 0 && http.failures == 0 ? "(has not answered yet)"
								  : "DOES NOT ANSWER");
	if (cache.age_ms < 0)
		fprintf(out, "inventory  not read yet\n");
	else
		fprintf(out, "inventory  %.0f s old\n", (double)cache.age_ms / 1000);
	if (cache.last.code)
		fprintf(out, "           the last listing failed: %s\n", cache.last.message);
	else if (!snapshot && err->code && err->code != EINPROGRESS)
		fprintf(out, "           %s\n", err->message);
	if (http.rate_limit >= 0)
		fprintf(out, "budget     %lld of %lld requests left this hour\n",
			(long long)http.rate_remaining, (long long)http.rate_limit);
	fputc('\n', out);
}

/* Always answers at once: it is what one looks at when nothing else does. */
VIEW(view_status)
{
	struct error own = {0};
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	(void)err;
	if (cache_get(mount->cache, KIND_droplets, &snapshot, &own) != 0)
		cache_peek(mount->cache, KIND_droplets, &snapshot);
	FILE *out = open_memstream(ret, ret_length);
	if (!out)
		abort();
	put_head(out, mount, snapshot, &own);
	view_droplets(mount, put_droplet, out);
	fclose(out);
	return 0;
}
