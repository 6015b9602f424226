#include "journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

#include "cleanup.h"
#include "memory.h"
#include "snapshot.h"

/*
 * Order is everything here: contents to disk before the name exists, the name to disk before the
 * caller is told. A kill in between leaves a file that ends in .tmp, which journal_load() sweeps away.
 */

enum {
	RECORD_MAX = 8 << 20, /* no record of ours comes near it */
	FILE_NAME_MAX = 255,  /* what every file system takes */
};

static const char record_suffix[] = ".json";
static const char temporary_suffix[] = ".tmp";

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), wanted = strlen(end);

	return length >= wanted && strcmp(text + length - wanted, end) == 0;
}

static int failed(struct error *err, const char *doing, const char *dir, const char *name)
{
	int code = errno;

	return error_set(err, code, "cannot %s %s%s%s: %s", doing, dir, name[0] != '\0' ? "/" : "",
		name, strerror(code));
}

static int sync_directory(const char *dir, struct error *err)
{
	CLEANUP_CLOSE int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || fsync(fd) != 0 ? failed(err, "sync", dir, "") : 0;
}

/* A directory that was just made; its name is to last, too. */
static int sync_above(const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');
	CLEANUP_FREE char *above = slash == NULL   ? xstrdup(".")
				   : slash == path ? xstrdup("/")
						   : xstrndup(path, (size_t)(slash - path));
	return sync_directory(above, err);
}

int journal_make(const char *dir, struct error *err)
{
	CLEANUP_FREE char *path = xstrdup(dir);

	for (char *at = path + 1; *path != '\0'; at++) {
		if (*at != '/' && *at != '\0')
			continue;
		bool last = *at == '\0';
		*at = '\0';
		int rc = mkdir(path, 0700);
		if (rc != 0 && errno != EEXIST)
			return failed(err, "make the directory", path, "");
		if (rc == 0 && (rc = sync_above(path, err)) != 0)
			return rc;
		if (last)
			break;
		*at = '/';
	}
	struct stat st;
	if (stat(dir, &st) != 0)
		return failed(err, "use the directory", dir, "");
	if (!S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return failed(err, "use the directory", dir, "");
	}
	return 0;
}

/* One that was unmounted a moment ago may be on its way out. */
static bool lock_soon(int fd)
{
	enum { NAP_MS = 50, PATIENCE_MS = 3000 };
	const struct timespec nap = {.tv_nsec = NAP_MS * 1000000L};

	for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; waited += NAP_MS) {
		if (errno != EWOULDBLOCK || waited >= PATIENCE_MS)
			return false;
		nanosleep(&nap, NULL);
	}
	return true;
}

int journal_lock(const char *dir, struct error *err)
{
	CLEANUP_FREE char *path = xasprintf("%s/lock", dir);
	char owner[32] = "";
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return failed(err, "open", dir, "lock");
	if (lock_soon(fd)) {
		int length = snprintf(owner, sizeof owner, "%ld\n", (long)getpid());
		/* Who holds it is for the message alone: a short write does no harm. */
		bool told = ftruncate(fd, 0) == 0 && pwrite(fd, owner, (size_t)length, 0) == length;
		(void)told;
		return fd;
	}
	int code = errno;
	ssize_t got = pread(fd, owner, sizeof owner - 1, 0);
	close(fd);
	if (code != EWOULDBLOCK) {
		errno = code;
		return failed(err, "lock", dir, "");
	}
	long pid = got > 0 ? strtol(owner, NULL, 10) : 0;
	return error_set(err, EBUSY,
		"%s is in use by another docloud (process %ld): unmount that one, or mount with "
		"another state_dir",
		dir, pid);
}

static int write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t put = write(fd, text, length);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		text += put;
		length -= (size_t)put;
	}
	return fsync(fd);
}

/* The file dir/name, whole or as it was. */
static int write_file(const char *dir, const char *name, const char *text, struct error *err)
{
	CLEANUP_FREE char *target = xasprintf("%s/%s", dir, name);
	CLEANUP_FREE char *temporary = xasprintf("%s/.XXXXXX%s", dir, temporary_suffix);
	int fd = mkostemps(temporary, (int)strlen(temporary_suffix), O_CLOEXEC);

	if (fd < 0)
		return failed(err, "write in", dir, "");
	int rc = write_all(fd, text, strlen(text)) == 0 ? 0 : failed(err, "write", dir, name);
	if (close(fd) != 0 && rc == 0)
		rc = failed(err, "write", dir, name);
	if (rc == 0 && rename(temporary, target) != 0)
		rc = failed(err, "rename onto", dir, name);
	if (rc != 0) {
		unlink(temporary);
		return rc;
	}
	return sync_directory(dir, err);
}

/* The file name of a record; NULL with ENAMETOOLONG when the file system would not take it. */
static char *file_name(const char *name, struct error *err)
{
	CLEANUP_FREE char *encoded = name_encode(name);
	CLEANUP_FREE char *decoded = name_decode(encoded);

	/* name_encode() cuts what is too long; two records must not become one by that. */
	if (decoded == NULL || strcmp(decoded, name) != 0 ||
		strlen(encoded) + strlen(record_suffix) > FILE_NAME_MAX) {
		error_set(err, ENAMETOOLONG, "the name is too long for the journal");
		return NULL;
	}
	return xasprintf("%s%s", encoded, record_suffix);
}

