#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/bell.h"
#include "api/clock.h"
#include "api/memory.h"
#include "file.h"
#include "job.h"

/*
 * Beside its record, a job has
 *
 *	events.BASE	the droplet's journal as it came. BASE plus the file's length is the offset to
 *			go on from, so the two cannot disagree; the state is folded from it at every start
 *	log.NAME	what a component printed in the last run; made anew from events when its
 *			length is not the one that the fold counted
 *	log		all that was done to this droplet, for people; only appended to, up to a limit
 *
 * A copy that has grown too long is written anew without what is of no use any more, under a BASE
 * that makes up for what was left out.
 */
enum { EVENTS_LIMIT = 16 << 20, LOG_LINE_MAX = 8400 };

static void append(const char *path, const char *data, size_t length)
{
	CLEANUP_CLOSE int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0 && write(fd, data, length) != (ssize_t)length)
		return; /* a full disk costs log lines, not the install */
}

/* Whole lines into the log. One that has reached its limit is begun anew; the last one is kept beside it, and no others. */
static void log_append(struct fleet *fleet, struct job *job, const char *data, size_t length)
{
	static const char anew[] =
		"this log had reached its limit of 16 MiB: what it was is in the state directory\n";
	CLEANUP_FREE char *path = job_path(fleet, job, "log");
	CLEANUP_FREE char *before = job_path(fleet, job, "before.log");

	pthread_mutex_lock(&fleet->lock);
	bool full = job->log_bytes + (off_t)length > LOG_LIMIT;
	job->log_bytes = (full ? (off_t)sizeof anew - 1 : job->log_bytes) + (off_t)length;
	pthread_mutex_unlock(&fleet->lock);
	if (full) {
		rename(path, before);
		append(path, anew, sizeof anew - 1);
	}
	append(path, data, length);
}

static void add_line(struct text *to, double seconds, const char *name, const char *text)
{
	char stamp[CLOCK_STAMP];

	text_print(to, "%s %s%s%s\n", clock_stamp(stamp, (time_t)seconds), name,
		name[0] != '\0' ? ": " : "", text);
}

void job_log(struct fleet *fleet, struct job *job, const char *format, ...)
{
	CLEANUP_TEXT struct text line = {0};
	char plain[LOG_LINE_MAX];
	va_list arguments;

	va_start(arguments, format);
	CLEANUP_FREE char *text = xvasprintf(format, arguments);
	va_end(arguments);
	add_line(&line, (double)time(NULL), "", text_plain(plain, sizeof plain, text));
	log_append(fleet, job, line.data, line.length);
	bell_ring(fleet->bell);
}

/* --- the components' logs, from the fold's events */

struct rendering {
	struct fleet *fleet;
	struct job *job;
	struct text log;    /* for the droplet's log */
	struct text *parts; /* for each component's, in the fold's order */
	size_t count;
	bool began; /* a new run began: what the components' logs had is of the last one */
	fold_listener listener;
	void *context;
};

static void forget_parts(struct rendering *rendering)
{
	for (size_t i = 0; i < rendering->count; i++)
		text_finish(&rendering->parts[i]);
	free(rendering->parts);
	rendering->parts = NULL;
	rendering->count = 0;
}

static void add_part(struct rendering *rendering, const struct fold_event *event)
{
	size_t at = (size_t)(event->component - rendering->job->fold.components);

	if (at >= rendering->count) {
		rendering->parts = xrealloc(rendering->parts, at + 1, sizeof *rendering->parts);
		memset(rendering->parts + rendering->count, 0,
			(at + 1 - rendering->count) * sizeof *rendering->parts);
		rendering->count = at + 1;
	}
	text_print(&rendering->parts[at], "%s\n", event->value);
}

static void render_state(struct rendering *rendering, const struct fold_event *event)
{
	const struct fold_component *component = event->component;
	char text[400];

	switch (component->state) {
	case COMPONENT_QUEUED:
		return;
	case COMPONENT_INSTALLED:
		snprintf(text, sizeof text, "installed%s%s in %.1f s",
			component->version[0] != '\0' ? ", version " : "", component->version,
			component->seconds >= 0 ? component->seconds : 0);
		break;
	default:
		snprintf(text, sizeof text, "%s%s%s", event->value,
			component->reason[0] != '\0' ? ": " : "", component->reason);
	}
	add_line(&rendering->log, event->time, component->name, text);
}

