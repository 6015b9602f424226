#include "edit_buffer.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/memory.h"

#define ABSENT_MS 3000	/* how long an editor may take to write the file anew */
#define PENDING_MS 2000 /* RELEASE follows the last close at once; this is for a lost one */
#define FRESH_MS 5000	/* how long a cp -r may take to begin, and from file to file */
#define FILLED_MS 1000	/* how long its spec waits for the next file, while it runs */

struct edits *edits_create(void)
{
	struct edits *edits = xcalloc(1, sizeof(*edits));
	pthread_mutex_init(&edits->lock, NULL);
	return edits;
}

static void buffer_free(struct buffer *buffer)
{
	free(buffer->text);
	free(buffer->name);
	free(buffer);
}

void edits_destroy(struct edits *edits)
{
	if (!edits)
		return;
	for (struct buffer *buffer = edits->first, *next; buffer; buffer = next) {
		next = buffer->next;
		buffer_free(buffer);
	}
	pthread_mutex_destroy(&edits->lock);
	free(edits);
}

struct buffer *buffer_find(struct edits *edits, uint64_t ino)
{
	for (struct buffer *buffer = edits->first; buffer; buffer = buffer->next)
		if (buffer->ino == ino)
			return buffer;
	return NULL;
}

void buffer_remove(struct edits *edits, struct buffer *buffer)
{
	struct buffer **at = &edits->first;
	while (*at != buffer)
		at = &(*at)->next;
	*at = buffer->next;
	edits->scratches -= buffer->scratch;
	buffer_free(buffer);
}

struct buffer *buffer_add(struct edits *edits, uint64_t ino)
{
	struct buffer *buffer = xcalloc(1, sizeof(*buffer));
	buffer->ino = ino;
	buffer->serial = ++edits->serial;
	buffer->next = edits->first;
	buffer->text = xcalloc(1, 1);
	edits->first = buffer;
	return buffer;
}

void edit_open(struct edits *edits, uint64_t ino, uint64_t owner, bool sink, const char *text,
	size_t length, enum edit_opening opening)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = buffer_find(edits, ino);
	if (!buffer) {
		buffer = buffer_add(edits, ino);
		free(buffer->text);
		buffer->text = xstrndup(text, length);
		buffer->length = length;
	}
	buffer->owner = owner;
	buffer->sink = sink;
	buffer->writers++;
	buffer->closing = false;
	buffer->dirty |= opening == OPEN_EMPTIED;
	if (opening != OPEN_AS_IT_IS) {
		buffer->length = 0;
		buffer->text[0] = '\0';
		error_clear(&buffer->refused);
	}
}

bool edit_get(struct edits *edits, uint64_t ino, struct edit_state *ret)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = buffer_find(edits, ino);
	*ret = (struct edit_state){0};
	if (buffer)
		*ret = (struct edit_state){
			.exists = true,
			.dirty = buffer->dirty,
			.sink = buffer->sink,
			.flushed = buffer->flushed != 0,
			.writers = buffer->writers,
			.serial = buffer->serial,
			.length = buffer->length,
			.refused = buffer->refused,
		};
	return buffer != NULL;
}

char *edit_text(struct edits *edits, uint64_t ino, size_t *ret_length)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = buffer_find(edits, ino);
	if (!buffer)
		return NULL;
	*ret_length = buffer->length;
	return xmemdup(buffer->text, buffer->length); /* NULs in it are named by a check */
}

int edit_preview(struct edits *edits, uint64_t ino, const char *data, size_t size, off_t offset,
	char **ret, size_t *ret_length, struct error *err)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = buffer_find(edits, ino);
	if (!buffer)
		return error_set(err, EBADF, "it is not open for writing");
	size_t start = offset < 0 ? buffer->length : (size_t)offset;
	if (start > EDIT_MAX || size > EDIT_MAX - start)
		return error_set(err, EFBIG, "more than 1 MiB was written to a file of settings");
	size_t length = start + size > buffer->length ? start + size : buffer->length;
	char *text = xcalloc(1, length + 1);
	memcpy(text, buffer->text, buffer->length);
	memcpy(text + start, data, size);
	*ret = text;
	*ret_length = length;
	return 0;
}

void edit_set(struct edits *edits, uint64_t ino, char *text, size_t length)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = buffer_find(edits, ino);
	if (!buffer) {
		free(text);
		return;
	}
	free(buffer->text);
	buffer->text = text;
	buffer->length = length;
	buffer->dirty = true;
	buffer->flushed = 0;
	buffer->changed = time(NULL);
}

void edit_truncate(struct edits *edits, uint64_t ino, size_t length)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = buffer_find(edits, ino);
	if (!buffer || length > EDIT_MAX)
		return;
	char *text = xcalloc(1, length + 1);
	memcpy(text, buffer->text, length < buffer->length ? length : buffer->length);
	free(buffer->text);
	buffer->text = text;
	buffer->length = length;
	buffer->dirty = true;
	buffer->flushed = 0;
	if (length == 0)
		error_clear(&buffer->refused);
}

void edit_refuse(struct edits *edits, uint64_t ino, const struct error *err)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = buffer_find(edits, ino);
	if (buffer && buffer->refused.code == 0)
		buffer->refused = *err;
}