int journal_write(const char *dir, const char *name, const struct json *record, struct error *err)
{
	CLEANUP_FREE char *file = file_name(name, err);
	CLEANUP_FREE char *text = NULL;

	if (file == NULL)
		return -ENAMETOOLONG;
	text = json_print(record);
	return write_file(dir, file, text, err);
}

int journal_remove(const char *dir, const char *name, struct error *err)
{
	CLEANUP_FREE char *file = file_name(name, err);
	CLEANUP_FREE char *path = NULL;

	if (file == NULL)
		return -ENAMETOOLONG;
	path = xasprintf("%s/%s", dir, file);
	if (unlink(path) != 0)
		return errno == ENOENT ? 0 : failed(err, "remove", dir, file);
	return sync_directory(dir, err);
}

/* A small file, NUL-terminated, freed by the caller; NULL with errno. */
static char *read_file(const char *path, size_t *ret_length)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return NULL;
	if (!S_ISREG(st.st_mode) || st.st_size > RECORD_MAX) {
		errno = EFBIG;
		return NULL;
	}
	char *text = xmalloc((size_t)st.st_size + 1);
	size_t length = 0;
	ssize_t got = 1;
	while (length < (size_t)st.st_size && got > 0) {
		got = read(fd, text + length, (size_t)st.st_size - length);
		length += got > 0 ? (size_t)got : 0;
	}
	if (got < 0) {
		int code = errno;
		free(text);
		errno = code;
		return NULL;
	}
	text[length] = '\0';
	*ret_length = length;
	return text;
}

/* Out of the way, for a person to look at: what it holds may be all that is known of a droplet. */
static void set_aside(const char *dir, const char *file, struct error *err)
{
	CLEANUP_FREE char *path = xasprintf("%s/%s", dir, file);
	CLEANUP_FREE char *aside = xasprintf("%s.broken", path);

	if (rename(path, aside) != 0) {
		failed(err, "set aside", dir, file);
		return;
	}
	error_set(err, EBADMSG,
		"the record %s does not parse; it was set aside as %s.broken: look there what it "
		"was about",
		path, file);
}

static void load_one(const char *dir, const char *file,
	void (*visit)(void *context, const char *name, const struct json *record), void *context,
	struct error *broken, struct error *err)
{
	CLEANUP_FREE char *path = xasprintf("%s/%s", dir, file);
	CLEANUP_FREE char *encoded = xstrndup(file, strlen(file) - strlen(record_suffix));
	CLEANUP_FREE char *name = name_decode(encoded);
	size_t length = 0;
	CLEANUP_FREE char *text = read_file(path, &length);

	if (text == NULL) {
		failed(err, "read", dir, file);
		return;
	}
	CLEANUP_JSON struct json *record = json_parse(text, length, NULL);
	if (record == NULL || json_type(record) != JSON_OBJECT || name == NULL)
		set_aside(dir, file, broken);
	else
		visit(context, name, record);
}

/* All names in dir first: visit() may write and remove records. */
static char **list(const char *dir, size_t *ret_count, struct error *err)
{
	DIR *stream = opendir(dir);
	char **names = NULL;
	const struct dirent *entry;

	*ret_count = 0;
	if (stream == NULL) {
		failed(err, "list", dir, "");
		return NULL;
	}
	while (errno = 0, (entry = readdir(stream)) != NULL) {
		names = xrealloc(names, *ret_count + 1, sizeof *names);
		names[(*ret_count)++] = xstrdup(entry->d_name);
	}
	if (errno != 0)
		failed(err, "list", dir, "");
	closedir(stream);
	return names;
}

int journal_load(const char *dir,
	void (*visit)(void *context, const char *name, const struct json *record), void *context,
	struct error *err)
{
	struct error unread = {0}, broken = {0};
	size_t count;
	char **names = list(dir, &count, &unread);

	for (size_t i = 0; i < count; i++) {
		if (ends_with(names[i], temporary_suffix)) {
			CLEANUP_FREE char *path = xasprintf("%s/%s", dir, names[i]);
			unlink(path);
		} else if (ends_with(names[i], record_suffix)) {
			load_one(dir, names[i], visit, context, &broken, &unread);
		}
		free(names[i]);
	}
	free(names);
	return error_move(err, unread.code != 0 ? &unread : &broken);
}

/* "docloud-" and 12 hex digits, and nothing else than a newline. */
static bool is_id(const char *text)
{
	static const char prefix[] = "docloud-";
	size_t start = strlen(prefix), length = strcspn(text, "\n");

	return strncmp(text, prefix, start) == 0 && length == start + 12 &&
	       strspn(text + start, "0123456789abcdef") == 12;
}

char *journal_id(const char *dir, struct error *err)
{
	CLEANUP_FREE char *path = xasprintf("%s/id", dir);
	size_t length;
	char *text = read_file(path, &length);

	if (text != NULL && is_id(text)) {
		text[strcspn(text, "\n")] = '\0';
		return text;
	}
	if (text != NULL || errno != ENOENT) {
		/* A new id would orphan every droplet that carries the old one. */
		error_set(err, EIO,
			"%s holds no journal's id: restore it from a backup, or remove it to start "
			"with a "
			"new one",
			path);
		free(text);
		return NULL;
	}
	unsigned char random[6];
	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
		failed(err, "get random bytes for", dir, "id");
		return NULL;
	}
	text = xasprintf("docloud-%02x%02x%02x%02x%02x%02x\n", random[0], random[1], random[2],
		random[3], random[4], random[5]);
	if (write_file(dir, "id", text, err) != 0) {
		free(text);
		return NULL;
	}
	text[strcspn(text, "\n")] = '\0';
	return text;
}
