#include "views.h"

#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "fs/draft.h"

const struct view views[] = {
	{"README", view_readme, "how to use the mount"},
	{"status", view_status,
		"the fleet at a glance: a line a droplet; made for `watch cat status`", true},
	{"errors", view_errors, "the latest failures: time, path, message"},
	{"metrics", view_metrics, "for Prometheus"},
	{"ssh_config", view_ssh_config, "`ssh -F ssh_config NAME` logs in, host key checked", true},
	{"known_hosts", view_known_hosts, "the pinned host keys", true},
	{"inventory.ini", view_inventory, "for Ansible: groups by tag, region and size", true},
	{0},
};

struct unborn {
	struct mount *mount;
	void (*visit)(void *context, const struct subject *droplet);
	void *context;
	const struct snapshot *snapshot;
};

static void visit_named(void *context, const char *name)
{
	const struct unborn *unborn = context;
	CLEANUP_SUBJECT struct subject subject = {0};
	if (unborn->snapshot && snapshot_by_name(unborn->snapshot, name))
		return;
	if (subject_peek(unborn->mount, KIND_droplets, name, &subject) == 0)
		unborn->visit(unborn->context, &subject);
}

void view_droplets(struct mount *mount, void (*visit)(void *context, const struct subject *droplet),
	void *context)
{
	/* First of all: one that is born meanwhile is in the listing. */
	CLEANUP_FREE char **names = fleet_unborn(mount->fleet);
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	cache_peek(mount->cache, KIND_droplets, &snapshot);
	struct unborn unborn = {mount, visit, context, snapshot};
	for (size_t i = 0; snapshot && i < snapshot->count; i++) {
		CLEANUP_SUBJECT struct subject subject = {0};
		if (subject_peek(mount, KIND_droplets, snapshot->by_name[i]->name, &subject) == 0)
			visit(context, &subject);
	}
	for (char **name = names; *name; name++)
		visit_named(&unborn, *name);
	/* A draft that a failed job left has both: once is enough. */
	drafts_visit(mount->drafts, KIND_droplets, visit_named, &unborn);
}

bool view_name_is_plain(const struct subject *droplet)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~-";
	return droplet->name[strspn(droplet->name, plain)] == '\0' && *droplet->name != '-';
}

const char *view_address(const struct subject *droplet, const char *type)
{
	const struct json *list = json_get(droplet->json, "networks/v4");
	for (const struct json *item = json_first(list); item; item = json_next(item)) {
		const char *own = json_get_string(item, "type");
		if (own && strcmp(own, type) == 0)
			return json_get_string(item, "ip_address");
	}
	return NULL;
}