void edit_flushed(struct edits *edits, uint64_t ino)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = buffer_find(edits, ino);
	if (buffer && buffer->dirty)
		buffer->flushed = clock_ms();
}

unsigned edit_close(struct edits *edits, uint64_t ino)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = buffer_find(edits, ino);
	if (!buffer)
		return 0;
	buffer->writers -= buffer->writers > 0;
	buffer->closing = buffer->writers == 0;
	return buffer->writers;
}

void edit_drop(struct edits *edits, uint64_t ino)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = buffer_find(edits, ino);
	if (!buffer || buffer->writers > 0)
		return;
	if (!buffer->name) {
		buffer_remove(edits, buffer);
		return;
	}
	buffer->dirty = buffer->closing = false;
	buffer->flushed = 0;
	error_clear(&buffer->refused);
}

static bool is_pending(const struct buffer *buffer)
{
	bool lately = buffer->flushed && clock_ms() - buffer->flushed < PENDING_MS;
	return buffer->dirty && !buffer->sink && (buffer->closing || lately);
}

bool edits_pending(struct edits *edits, uint64_t owner)
{
	LOCKED(&edits->lock);
	for (const struct buffer *buffer = edits->first; buffer; buffer = buffer->next)
		if (buffer->owner == owner && is_pending(buffer))
			return true;
	return false;
}

bool edit_is_pending(struct edits *edits, uint64_t ino)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = buffer_find(edits, ino);
	return buffer && is_pending(buffer);
}

/* Marks: in the place of the same inode's, or of the one that ends first. */

static struct mark *mark_set(struct mark marks[MARKS], uint64_t ino, int64_t until)
{
	unsigned best = 0;
	for (unsigned i = 0; i < MARKS; i++) {
		if (marks[i].ino == ino) {
			best = i;
			break;
		}
		if (marks[i].until < marks[best].until)
			best = i;
	}
	marks[best] = (struct mark){.ino = ino, .until = until};
	return &marks[best];
}

static const struct mark *mark_find(const struct mark marks[MARKS], uint64_t ino)
{
	for (unsigned i = 0; i < MARKS; i++)
		if (marks[i].ino == ino && marks[i].until > clock_ms())
			return &marks[i];
	return NULL;
}

void edit_mark_absent(struct edits *edits, uint64_t ino, bool absent)
{
	LOCKED(&edits->lock);
	if (absent || mark_find(edits->absent, ino))
		mark_set(edits->absent, ino, absent ? clock_ms() + ABSENT_MS : 0);
}

bool edit_is_absent(struct edits *edits, uint64_t ino)
{
	LOCKED(&edits->lock);
	return mark_find(edits->absent, ino) != NULL;
}

uint64_t edits_state(struct edits *edits, uint64_t dir)
{
	int64_t now = clock_ms();
	uint64_t state = 0;
	LOCKED(&edits->lock);
	for (const struct buffer *at = edits->first; at; at = at->next)
		if (at->owner == dir || at->parent == dir)
			state += 1 + at->ino + (at->name ? intern_hash(at->name) : 0);
	for (const struct mark *mark = edits->absent; mark < edits->absent + MARKS; mark++)
		state += mark->until > now ? 1 + mark->ino : 0;
	return state;
}

void edit_mark_made(struct edits *edits, uint64_t ino, pid_t pid)
{
	LOCKED(&edits->lock);
	struct mark *mark = mark_set(edits->fresh, ino, clock_ms() + FRESH_MS);
	mark->pid = pid;
	mark->made = true;
}

static bool is_alive(pid_t pid)
{
	return pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

void edit_mark_filled(struct edits *edits, uint64_t ino, pid_t pid)
{
	LOCKED(&edits->lock);
	const struct mark *mark = mark_find(edits->fresh, ino);
	if (!mark || (mark->pid != pid && !is_alive(mark->pid)))
		mark_set(edits->fresh, ino, clock_ms() + FRESH_MS)->pid = pid;
}

void edit_mark_copied(struct edits *edits, uint64_t ino, pid_t pid, bool as_new)
{
	LOCKED(&edits->lock);
	const struct mark *mark = mark_find(edits->fresh, ino);
	if (!mark || (as_new && mark->pid != pid))
		return;
	bool made = mark->made;
	struct mark *copied = mark_set(edits->fresh, ino, as_new ? clock_ms() + FRESH_MS : 0);
	copied->pid = pid;
	copied->made = made;
	copied->copied = true;
}

enum freshness edit_freshness(struct edits *edits, uint64_t ino, pid_t pid)
{
	LOCKED(&edits->lock);
	const struct mark *mark = mark_find(edits->fresh, ino);
	if (!mark || mark->pid != pid || !mark->made)
		return FRESH_NOT;
	return mark->copied ? FRESH_COPIED : FRESH_MADE;
}

bool edit_is_filled(struct edits *edits, uint64_t ino)
{
	LOCKED(&edits->lock);
	const struct mark *mark = mark_find(edits->fresh, ino);
	return mark && mark->until - clock_ms() > FRESH_MS - FILLED_MS && is_alive(mark->pid);
}
