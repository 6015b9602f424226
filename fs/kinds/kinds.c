#include "fs/kind.h"
#include "tables.h"

#include <string.h>

const struct kind *const kinds[KINDS] = {
	[KIND_ACCOUNT] = &kind_account,
	[KIND_REGIONS] = &kind_regions,
	[KIND_SIZES] = &kind_sizes,
	[KIND_IMAGES] = &kind_images,
	[KIND_SNAPSHOTS] = &kind_snapshots,
	[KIND_SSH_KEYS] = &kind_ssh_keys,
	[KIND_TAGS] = &kind_tags,
	[KIND_DROPLETS] = &kind_droplets,
	[KIND_AUTOSCALE_POOLS] = &kind_autoscale_pools,
};

int kind_find(const char *name)
{
	for (int i = 0; i < KINDS; i++)
		if (strcmp(kinds[i]->resource.name, name) == 0)
			return i;
	return -1;
}
