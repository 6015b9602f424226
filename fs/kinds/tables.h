#ifndef DOCLOUD_KINDS_TABLES_H
#define DOCLOUD_KINDS_TABLES_H

/* The tables that kinds.c puts into the registry, one a file. */
#include "fs/kind.h"

extern const struct kind kind_account, kind_regions, kind_sizes, kind_images, kind_snapshots,
	kind_ssh_keys, kind_tags, kind_droplets, kind_autoscale_pools;

#endif
