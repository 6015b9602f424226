#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/bell.h"
#include "api/cache.h"
#include "api/change.h"
#include "api/cleanup.h"
#include "api/clock.h"
#include "api/http.h"
#include "api/journal.h"
#include "api/memory.h"
#include "provision/fleet.h"

/*
 * The fleet without a mount: provision_drive STATE_DIR URL VERB [ARGUMENT…]
 *
 *	create NAME STACK	submit and wait until nothing is left to do
 *	install ID NAME STACK	on a droplet that exists
 *	twice ID NAME STACK STACK	the second while the first is being installed
 *	resume			take up what is under way and wait for it
 *	adopt ID NAME		fetch the state that is on a droplet
 *	idle ID			say what is known
 *
 * The token is in $DIGITALOCEAN_TOKEN. The exit status is 0 when every job is well.
 */
static const struct resource droplets = {.name = "droplets",
	.path = "/v2/droplets",
	.list_key = "droplets",
	.object_key = "droplet",
	.id_keys = {"id"},
	.name_keys = {"name"},
	.queries = {""}};
static const struct resource ssh_keys = {.name = "ssh_keys",
	.path = "/v2/account/keys",
	.list_key = "ssh_keys",
	.object_key = "ssh_key",
	.id_keys = {"id"},
	.name_keys = {"name"},
	.queries = {""}};
static const struct resource *const resources[] = {&droplets, &ssh_keys};

struct drive {
	struct bell *bell;
	struct http *http;
	struct cache *cache;
	struct changes *changes;
	struct components *components;
	struct fleet *fleet;
};

static void die(const struct error *err)
{
	fprintf(stderr, "provision_drive: %s\n", err->message);
	exit(2);
}

static void drive_init(struct drive *drive, const char *state_dir, const char *url)
{
	struct error err = {0};
	const struct http_options http = {.url = url,
		.token = getenv("DIGITALOCEAN_TOKEN"),
		.user_agent = "provision_drive",
		.timeout_ms = 10000};
	const struct cache_options cache = {.resources = resources,
		.count = 2,
		.ttl_ms = 30000,
		.catalogue_ttl_ms = 60000,
		.timeout_ms = 20000};
	const struct changes_options changes = {
		.state_dir = state_dir, .droplets = 0, .timeout_ms = 10000, .action_ms = 60000};
	const char *stage = getenv("STAGE");
	const struct fleet_options fleet = {.state_dir = state_dir,
		.ssh_user = getenv("SSH_USER"),
		.jobs = 16,
		.droplets = 0,
		.ssh_keys = 1,
		.stage_seconds = stage != NULL ? (unsigned)strtoul(stage, NULL, 10) : 0,
		.accept_new = getenv("ACCEPT_NEW") != NULL};

	if (journal_make(state_dir, &err) != 0)
		die(&err);
	drive->bell = bell_create();
	drive->http = http_create(&http, &err);
	if (drive->http == NULL)
		die(&err);
	drive->cache = cache_create(drive->http, drive->bell, &cache);
	drive->changes = changes_create(drive->http, drive->cache, drive->bell, &changes, &err);
	drive->components = components_create(getenv("COMPONENTS"), 0, &err);
	if (drive->changes == NULL || drive->components == NULL)
		die(&err);
	drive->fleet = fleet_create(
		drive->cache, drive->changes, drive->components, drive->bell, &fleet, &err);
	if (drive->fleet == NULL)
		die(&err);
}

static void drive_finish(struct drive *drive)
{
	fleet_destroy(drive->fleet);
	http_cancel(drive->http);
	changes_destroy(drive->changes);
	cache_destroy(drive->cache);
	http_destroy(drive->http);
	components_destroy(drive->components);
	bell_destroy(drive->bell);
}

static struct stack *parse(struct drive *drive, const char *text)
{
	struct stack *stack = NULL;
	struct error err = {0};

	if (text[0] != '\0' &&
		stack_parse(drive->components, text, false, NULL, NULL, &stack, &err) != 0)
		die(&err);
	return stack;
}

static const char *const phases[] = {
	"creating", "failed", "starting", "reaching", "installing", "idle"};
static const char *const states[] = {"queued", "installing", "installed", "failed", "skipped"};

static void print_log(struct drive *drive, const char *key, const char *component)
{
	char buffer[4096];
	off_t offset = 0;

	for (ssize_t got; (got = fleet_log_read(drive->fleet, key, component, buffer, sizeof buffer,
				   offset)) > 0;
		offset += got)
		fwrite(buffer, 1, (size_t)got, stdout);
}

/* Once the droplet exists, its job is found by its id. */
static bool find_id(struct drive *drive, const char *name, char *id, size_t size)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;

	if (cache_peek(drive->cache, 0, &snapshot) != 0)
		return false;
	const struct object *object = snapshot_by_name(snapshot, name);
	if (object != NULL)
		snprintf(id, size, "%s", object->id);
	return object != NULL;
}

