#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "views.h"

struct config {
	FILE *out;
	struct mount *mount;
};

static void put_host(void *context, const struct subject *droplet)
{
	const struct config *config = context;
	const char *address = view_address(droplet, "public");
	if (address && view_name_is_plain(droplet))
		fprintf(config->out, "\nHost %s\n\tHostName %s\n\tHostKeyAlias docloud-%s\n",
			droplet->name, address, subject_id(droplet));
}

/* ssh expands % in paths. Freed by the caller. */
static char *percent(const char *path)
{
	char *text = xmalloc(2 * strlen(path) + 1), *to = text;
	for (; *path; path++) {
		if (*path == '%')
			*to++ = '%';
		*to++ = *path;
	}
	*to = '\0';
	return text;
}

/* An address may be another droplet's tomorrow: so known_hosts goes by the droplet's id. */
VIEW(view_ssh_config)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	int rc = cache_get(mount->cache, KIND_droplets, &snapshot, err);
	if (rc != 0)
		return rc;
	struct config config = {open_memstream(ret, ret_length), mount};
	if (!config.out)
		abort();
	CLEANUP_FREE char *key = percent(fleet_ssh_key(mount->fleet));
	CLEANUP_FREE char *mountpoint = percent(mount->mountpoint);
	fprintf(config.out, "# ssh -F \"%s/ssh_config\" NAME\n", mount->mountpoint);
	view_droplets(mount, put_host, &config);
	fprintf(config.out,
		"\nHost *\n\tUser %s\n\tIdentityFile \"%s\"\n\tIdentitiesOnly "
		"yes\n\tUserKnownHostsFile \"%s/known_hosts\"\n"
		"\tGlobalKnownHostsFile none\n\tStrictHostKeyChecking yes\n\tUpdateHostKeys no\n",
		mount->ssh_user, key, mountpoint);
	fclose(config.out);
	return 0;
}

static void put_key(void *context, const struct subject *droplet)
{
	const char *keys[] = {droplet->job.host_key, droplet->job.host_key_next};
	for (size_t i = 0; i < 2 && droplet->object && droplet->has_job; i++)
		if (*keys[i])
			fprintf(context, "docloud-%s %s\n", subject_id(droplet), keys[i]);
}

VIEW(view_known_hosts)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	int rc = cache_get(mount->cache, KIND_droplets, &snapshot, err);
	if (rc != 0)
		return rc;
	FILE *out = open_memstream(ret, ret_length);
	if (!out)
		abort();
	view_droplets(mount, put_key, out);
	fclose(out);
	return 0;
}
