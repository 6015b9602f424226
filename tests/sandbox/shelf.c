#include "shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool shelf_fill(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		left -= (size_t)n;
	}
	return true;
}

bool shelf_write(const char *directory, const char *name, unsigned mode, const char *text)
{
	char path[PATH_MAX], fresh[PATH_MAX];
	bool whole;
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s", directory, name) >= (int)sizeof(path) ||
		snprintf(fresh, sizeof(fresh), "%s/.%s", directory, name) >= (int)sizeof(fresh))
		return false;
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (fd < 0)
		return false;
	whole = shelf_fill(fd, text);
	if (close(fd) || !whole || rename(fresh, path)) {
		unlink(fresh);
		return false;
	}
	return true;
}

void shelf_remove(const char *directory, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	unlink(path);
}

char *shelf_read(const char *directory, const char *name)
{
	char path[PATH_MAX], *text = NULL;
	struct stat st;
	size_t length = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st))
		text = malloc((size_t)st.st_size + 1);
	while (text && length < (size_t)st.st_size &&
		(n = read(fd, text + length, (size_t)st.st_size - length)) > 0)
		length += (size_t)n;
	if (text)
		text[length] = '\0';
	close(fd);
	return text;
}

static int shelf_is_object(const struct dirent *entry)
{
	const char *end = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && end && !strcmp(end, ".json");
}

bool shelf_walk(const char *directory, void (*take)(void *context, const char *name, char *text),
	void *context)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, shelf_is_object, alphasort);
	char *text;

	if (count < 0)
		return false;
	for (int i = 0; i < count; i++) {
		text = shelf_read(directory, entries[i]->d_name);
		if (text)
			take(context, entries[i]->d_name, text);
		free(text);
		free(entries[i]);
	}
	free(entries);
	return true;
}