/* Wait for one job; 0 when it is well. */
static int wait_for(struct drive *drive, const char *key)
{
	struct job_view view;
	char id[264];
	uint64_t seen = 0;
	char last[400] = "";
	bool quiet = getenv("QUIET") != NULL;

	snprintf(id, sizeof id, "%s", key);
	for (;;) {
		char now[400];
		bool found = fleet_view(drive->fleet, id, id, &view);
		if (!found && find_id(drive, key, id, sizeof id))
			continue;
		if (!found)
			return fprintf(stderr, "no job %s\n", id), 3;
		snprintf(now, sizeof now, "%s %u/%u %s", phases[view.phase], view.done, view.total,
			view.stage);
		if (!quiet && strcmp(now, last) != 0)
			printf("  [%s]\n", now);
		memcpy(last, now, sizeof last);
		if (view.phase == JOB_IDLE || view.phase == JOB_FAILED)
			break;
		job_view_finish(&view);
		bell_wait(drive->bell, &seen, clock_ms() + 1000);
	}
	for (size_t i = 0; i < view.count; i++)
		printf("%s %s version=%s status=%d seconds=%.2f log=%zu reason=%s output=%s\n",
			view.components[i].name, states[view.components[i].state],
			view.components[i].version, view.components[i].exit_status,
			view.components[i].seconds, view.components[i].log_bytes,
			view.components[i].reason,
			view.components[i].output != NULL ? view.components[i].output : "");
	printf("id=%s host_key=%s stage=%s error=%d %s\n", view.id, view.host_key, view.stage,
		view.error.code, view.error.message);
	int status = view.error.code != 0;
	job_view_finish(&view);
	const char *log = getenv("LOG");
	if (log != NULL)
		print_log(drive, id, log[0] != '\0' ? log : NULL);
	return status;
}

static int create(struct drive *drive, const char *name, const char *stack)
{
	struct error err = {0};
	struct json *body = json_object();

	cache_refresh(drive->cache, 0);
	json_add_string(body, "name", name);
	json_add_string(body, "region", "sgp1");
	json_add_string(body, "size", "s-1vcpu-2gb");
	json_add_string(body, "image", "debian-12-x64");
	if (getenv("USER_DATA") != NULL)
		json_add_string(body, "user_data", getenv("USER_DATA"));
	if (fleet_submit(drive->fleet, name, body, "size = s", parse(drive, stack), false, &err) !=
		0)
		die(&err);
	return wait_for(drive, name);
}

/* The inventory has to be there before a stack's droplet is looked for in it. */
static int install(struct drive *drive, const char *id, const char *name, const char *stack)
{
	struct error err = {0};

	cache_refresh(drive->cache, 0);
	if (fleet_install(drive->fleet, id, name, parse(drive, stack), &err) != 0)
		die(&err);
	return wait_for(drive, id);
}

static int install_twice(struct drive *drive, char **arguments)
{
	struct error err = {0};
	struct job_view view = {0};
	uint64_t seen = 0;

	cache_refresh(drive->cache, 0);
	if (fleet_install(drive->fleet, arguments[0], arguments[1], parse(drive, arguments[2]),
		    &err) != 0)
		die(&err);
	do {
		job_view_finish(&view);
		bell_wait(drive->bell, &seen, clock_ms() + 1000);
		fleet_view(drive->fleet, arguments[0], arguments[1], &view);
	} while (view.phase != JOB_INSTALLING);
	job_view_finish(&view);
	if (fleet_install(drive->fleet, arguments[0], arguments[1], parse(drive, arguments[3]),
		    &err) != 0)
		die(&err);
	return wait_for(drive, arguments[0]);
}

static int resume(struct drive *drive)
{
	struct fleet_stats stats;
	uint64_t seen = 0;

	cache_refresh(drive->cache, 0);
	for (;;) {
		fleet_stats_get(drive->fleet, &stats);
		if (stats.working == 0)
			break;
		bell_wait(drive->bell, &seen, clock_ms() + 1000);
	}
	printf("jobs=%u failed=%u\n", stats.jobs, stats.failed);
	return stats.failed != 0;
}

int main(int count, char **arguments)
{
	struct drive drive = {0};
	int r = 2;

	if (count < 4)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	drive_init(&drive, arguments[1], arguments[2]);
	const char *verb = arguments[3];
	if (strcmp(verb, "create") == 0 && count == 6)
		r = create(&drive, arguments[4], arguments[5]);
	else if (strcmp(verb, "install") == 0 && count == 7)
		r = install(&drive, arguments[4], arguments[5], arguments[6]);
	else if (strcmp(verb, "twice") == 0 && count == 8)
		r = install_twice(&drive, arguments + 4);
	else if (strcmp(verb, "resume") == 0)
		r = resume(&drive);
	else if (strcmp(verb, "idle") == 0 && count == 5)
		r = wait_for(&drive, arguments[4]);
	else if (strcmp(verb, "adopt") == 0 && count == 6) {
		cache_refresh(drive.cache, 0);
		fleet_adopt(drive.fleet, arguments[4], arguments[5]);
		r = wait_for(&drive, arguments[4]);
	}
	drive_finish(&drive);
	return r;
}
