#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "text.h"

static int failed(struct error *err, const char *doing, const char *path)
{
	int code = errno;

	return error_set(err, code, "cannot %s %s: %s", doing, path, strerror(code));
}

char *file_read(const char *path, size_t limit, size_t *ret_length, struct error *err)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		failed(err, "read", path);
		return NULL;
	}
	if (!S_ISREG(st.st_mode) || (size_t)st.st_size > limit) {
		error_set(err, EFBIG, "%s is no file of at most %zu bytes", path, limit);
		return NULL;
	}
	char *data = xmalloc((size_t)st.st_size + 1);
	size_t length = 0;
	while (length < (size_t)st.st_size) {
		ssize_t got = read(fd, data + length, (size_t)st.st_size - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			failed(err, "read", path);
			free(data);
			return NULL;
		}
		if (got == 0)
			break;
		length += (size_t)got;
	}
	data[length] = '\0';
	if (ret_length != NULL)
		*ret_length = length;
	return data;
}

static bool write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, data, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		data += written;
		length -= (size_t)written;
	}
	return true;
}

static int sync_parent(const char *path, struct error *err)
{
	CLEANUP_FREE char *copy = xstrdup(path);
	const char *dir = dirname(copy);
	CLEANUP_CLOSE int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) != 0)
		return failed(err, "sync the directory", dir);
	return 0;
}

int file_write(const char *path, mode_t mode, const char *data, size_t length, struct error *err)
{
	CLEANUP_FREE char *temporary = xasprintf("%s.new", path);

	unlink(temporary);
	CLEANUP_CLOSE int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return failed(err, "write", path);
	if (!write_all(fd, data, length) || fsync(fd) != 0 || rename(temporary, path) != 0) {
		int r = failed(err, "write", path);
		unlink(temporary);
		return r;
	}
	return sync_parent(path, err);
}

int file_remove(const char *path, struct error *err)
{
	if (unlink(path) != 0)
		return errno == ENOENT ? 0 : failed(err, "remove", path);
	return sync_parent(path, err);
}

void file_remove_directory(const char *path)
{
	DIR *dir = opendir(path);

	if (dir != NULL) {
		for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
			unlinkat(dirfd(dir), entry->d_name, 0);
		closedir(dir);
	}
	rmdir(path);
}

static int start(const char *const *arguments, int out, int errors, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	char *argv[24];
	size_t count = 0;

	while (arguments[count] != NULL && count < 23)
		count++;
	if (count == 0)
		return EINVAL;
	memcpy(argv, arguments, count * sizeof *arguments);
	argv[count] = NULL;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, 1);
	posix_spawn_file_actions_adddup2(&actions, errors, 2);
	int r = posix_spawnp(ret_pid, arguments[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

/* What it printed on stderr lies in a memory file until it has ended: no second pipe to watch. */
static void take_errors(int fd, struct error *err, const char *program, int status)
{
	char said[400], plain[400];
	ssize_t got = pread(fd, said, sizeof said - 1, 0);

	said[got > 0 ? got : 0] = '\0';
	said[strcspn(said, "\r\n")] = '\0';
	if (status != 0)
		error_set(
			err, EIO, "%s failed: %s", program, text_plain(plain, sizeof plain, said));
}

int file_run(const char *const *arguments, size_t limit, char **ret_output, struct error *err)
{
	CLEANUP_CLOSE int errors = memfd_create("stderr", MFD_CLOEXEC);
	CLEANUP_TEXT struct text text = {0};
	int ends[2];
	pid_t pid;

	if (errors < 0 || pipe2(ends, O_CLOEXEC) != 0)
		return failed(err, "start", arguments[0]);
	CLEANUP_CLOSE int from = ends[0];
	int r = start(arguments, ends[1], errors, &pid);
	close(ends[1]);
	if (r != 0) {
		errno = r;
		return failed(err, "start", arguments[0]);
	}
	char buffer[4096];
	for (ssize_t got; (got = read(from, buffer, sizeof buffer)) != 0;) {
		if (got < 0 && errno != EINTR)
			break;
		if (got > 0 && text.length + (size_t)got <= limit)
			text_add(&text, buffer, (size_t)got);
	}
	int status;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	take_errors(errors, err, arguments[0], status);
	if (ret_output != NULL)
		*ret_output = text_take(&text);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EIO;
}
