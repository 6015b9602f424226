/*
 * What shells cannot show: which system call of a writer fails, with which errno. Prints "ok", or the call and its errno:
 * "close EINVAL", and then exits with 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char usage[] =
	"syscalls put FILE [CHUNK]    standard input into FILE, truncated, CHUNK bytes a write\n"
	"syscalls append FILE         the same with O_APPEND\n"
	"syscalls fsync FILE          open read-only, fsync\n"
	"syscalls two FILE            two processes write a half each through one descriptor\n"
	"syscalls child FILE          write, and a child that has it open, too, ends; then wait "
	"for a signal\n"
	"syscalls thread FILE         written by a thread, which ends, and closed by another\n"
	"syscalls threads DIRECTORY   remove it as file managers do: a thread for each call\n"
	"syscalls emacs FILE          save as emacs does: link, backup by rename, new file, fsync\n"
	"syscalls rename FROM TO      the call itself\n"
	"syscalls symlink TO LINK     likewise\n";

static void failed(const char *call)
{
	printf("%s %s\n", call, strerrorname_np(errno));
	exit(1);
}

static int need(int result, const char *call)
{
	if (result < 0)
		failed(call);
	return result;
}

struct input {
	size_t length;
	char data[4 << 20];
};

static const struct input *standard_input(void)
{
	static struct input input;
	input.length = fread(input.data, 1, sizeof input.data, stdin);
	return &input;
}

static int create(const char *path, int flags)
{
	return need(open(path, O_WRONLY | O_CREAT | flags, 0644), "open");
}

static void write_once(int fd, const char *data, size_t length)
{
	need((int)write(fd, data, length), "write");
}

static void put_chunks(const char *path, int flags, size_t chunk)
{
	const struct input *input = standard_input();
	int fd = create(path, flags);
	if (chunk == 0)
		chunk = input->length;
	for (size_t at = 0; at < input->length; at += chunk)
		write_once(fd, input->data + at,
			at + chunk < input->length ? chunk : input->length - at);
	need(close(fd), "close");
}

static void put(const char *path, const char *chunk)
{
	put_chunks(path, O_TRUNC, chunk ? strtoul(chunk, NULL, 10) : 0);
}

static void append(const char *path, const char *unused)
{
	(void)unused;
	put_chunks(path, O_APPEND, 0);
}

static void sync_only(const char *path, const char *unused)
{
	(void)unused;
	need(fsync(need(open(path, O_RDONLY), "open")), "fsync");
}

static void two(const char *path, const char *unused)
{
	(void)unused;
	const struct input *input = standard_input();
	size_t half = input->length / 2;
	int fd = create(path, O_TRUNC);
	if (need(fork(), "fork") == 0) {
		write_once(fd, input->data, half);
		need(close(fd), "close");
		_exit(0);
	}
	wait(NULL);
	write_once(fd, input->data + half, input->length - half);
	need(close(fd), "close");
}

static void child(const char *path, const char *unused)
{
	(void)unused;
	const struct input *input = standard_input();
	int fd = create(path, O_TRUNC);
	write_once(fd, input->data, input->length);
	if (need(fork(), "fork") == 0)
		_exit(0);
	wait(NULL);
	puts("ended");
	fflush(stdout);
	pause();
}

static void *open_and_write(void *pointer)
{
	static int fd;
	const struct input *input = standard_input();
	fd = create(pointer, O_TRUNC);
	write_once(fd, input->data, input->length);
	return &fd;
}

static void *close_only(void *fd)
{
	need(close(*(int *)fd), "close");
	return NULL;
}

static void thread(const char *path, const char *unused)
{
	(void)unused;
	pthread_t one, other;
	void *fd;
	pthread_create(&one, NULL, open_and_write, (void *)path);
	pthread_join(one, &fd);
	pthread_create(&other, NULL, close_only, fd);
	pthread_join(other, NULL);
}

/* A call of a removal. */
struct removal {
	const char *call, *path;
	int (*function)(const char *path);
	int error;
};

static void *perform(void *pointer)
{
	struct removal *removal = pointer;
	removal->error = removal->function(removal->path) == 0 ? 0 : errno;
	return NULL;
}

static struct removal last_failed;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)at;
	struct removal removal = {"unlink", path, unlink, 0};
	pthread_t thread;
	if (type == FTW_DP)
		removal = (struct removal){"rmdir", path, rmdir, 0};
	if (pthread_create(&thread, NULL, perform, &removal) == 0)
		pthread_join(thread, NULL);
	if (removal.error != 0)
		last_failed = removal;
	return 0;
}

static void threads(const char *path, const char *unused)
{
	(void)unused;
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	errno = last_failed.error;
	if (errno != 0)
		failed(last_failed.call);
}

static void emacs(const char *path, const char *unused)
{
	(void)unused;
	const struct input *input = standard_input();
	char name_of[PATH_MAX], directory_of[PATH_MAX], lock[2 * PATH_MAX], automatic[2 * PATH_MAX],
		backup[2 * PATH_MAX];
	snprintf(name_of, sizeof name_of, "%s", path);
	snprintf(directory_of, sizeof directory_of, "%s", path);
	const char *name = basename(name_of), *directory = dirname(directory_of);
	snprintf(lock, sizeof lock, "%s/.#%s", directory, name);
	snprintf(automatic, sizeof automatic, "%s/#%s#", directory, name);
	snprintf(backup, sizeof backup, "%s~", path);

	/* Where links cannot be made it edits on. */
	int locked = symlink("root@here.1:1", lock) == 0;
	int fd = create(automatic, O_TRUNC);
	write_once(fd, input->data, input->length);
	need(close(fd), "close");
	need(rename(path, backup), "rename");
	fd = create(path, O_TRUNC);
	write_once(fd, input->data, input->length);
	need(fsync(fd), "fsync");
	need(close(fd), "close");
	need(unlink(automatic), "unlink");
	if (locked)
		need(unlink(lock), "unlink");
}

static void rename_to(const char *from, const char *to)
{
	need(rename(from, to ? to : ""), "rename");
}

static void symlink_to(const char *to, const char *link)
{
	need(symlink(to, link ? link : ""), "symlink");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(const char *first, const char *second);
	} verbs[] = {{"put", put}, {"append", append}, {"fsync", sync_only}, {"two", two},
		{"child", child}, {"thread", thread}, {"threads", threads}, {"emacs", emacs},
		{"rename", rename_to}, {"symlink", symlink_to}};
	for (size_t i = 0; argc > 2 && i < sizeof verbs / sizeof verbs[0]; i++) {
		if (strcmp(argv[1], verbs[i].name) == 0) {
			verbs[i].run(argv[2], argc > 3 ? argv[3] : NULL);
			puts("ok");
			return 0;
		}
	}
	fputs(usage, stderr);
	return 2;
}
