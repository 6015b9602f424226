#include "mountpoint.h"

#include <dirent.h>
#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Is path a mount of docloud's? The last line about it is what is seen there. */
static bool is_mounted(const char *path)
{
	char line[8192];
	struct mntent entry;
	bool found = false;
	FILE *in = setmntent("/proc/self/mounts", "re");
	while (in && getmntent_r(in, &entry, line, sizeof(line)))
		if (strcmp(entry.mnt_dir, path) == 0)
			found = strcmp(entry.mnt_type, "fuse.docloud") == 0;
	if (in)
		endmntent(in);
	return found;
}

static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool empty = true;
	while (dir && (entry = readdir(dir)))
		empty = empty &&
			(strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
	if (dir)
		closedir(dir);
	return empty;
}

char *mountpoint_check(const char *path, bool nonempty, struct error *err)
{
	struct stat st;
	char *whole = NULL;
	if (stat(path, &st) != 0 && errno == ENOTCONN)
		error_set(err, ENOTCONN,
			"%s is a dead mount, its docloud is gone: fusermount3 -uz %s (or umount "
			"-l), then again",
			path, path);
	else if (stat(path, &st) != 0)
		error_set(err, errno, "the mount point %s: %s; mkdir %s first", path,
			strerror(errno), path);
	else if (!S_ISDIR(st.st_mode))
		error_set(err, ENOTDIR, "the mount point %s is not a directory", path);
	else if (!(whole = realpath(path, NULL)))
		error_set(err, errno, "the mount point %s: %s", path, strerror(errno));
	else if (is_mounted(whole))
		error_set(err, EBUSY,
			"%s is mounted by docloud already; fusermount3 -u %s unmounts it", path,
			path);
	else if (!nonempty && !is_empty(whole))
		error_set(err, ENOTEMPTY,
			"the mount point %s is not empty: take another one (-o nonempty hides what "
			"is there)",
			path);
	else
		return whole;
	free(whole);
	return NULL;
}
