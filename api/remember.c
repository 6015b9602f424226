#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "clock.h"
#include "collection.h"
#include "inventory.h"
#include "listing.h"
#include "memory.h"

/*
 * The last complete listings on disk, for a mount that begins without the API in reach. One file a listing: a line that says
 * how many objects follow, and a line an object. It is written beside the old one and put in its place, so it is whole or
 * absent; what is secret is left out. The file's time is that of the listing: one that brought no news only renews it.
 *
 * A remembered listing answers readers alone. It says nothing of what is not in it, so nothing is concluded from that.
 */

enum { SAVE_MS = 30000, LINE_MAX_BYTES = 16 << 20 };

static char *file_of(const struct cache *cache, const struct kind *kind)
{
	const struct resource *resource = kind->resource;
	CLEANUP_FREE char *whole = xasprintf("%s%s%s", resource->name,
		resource->under != NULL ? "." : "", resource->under != NULL ? resource->under : "");
	CLEANUP_FREE char *name = name_encode(whole);

	return xasprintf("%s/%s", cache->inventory, name);
}

static bool is_kept(const struct cache *cache, const struct kind *kind)
{
	return cache->inventory != NULL && !nested_is_derived(kind) && !kind->resource->text;
}

/* Without what is secret. */
static void put_object(
	const struct cache *cache, const struct kind *kind, const struct object *object, FILE *out)
{
	unsigned number = 0;
	const char *secret = cache->secret != NULL ? cache->secret(kind->place.kind, 0) : NULL;

	if (secret == NULL) {
		fprintf(out, "%s\n", object->text);
		return;
	}
	CLEANUP_JSON struct json *json = json_parse(object->text, object->length, NULL);
	for (; secret != NULL; secret = cache->secret(kind->place.kind, ++number))
		json_remove_path(json, secret);
	CLEANUP_FREE char *text = json_print(json);
	fprintf(out, "%s\n", text);
}

static int write_all(const struct cache *cache, const struct kind *kind,
	const struct snapshot *snapshot, FILE *out)
{
	fprintf(out, "{\"count\":%zu}\n", snapshot->count);
	for (size_t i = 0; i < snapshot->count; i++)
		put_object(cache, kind, snapshot->by_id[i], out);
	return fflush(out) != 0 || ferror(out) || fsync(fileno(out)) != 0 ? -EIO : 0;
}

/* A file that cannot be written is no failure of the listing: the next one tries again. */
static bool save(
	const struct cache *cache, const struct kind *kind, const struct snapshot *snapshot)
{
	CLEANUP_FREE char *path = file_of(cache, kind);
	CLEANUP_FREE char *beside = xasprintf("%s.new", path);
	int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *out = file >= 0 ? fdopen(file, "w") : NULL;

	if (out == NULL) {
		if (file >= 0)
			close(file);
		return false;
	}
	int rc = write_all(cache, kind, snapshot, out);
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = snapshot->taken_at}};
	if (rc == 0)
		futimens(file, times);
	if (fclose(out) == 0 && rc == 0 && rename(beside, path) == 0)
		return true;
	unlink(beside);
	return false;
}

static void renew(const struct cache *cache, const struct kind *kind, time_t taken_at)
{
	CLEANUP_FREE char *path = file_of(cache, kind);
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = taken_at}};

	utimensat(AT_FDCWD, path, times, 0);
}

/* It is not on disk after all. */
static void forget_saved(struct cache *cache, struct kind *kind, struct snapshot *snapshot)
{
	LOCKED(&cache->lock);
	if (kind->saved != snapshot)
		return;
	snapshot_unref(kind->saved); /* not the last reference: the caller has one */
	kind->saved = NULL;
}

void remember_save(struct cache *cache, struct kind *kind, bool now)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	CLEANUP_SNAPSHOT struct snapshot *saved = NULL;

	if (!is_kept(cache, kind))
		return;
	pthread_mutex_lock(&cache->lock);
	bool due = now || clock_ms() - kind->saved_at >= SAVE_MS || kind->saved == NULL;
	if (due && kind->snapshot != NULL && !kind->snapshot->remembered &&
		kind->snapshot != kind->saved) {
		snapshot = snapshot_ref(kind->snapshot);
		saved = kind->saved;
		kind->saved = snapshot_ref(snapshot);
		kind->saved_at = clock_ms();
	}
	pthread_mutex_unlock(&cache->lock);
	if (saved != NULL && snapshot_match(saved, snapshot, object_is))
		renew(cache, kind, snapshot->taken_at);
	else if (snapshot != NULL && !save(cache, kind, snapshot))
		forget_saved(cache, kind, snapshot);
}

/* The objects of a file, NULL when they are not all there. */
static struct snapshot *read_all(const struct kind *kind, FILE *in, time_t taken_at)
{
	struct listing listing = {0};
	struct json_room *room = json_room_create();
	CLEANUP_FREE char *line = NULL;
	size_t size = 0;
	ssize_t length = getline(&line, &size, in);
	CLEANUP_JSON struct json *head = length > 0 ? json_parse(line, (size_t)length, NULL) : NULL;
	int64_t count = -1, now = time(NULL);
	int64_t age = taken_at < now ? now - taken_at : 0; /* the clock may have been set back */

	json_get_integer(head, "count", &count);
	while (count >= 0 && (length = getline(&line, &size, in)) > 0 && length < LINE_MAX_BYTES) {
		size_t used;
		const struct json *json = json_parse_first(room, line, (size_t)length, &used);
		if (json == NULL || line[used] != '\n' || strlen(line) != (size_t)length)
			break;
		listing_add(
			&listing, object_take(kind->resource, kind->slots, json, line, used, NULL));
	}
	json_room_destroy(room);
	bool whole = count >= 0 && listing.count == (size_t)count;
	struct snapshot *snapshot = whole ? listing_snapshot(
						    &listing, clock_ms() - age * 1000, taken_at)
					  : NULL;
	listing_finish(&listing);
	return snapshot;
}

void remember_load(struct cache *cache, struct kind *kind)
{
	CLEANUP_FREE char *path = NULL;
	struct stat stat;

	if (!is_kept(cache, kind))
		return;
	path = file_of(cache, kind);
	FILE *in = fopen(path, "re");
	if (in == NULL)
		return;
	struct snapshot *snapshot = fstat(fileno(in), &stat) == 0
					    ? read_all(kind, in, stat.st_mtime)
					    : NULL;
	fclose(in);
	if (snapshot == NULL)
		return;
	snapshot->remembered = true;
	pthread_mutex_lock(&cache->lock);
	bool first = kind->snapshot == NULL;
	if (first) /* with what this mount has made, changed or destroyed before anybody looked */
		hold_merge(kind, snapshot, clock_ms());
	pthread_mutex_unlock(&cache->lock);
	if (!first)
		snapshot_unref(snapshot);
}
