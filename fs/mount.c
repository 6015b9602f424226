#include "mount.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/journal.h"
#include "api/memory.h"
#include "draft.h"
#include "edit.h"
#include "entries.h"
#include "ledger.h"
#include "node.h"
#include "provision/ssh.h"
#include "readings.h"
#include "refusals.h"
#include "relation.h"
#include "report.h"
#include "subject.h"

/* Regions, sizes and images change a few times a year: their listings are believed this many times longer. */
#define CATALOGUE_TTLS 60
/* A resize or a snapshot may take DigitalOcean the better part of an hour. */
#define ACTION_MS INT64_C(3600000)
#define WORDS_MAX 65536

/* A record that does not parse keeps nobody from all the others: it is out of the way, and `errors` says so. */
static void report_broken(struct mount *mount, const char *what, struct error *err)
{
	if (err->code != EBADMSG)
		return;
	report_set(mount->reports, what, NULL, err);
	error_clear(err);
}

static int start_api(struct mount *mount, const struct mount_options *options, struct error *err)
{
	/* So that what the API's client has to say comes before the reader's time is up. */
	int64_t timeout_ms = options->timeout_ms * 9 / 10;
	struct http_options http = {
		.url = options->api_url,
		.token = options->token,
		.user_agent = "docloud/" DOCLOUD_VERSION,
		.timeout_ms = timeout_ms,
	};
	struct cache_options cache = {
		.resources = mount->resources,
		.count = KINDS,
		.ttl_ms = options->ttl_ms,
		.catalogue_ttl_ms = options->ttl_ms * CATALOGUE_TTLS,
		.timeout_ms = timeout_ms,
		.state_dir = options->state_dir,
		.secret = kind_secret,
	};
	struct changes_options changes = {
		.state_dir = options->state_dir,
		.droplets = KIND_droplets,
		.timeout_ms = timeout_ms,
		.action_ms = ACTION_MS,
	};
	mount->bell = bell_create();
	mount->http = http_create(&http, err);
	if (!mount->http)
		return -err->code;
	mount->cache = cache_create(mount->http, mount->bell, &cache);
	mount->changes = changes_create(mount->http, mount->cache, mount->bell, &changes, err);
	report_broken(mount, "creates", err);
	return mount->changes ? 0 : -err->code;
}

/* The user's own that are none. */
static void report_components(struct mount *mount)
{
	const struct component_fault *fault;
	for (size_t i = 0; (fault = components_fault(mount->components, i)) != NULL; i++) {
		CLEANUP_FREE char *path = xasprintf("components/%s", fault->name);
		report_set(mount->reports, path, NULL, &fault->why);
	}
}

static int start_fleet(struct mount *mount, const struct mount_options *options, struct error *err)
{
	struct fleet_options fleet = {
		.state_dir = options->state_dir,
		.ssh_user = options->ssh_user,
		.ssh_key = options->ssh_key,
		.accept_new = options->accept_new,
		.stage_seconds = options->stage_seconds,
		.jobs = options->jobs,
		.droplets = KIND_droplets,
		.ssh_keys = KIND_ssh_keys,
	};
	mount->components = components_create(options->components_dir, options->stage_seconds, err);
	if (!mount->components || ssh_init(err) != 0)
		return -err->code;
	report_components(mount);
	mount->fleet = fleet_create(
		mount->cache, mount->changes, mount->components, mount->bell, &fleet, err);
	mount->drafts = drafts_create(options->state_dir, mount->cache, err);
	report_broken(mount, "drafts", err);
	return mount->fleet && mount->drafts ? 0 : -err->code;
}

static void remember(struct mount *mount, const struct mount_options *options)
{
	mount->api_url = xstrdup(options->api_url);
	mount->mountpoint = xstrdup(options->mountpoint);
	mount->ssh_user = xstrdup(options->ssh_user);
	mount->destroy = options->destroy;
	mount->read_only = options->read_only;
	mount->timeout_ms = options->timeout_ms;
	mount->started = clock_ms();
	mount->started_at = time(NULL);
	mount->uid = getuid();
	mount->gid = getgid();
	mount->edits = edits_create();
	mount->refusals = refusals_create();
	mount->reports = reports_create();
	mount->ledger = ledger_create();
	mount->relations = relations_create();
	mount->readings = readings_create();
	mount->walks = walks_create();
	mount->names = intern_create(NODE_SLOTS);
	mount->words = intern_create(WORDS_MAX);
	for (unsigned i = 0; i < KINDS; i++) {
		mount->resources[i] = &kinds[i]->resource;
		mount->paths[i] = intern_create(NODE_ENTRIES);
	}
	pthread_key_create(&mount->parsed, object_parse_drop);
}

struct mount *mount_create(const struct mount_options *options, struct error *err)
{
	struct mount *mount = xcalloc(1, sizeof(*mount));
	struct error own = {0};
	mount->lock = -1;
	remember(mount, options);
	int rc = journal_make(options->state_dir, &own);
	if (rc == 0) {
		mount->lock = journal_lock(options->state_dir, &own);
		rc = mount->lock < 0 ? mount->lock : 0;
	}
	if (rc == 0)
		rc = start_api(mount, options, &own);
	if (rc == 0)
		rc = start_fleet(mount, options, &own);
	if (rc == 0)
		return mount;
	mount_destroy(mount);
	error_set(err, own.code ? own.code : EIO, "%s", own.message);
	return NULL;
}

void mount_destroy(struct mount *mount)
{
	if (!mount)
		return;
	if (mount->bell)
		bell_close(mount->bell);
	if (mount->http)
		http_cancel(mount->http);
	fleet_destroy(mount->fleet);
	ssh_finish();
	changes_destroy(mount->changes);
	cache_destroy(mount->cache);
	http_destroy(mount->http);
	components_destroy(mount->components);
	drafts_destroy(mount->drafts);
	bell_destroy(mount->bell);
	object_parse_drop(pthread_getspecific(mount->parsed));
	pthread_key_delete(mount->parsed);
	edits_destroy(mount->edits);
	refusals_destroy(mount->refusals);
	reports_destroy(mount->reports);
	ledger_destroy(mount->ledger);
	relations_destroy(mount->relations);
	readings_destroy(mount->readings);
	walks_destroy(mount->walks);
	intern_destroy(mount->names);
	intern_destroy(mount->words);
	for (unsigned i = 0; i < KINDS; i++)
		intern_destroy(mount->paths[i]);
	if (mount->lock >= 0)
		close(mount->lock);
	free(mount->api_url);
	free(mount->mountpoint);
	free(mount->ssh_user);
	free(mount);
}
