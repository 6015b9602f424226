#include "views.h"

#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"

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
_Static_assert(
	sizeof views / sizeof views[0] <= MOUNT_VIEWS_MAX + 1, "mount.h keeps a time of each");

void view_droplets(struct mount *mount, void (*visit)(void *context, const struct subject *droplet),
	void *context)
{
	CLEANUP_NAMES char **unborn = subject_unborn_names(mount, KIND_droplets);
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	cache_peek(mount->cache, KIND_droplets, &snapshot);
	for (size_t i = 0; snapshot && i < snapshot->count; i++) {
		CLEANUP_SUBJECT struct subject subject = {0};
		if (subject_peek(mount, KIND_droplets, snapshot->by_name[i]->name, &subject) == 0)
			visit(context, &subject);
	}
	for (char **name = unborn; *name; name++) {
		CLEANUP_SUBJECT struct subject subject = {0};
		if (!(snapshot && snapshot_by_name(snapshot, *name)) &&
			subject_peek(mount, KIND_droplets, *name, &subject) == 0)
			visit(context, &subject);
	}
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
