#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "views.h"

/* Pairs of group and host, sorted and written out group by group. */
struct groups {
	FILE *out;
	struct mount *mount;
	char **lines; /* "group\nhost" */
	size_t count;
};

/* Ansible's group names hold letters, digits and underscores. */
static void add(struct groups *groups, const char *prefix, const char *name, const char *host)
{
	char *line = xasprintf("%s_%s\n%s", prefix, name, host);
	for (char *p = line; *p != '\n'; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
	groups->lines = xrealloc(groups->lines, groups->count + 1, sizeof(*groups->lines));
	groups->lines[groups->count++] = line;
}

static void put_host(void *context, const struct subject *droplet)
{
	struct groups *groups = context;
	const char *address = view_address(droplet, "public");
	const char *region = json_get_string(droplet->json, "region/slug");
	const char *size = json_get_string(droplet->json, "size_slug");
	if (!address || !view_name_is_plain(droplet))
		return;
	fprintf(groups->out, "%s ansible_host=%s docloud_id=%s\n", droplet->name, address,
		subject_id(droplet));
	if (region)
		add(groups, "region", region, droplet->name);
	if (size)
		add(groups, "size", size, droplet->name);
	const struct json *tags = json_get(droplet->json, "tags");
	for (const struct json *tag = json_first(tags); tag; tag = json_next(tag))
		if (json_string(tag) && !kinds[KIND_tags]->hidden(groups->mount, json_string(tag)))
			add(groups, "tag", json_string(tag), droplet->name);
	for (size_t i = 0; droplet->has_job && i < droplet->job.count; i++)
		if (droplet->job.components[i].state == COMPONENT_INSTALLED)
			add(groups, "component", droplet->job.components[i].name, droplet->name);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void put_groups(struct groups *groups)
{
	const char *last = "";
	if (groups->count)
		qsort(groups->lines, groups->count, sizeof(*groups->lines), compare);
	for (size_t i = 0; i < groups->count; i++) {
		char *host = strchr(groups->lines[i], '\n');
		*host++ = '\0';
		if (strcmp(groups->lines[i], last) != 0)
			fprintf(groups->out, "\n[%s]\n", groups->lines[i]);
		last = groups->lines[i];
		fprintf(groups->out, "%s\n", host);
	}
	for (size_t i = 0; i < groups->count; i++)
		free(groups->lines[i]);
	free(groups->lines);
}

/* Common, not extra arguments: Ansible gives those to ssh alone, and copies its modules with sftp. */
VIEW(view_inventory)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	int rc = cache_get(mount->cache, KIND_droplets, &snapshot, err);
	if (rc != 0)
		return rc;
	struct groups groups = {.out = open_memstream(ret, ret_length), .mount = mount};
	if (!groups.out)
		abort();
	fprintf(groups.out,
		"# ansible -i %s/inventory.ini all -m "
		"ping\n[all:vars]\nansible_user=%s\nansible_ssh_private_key_file=%s\n"
		"ansible_ssh_common_args=-o HostKeyAlias=docloud-{{ docloud_id }} -o "
		"'UserKnownHostsFile=\"%s/known_hosts\"' "
		"-o GlobalKnownHostsFile=none -o StrictHostKeyChecking=yes\n\n[all]\n",
		mount->mountpoint, mount->ssh_user, fleet_ssh_key(mount->fleet), mount->mountpoint);
	view_droplets(mount, put_host, &groups);
	put_groups(&groups);
	fclose(groups.out);
	return 0;
}