/* Outputs may be secrets: they are in components/NAME/output, not in the log. */
static void render(void *context, const struct fold_event *event)
{
	struct rendering *rendering = context;

	switch (event->kind) {
	case FOLD_RUN:
		rendering->began = true;
		forget_parts(rendering);
		break;
	case FOLD_LOG:
		add_line(&rendering->log, event->time, event->component->name, event->value);
		add_part(rendering, event);
		break;
	case FOLD_STATE:
		render_state(rendering, event);
		break;
	default:
		break;
	}
	if (rendering->listener != NULL)
		rendering->listener(rendering->context, event);
}

static char *part_path(const struct fleet *fleet, const struct job *job, const char *component)
{
	CLEANUP_FREE char *file = xasprintf("log.%s", component);

	return job_path(fleet, job, file);
}

static void remove_parts(struct fleet *fleet, struct job *job)
{
	CLEANUP_FREE char *path = job_path(fleet, job, "");
	DIR *dir = opendir(path);

	if (dir == NULL)
		return;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		if (strncmp(entry->d_name, "log.", 4) == 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	closedir(dir);
}

/*
 * The worker's own thread is the only one that changes the fold, so its names may be read unlocked.
 */
static void write_parts(struct rendering *rendering)
{
	if (rendering->began)
		remove_parts(rendering->fleet, rendering->job);
	for (size_t i = 0; i < rendering->count; i++) {
		const char *name = rendering->job->fold.components[i].name;
		CLEANUP_FREE char *path = part_path(rendering->fleet, rendering->job, name);
		if (rendering->parts[i].length > 0)
			append(path, rendering->parts[i].data, rendering->parts[i].length);
	}
}

/* --- the copy of the droplet's journal */

static char *events_path(struct fleet *fleet, const struct job *job, off_t base)
{
	CLEANUP_FREE char *file = xasprintf("events.%lld", (long long)base);

	return job_path(fleet, job, file);
}

off_t events_offset(const struct job *job)
{
	return job->events_base + job->events_length;
}

static int events_open(struct fleet *fleet, struct job *job, struct error *err)
{
	if (job->events_fd >= 0)
		return 0;
	CLEANUP_FREE char *path = events_path(fleet, job, job->events_base);
	job->events_fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (job->events_fd < 0)
		return error_set(err, errno, "cannot open %s: %s", path, strerror(errno));
	return 0;
}

void events_sync(const struct job *job)
{
	if (job->events_fd >= 0 && fdatasync(job->events_fd) != 0)
		return; /* what is missing after a power cut is asked for again: see job->stale */
}

void events_close(struct job *job)
{
	if (job->events_fd >= 0)
		close(job->events_fd);
	job->events_fd = -1;
}

/* The largest BASE there is; the others were about to be removed. */
static bool find_base(struct fleet *fleet, struct job *job)
{
	CLEANUP_FREE char *path = job_path(fleet, job, "");
	DIR *dir = opendir(path);
	bool found = false;

	if (dir == NULL)
		return false;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		char *end;
		if (strncmp(entry->d_name, "events.", 7) != 0)
			continue;
		off_t base = strtoll(entry->d_name + 7, &end, 10);
		if (*end != '\0' || base < job->events_base)
			continue;
		job->events_base = base;
		found = true;
	}
	closedir(dir);
	return found;
}

static bool part_whole(struct fleet *fleet, struct job *job, const struct fold_component *component)
{
	CLEANUP_FREE char *path = part_path(fleet, job, component->name);
	struct stat st;

	if (stat(path, &st) != 0)
		return component->log_bytes == 0;
	return (size_t)st.st_size == component->log_bytes;
}

void events_load(struct fleet *fleet, struct job *job)
{
	struct rendering rendering = {.fleet = fleet, .job = job};

	if (!find_base(fleet, job))
		return;
	CLEANUP_FREE char *path = events_path(fleet, job, job->events_base);
	size_t length = 0;
	CLEANUP_FREE char *data = file_read(path, (size_t)EVENTS_LIMIT * 2, &length, NULL);
	if (data == NULL)
		return;
	job->events_length = (off_t)length;
	fold_bytes(&job->fold, data, length, render, &rendering);
	bool whole = true;
	for (size_t i = 0; i < job->fold.count; i++)
		whole = whole && part_whole(fleet, job, &job->fold.components[i]);
	if (!whole) {
		rendering.began = true;
		write_parts(&rendering);
	}
	forget_parts(&rendering);
	text_finish(&rendering.log);
}

