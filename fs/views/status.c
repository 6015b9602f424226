#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "fs/draft.h"
#include "views.h"

#define BAR 20

static void put_bar(FILE *out, unsigned done, unsigned total)
{
	char bar[BAR + 1];
	unsigned full = total ? done * BAR / total : 0;
	for (unsigned i = 0; i < BAR; i++)
		bar[i] = i < full ? '#' : '-';
	bar[BAR] = '\0';
	fprintf(out, "[%s] %u/%u", bar, done, total);
}

static const char *word_of(const struct subject *droplet)
{
	const struct job_view *job = &droplet->job;
	const char *status = json_get_string(droplet->json, "status");
	if (droplet->has_job &&
		(job->phase == JOB_FAILED || (job->phase == JOB_IDLE && job->error.code)))
		return "failed";
	if (status)
		return status;
	return droplet->has_job ? "creating" : "draft";
}

static void put_droplet(void *context, const struct subject *droplet)
{
	FILE *out = context;
	const struct job_view *job = &droplet->job;
	const char *address = view_address(droplet, "public");
	fprintf(out, "%-24s %-9s %-15s", droplet->name, word_of(droplet), address ? address : "-");
	if (droplet->has_job && *job->stage) {
		fputc(' ', out);
		put_bar(out, job->done, job->total);
		fprintf(out, " %s", job->stage);
	} else if (droplet->has_job && job->error.code) {
		fprintf(out, " %s", job->error.message);
	}
	fputc('\n', out);
}

static void put_head(
	FILE *out, struct mount *mount, const struct snapshot *snapshot, const struct error *err)
{
	struct http_stats http;
	struct cache_stats cache;
	http_stats_get(mount->http, &http);
	cache_stats_get(mount->cache, KIND_DROPLETS, &cache);
	fprintf(out, "api        %s %s\n", mount->api_url,
		http.requests == 0 ? "(not asked yet)"
		: http.reachable   ? "answers"
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
	if (cache_get(mount->cache, KIND_DROPLETS, &snapshot, &own) != 0)
		cache_peek(mount->cache, KIND_DROPLETS, &snapshot);
	FILE *out = open_memstream(ret, ret_length);
	if (!out)
		abort();
	put_head(out, mount, snapshot, &own);
	view_droplets(mount, snapshot, put_droplet, out);
	fclose(out);
	return 0;
}
