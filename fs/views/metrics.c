#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "views.h"

static void put(FILE *out, const char *name, const char *type, const char *help, double value)
{
	fprintf(out, "# HELP docloud_%s %s\n# TYPE docloud_%s %s\ndocloud_%s %.15g\n", name, help,
		name, type, name, value);
}

static void put_kinds(FILE *out, struct mount *mount)
{
	struct cache_stats stats[KINDS];
	for (unsigned kind = 0; kind < KINDS; kind++)
		cache_stats_get(mount->cache, kind, &stats[kind]);
	fputs("# HELP docloud_objects Objects in the last complete listing.\n# TYPE "
	      "docloud_objects gauge\n",
		out);
	for (unsigned kind = 0; kind < KINDS; kind++)
		fprintf(out, "docloud_objects{kind=\"%s\"} %zu\n", kinds[kind]->resource.name,
			stats[kind].count);
	fputs("# HELP docloud_cache_age_seconds Age of the listing, -1 when there is none.\n"
	      "# TYPE docloud_cache_age_seconds gauge\n",
		out);
	for (unsigned kind = 0; kind < KINDS; kind++)
		fprintf(out, "docloud_cache_age_seconds{kind=\"%s\"} %.15g\n",
			kinds[kind]->resource.name,
			stats[kind].age_ms < 0 ? -1 : (double)stats[kind].age_ms / 1000);
	fputs("# HELP docloud_refreshes_total Listings that were read, or failed.\n"
	      "# TYPE docloud_refreshes_total counter\n",
		out);
	for (unsigned kind = 0; kind < KINDS; kind++)
		fprintf(out, "docloud_refreshes_total{kind=\"%s\"} %llu\n",
			kinds[kind]->resource.name, (unsigned long long)stats[kind].refreshes);
	fputs("# HELP docloud_refresh_failures_total Listings that failed.\n"
	      "# TYPE docloud_refresh_failures_total counter\n",
		out);
	for (unsigned kind = 0; kind < KINDS; kind++)
		fprintf(out, "docloud_refresh_failures_total{kind=\"%s\"} %llu\n",
			kinds[kind]->resource.name, (unsigned long long)stats[kind].failures);
}

VIEW(view_metrics)
{
	struct http_stats http;
	struct fleet_stats fleet;
	struct mallinfo2 heap = mallinfo2();
	(void)err;
	http_stats_get(mount->http, &http);
	fleet_stats_get(mount->fleet, &fleet);
	FILE *out = open_memstream(ret, ret_length);
	if (!out)
		abort();
	put(out, "up", "gauge", "1 when the last request got an answer.", http.reachable);
	put(out, "api_requests_total", "counter", "Requests sent to the API.",
		(double)http.requests);
	put(out, "api_retries_total", "counter", "Requests sent again.", (double)http.retries);
	put(out, "api_rate_limited_total", "counter", "Answers with status 429.",
		(double)http.rate_limited);
	put(out, "api_failures_total", "counter", "Requests that failed.", (double)http.failures);
	put(out, "api_rate_limit", "gauge", "Requests an hour, -1 when unknown.",
		(double)http.rate_limit);
	put(out, "api_rate_remaining", "gauge", "Requests left this hour, -1 when unknown.",
		(double)http.rate_remaining);
	put(out, "operations_total", "counter", "File operations served.",
		(double)__atomic_load_n(&mount->operations, __ATOMIC_RELAXED));
	put(out, "invalidations_total", "counter",
		"Inodes and names that the kernel was told to forget.",
		(double)__atomic_load_n(&mount->invalidations, __ATOMIC_RELAXED));
	put(out, "heap_bytes", "gauge", "Memory allocated, buffers of threads apart.",
		(double)heap.uordblks);
	put(out, "jobs", "gauge", "Droplets with a job.", fleet.jobs);
	put(out, "jobs_working", "gauge", "Of those, being worked on.", fleet.working);
	put(out, "jobs_failed", "gauge", "Of those, failed.", fleet.failed);
	put(out, "installs_total", "counter", "Components installed.", (double)fleet.installs);
	put(out, "install_failures_total", "counter", "Components that failed.",
		(double)fleet.install_failures);
	put(out, "install_seconds_total", "counter", "Time that installs took.",
		fleet.install_seconds);
	put_kinds(out, mount);
	fclose(out);
	return 0;
}