/* Is it `TIME NAME log …`? The same word may be in what another one says. */
static bool is_log(const char *line, const char *end)
{
	for (int words = 0; words < 2; words++) {
		line = memchr(line, ' ', (size_t)(end - line));
		if (line == NULL)
			return false;
		line++;
	}
	return end - line >= 4 && memcmp(line, "log ", 4) == 0;
}

/* What of the old copy is worth keeping: the last run, and if that is too long, not its log. */
static void keep_useful(const char *data, size_t length, struct text *kept)
{
	const char *end = data + length, *start = data;

	for (const char *at = data; (at = memmem(at, (size_t)(end - at), " - run ", 7)) != NULL;
		at++) {
		const char *newline = memrchr(data, '\n', (size_t)(at - data));
		const char *line = newline != NULL ? newline + 1 : data;
		/* Only a time stands before it; the same words may be in a log. */
		if (memchr(line, ' ', (size_t)(at - line)) == NULL)
			start = line;
	}
	bool all = end - start < EVENTS_LIMIT / 2;
	while (start < end) {
		const char *newline = memchr(start, '\n', (size_t)(end - start));
		const char *next = newline != NULL ? newline + 1 : end;
		if (all || newline == NULL || !is_log(start, next))
			text_add(kept, start, (size_t)(next - start));
		start = next;
	}
}

static int events_compact(struct fleet *fleet, struct job *job, struct error *err)
{
	CLEANUP_FREE char *path = events_path(fleet, job, job->events_base);
	CLEANUP_TEXT struct text kept = {0};
	size_t length = 0;
	CLEANUP_FREE char *data = file_read(path, (size_t)EVENTS_LIMIT * 2, &length, err);

	if (data == NULL)
		return -EIO;
	keep_useful(data, length, &kept);
	off_t base = events_offset(job) - (off_t)kept.length;
	CLEANUP_FREE char *next = events_path(fleet, job, base);
	int r = file_write(next, 0600, kept.length > 0 ? kept.data : "", kept.length, err);
	if (r != 0)
		return r;
	events_close(job);
	if (base != job->events_base) /* all of it was of use: it is that very file */
		unlink(path);
	job->events_base = base;
	job->events_length = (off_t)kept.length;
	return events_open(fleet, job, err);
}

/* The fold is of no use to compaction: lines that are left out are only logs of what it counted. */
int events_take(struct fleet *fleet, struct job *job, const char *data, size_t length,
	fold_listener listener, void *context, struct error *err)
{
	struct rendering rendering = {
		.fleet = fleet, .job = job, .listener = listener, .context = context};
	int r = events_open(fleet, job, err);

	if (r == 0 && job->events_length + (off_t)length > EVENTS_LIMIT)
		r = events_compact(fleet, job, err);
	if (r != 0)
		return r;
	ssize_t put = write(job->events_fd, data, length);
	if (put != (ssize_t)length) {
		int code = put < 0 ? errno : ENOSPC;
		if (ftruncate(job->events_fd, job->events_length) != 0)
			events_close(job);
		return error_set(
			err, code, "cannot write the droplet's journal: %s", strerror(code));
	}
	job->events_length += (off_t)length;
	pthread_mutex_lock(&fleet->lock);
	fold_bytes(&job->fold, data, length, render, &rendering);
	job->changed = time(NULL);
	pthread_mutex_unlock(&fleet->lock);
	write_parts(&rendering);
	if (rendering.log.length > 0)
		log_append(fleet, job, rendering.log.data, rendering.log.length);
	forget_parts(&rendering);
	text_finish(&rendering.log);
	bell_ring(fleet->bell);
	return 0;
}

int events_reset(struct fleet *fleet, struct job *job, struct error *err)
{
	events_close(job);
	CLEANUP_FREE char *path = events_path(fleet, job, job->events_base);
	unlink(path);
	job->events_base = job->events_length = 0;
	pthread_mutex_lock(&fleet->lock);
	fold_finish(&job->fold);
	pthread_mutex_unlock(&fleet->lock);
	remove_parts(fleet, job);
	return events_open(fleet, job, err);
}

ssize_t fleet_log_read(struct fleet *fleet, const char *key, const char *component, char *to,
	size_t size, off_t offset)
{
	struct job *job = job_get(fleet, key);

	if (job == NULL || (component != NULL && strchr(component, '/') != NULL)) {
		job_unref(fleet, job);
		return -ENOENT;
	}
	CLEANUP_FREE char *path = component != NULL ? part_path(fleet, job, component)
						    : job_path(fleet, job, "log");
	job_unref(fleet, job);
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	ssize_t got = pread(fd, to, size, offset);
	return got >= 0 ? got : -errno;
}
