#include "edit.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/memory.h"

#define SCRATCH_MAX 512 /* scratch files of a mount; the oldest make way */
#define ABSENT_MS 3000	/* how long an editor may take to write the file anew */
#define PENDING_MS 2000 /* RELEASE follows the last close at once; this is for a lost one */
#define FRESH_MS 5000	/* how long a cp -r may take to begin */
#define FILLED_MS 1000	/* how long its spec waits for the other files, while it runs */
#define MARKS 64

struct buffer {
	struct buffer *next;
	uint64_t ino, owner;
	char *text;
	size_t length;
	unsigned writers;
	bool dirty, sink, closing; /* closing: by its last writer; it is being submitted */
	int64_t flushed; /* clock_ms() of the last close of a copy since the last write; 0: none */
	struct error refused;
	bool scratch; /* and of such a file: */
	uint64_t parent;
	char *name;
	mode_t mode;
	time_t changed;
};

/* A mark on an inode that ends at a time. */
struct mark {
	uint64_t ino;
	int64_t until;
	pid_t pid;
};

struct edits {
	pthread_mutex_t lock; /* leaf: of all below */
	struct buffer *first; /* newest first */
	unsigned scratches;
	uint32_t next; /* number of the next scratch file */
	struct mark absent[MARKS], fresh[MARKS];
};

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

static struct buffer *find(struct edits *edits, uint64_t ino)
{
	for (struct buffer *buffer = edits->first; buffer; buffer = buffer->next)
		if (buffer->ino == ino)
			return buffer;
	return NULL;
}

static void unlink_buffer(struct edits *edits, struct buffer *buffer)
{
	struct buffer **at = &edits->first;
	while (*at != buffer)
		at = &(*at)->next;
	*at = buffer->next;
	edits->scratches -= buffer->scratch;
	buffer_free(buffer);
}

static struct buffer *add(struct edits *edits, uint64_t ino)
{
	struct buffer *buffer = xcalloc(1, sizeof(*buffer));
	buffer->ino = ino;
	buffer->next = edits->first;
	buffer->text = xcalloc(1, 1);
	edits->first = buffer;
	return buffer;
}

void edit_open(struct edits *edits, uint64_t ino, uint64_t owner, bool sink, const char *text,
	size_t length, bool truncate)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = find(edits, ino);
	if (!buffer) {
		buffer = add(edits, ino);
		free(buffer->text);
		buffer->text = xstrndup(text, length);
		buffer->length = length;
	}
	buffer->owner = owner;
	buffer->sink = sink;
	buffer->writers++;
	buffer->closing = false;
	if (truncate) {
		buffer->dirty = true;
		buffer->length = 0;
		buffer->text[0] = '\0';
		error_clear(&buffer->refused);
	}
}

bool edit_get(struct edits *edits, uint64_t ino, struct edit_state *ret)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = find(edits, ino);
	*ret = (struct edit_state){0};
	if (buffer)
		*ret = (struct edit_state){
			.exists = true,
			.dirty = buffer->dirty,
			.sink = buffer->sink,
			.flushed = buffer->flushed != 0,
			.writers = buffer->writers,
			.length = buffer->length,
			.refused = buffer->refused,
		};
	return buffer != NULL;
}

char *edit_text(struct edits *edits, uint64_t ino, size_t *ret_length)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = find(edits, ino);
	if (!buffer)
		return NULL;
	*ret_length = buffer->length;
	return xmemdup(buffer->text, buffer->length); /* NULs in it are named by a check */
}

int edit_preview(struct edits *edits, uint64_t ino, const char *data, size_t size, off_t offset,
	char **ret, size_t *ret_length, struct error *err)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = find(edits, ino);
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
	struct buffer *buffer = find(edits, ino);
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
	struct buffer *buffer = find(edits, ino);
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
	struct buffer *buffer = find(edits, ino);
	if (buffer && buffer->refused.code == 0)
		buffer->refused = *err;
}

void edit_flushed(struct edits *edits, uint64_t ino)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = find(edits, ino);
	if (buffer && buffer->dirty)
		buffer->flushed = clock_ms();
}

unsigned edit_close(struct edits *edits, uint64_t ino)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = find(edits, ino);
	if (!buffer)
		return 0;
	buffer->writers -= buffer->writers > 0;
	buffer->closing = buffer->writers == 0;
	return buffer->writers;
}

void edit_drop(struct edits *edits, uint64_t ino)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = find(edits, ino);
	if (!buffer || buffer->writers > 0)
		return;
	if (!buffer->scratch) {
		unlink_buffer(edits, buffer);
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

bool edits_pending_beside(struct edits *edits, uint64_t owner, uint64_t ino)
{
	LOCKED(&edits->lock);
	for (const struct buffer *buffer = edits->first; buffer; buffer = buffer->next)
		if (buffer->owner == owner && buffer->ino != ino && is_pending(buffer))
			return true;
	return false;
}

bool edits_pending(struct edits *edits, uint64_t owner)
{
	return edits_pending_beside(edits, owner, 0);
}

bool edit_is_pending(struct edits *edits, uint64_t ino)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = find(edits, ino);
	return buffer && is_pending(buffer);
}

/* Scratch files. */

static uint64_t scratch_ino(uint32_t number)
{
	return node_pack((struct node){.type = NODE_SCRATCH, .other = number});
}

int scratch_make(struct edits *edits, uint64_t parent, const char *name, mode_t mode,
	const char *target, struct node *ret, struct error *err)
{
	LOCKED(&edits->lock);
	struct buffer *oldest = NULL;
	for (struct buffer *buffer = edits->first; buffer; buffer = buffer->next) {
		if (buffer->scratch && buffer->parent == parent && strcmp(buffer->name, name) == 0)
			return error_set(err, EEXIST, "%s is there already", name);
		if (buffer->scratch && buffer->writers == 0)
			oldest = buffer;
	}
	if (edits->scratches >= SCRATCH_MAX) {
		if (!oldest)
			return error_set(
				err, ENOSPC, "too many scratch files; they live in memory");
		unlink_buffer(edits, oldest);
	}
	uint32_t number = edits->next++ % (NODE_OTHERS - 1);
	struct buffer *buffer = add(edits, scratch_ino(number));
	edits->scratches++;
	buffer->scratch = true;
	buffer->parent = parent;
	buffer->name = xstrdup(name);
	buffer->mode = mode;
	buffer->changed = time(NULL);
	if (target) {
		free(buffer->text);
		buffer->text = xstrdup(target);
		buffer->length = strlen(target);
	}
	*ret = node_unpack(buffer->ino);
	return 0;
}

bool scratch_stat(struct edits *edits, struct node node, struct stat *ret)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = find(edits, node_pack(node));
	if (!buffer)
		return false;
	ret->st_mode = buffer->mode;
	ret->st_size = (off_t)buffer->length;
	ret->st_mtime = buffer->changed;
	return true;
}

bool scratch_place(struct edits *edits, struct node node, uint64_t *ret_parent, char **ret_name)
{
	LOCKED(&edits->lock);
	const struct buffer *buffer = find(edits, node_pack(node));
	if (!buffer || !buffer->scratch)
		return false;
	*ret_parent = buffer->parent;
	*ret_name = xstrdup(buffer->name);
	return true;
}

void scratch_chmod(struct edits *edits, struct node node, mode_t mode)
{
	LOCKED(&edits->lock);
	struct buffer *buffer = find(edits, node_pack(node));
	if (buffer)
		buffer->mode = (buffer->mode & S_IFMT) | (mode & 07777);
}

void scratch_rename(struct edits *edits, struct node node, uint64_t parent, const char *name)
{
	LOCKED(&edits->lock);
	struct buffer *moved = find(edits, node_pack(node)), *other = NULL;
	for (struct buffer *buffer = edits->first; buffer; buffer = buffer->next)
		if (buffer->scratch && buffer != moved && buffer->parent == parent &&
			strcmp(buffer->name, name) == 0)
			other = buffer;
	if (other)
		unlink_buffer(edits, other);
	if (!moved)
		return;
	moved->parent = parent;
	free(moved->name);
	moved->name = xstrdup(name);
}

int scratch_remove(struct edits *edits, struct node node, struct error *err)
{
	LOCKED(&edits->lock);
	struct buffer *gone = find(edits, node_pack(node));
	if (!gone)
		return error_set(err, ENOENT, "it is gone");
	for (const struct buffer *buffer = edits->first; buffer; buffer = buffer->next)
		if (buffer->scratch && buffer->parent == gone->ino)
			return error_set(err, ENOTEMPTY, "the directory is not empty");
	unlink_buffer(edits, gone);
	return 0;
}

void edits_forget(struct edits *edits, uint64_t parent)
{
	LOCKED(&edits->lock);
	/* Depth first, by starting over after each: they are few. */
	for (struct buffer *buffer = edits->first; buffer;) {
		const struct buffer *above = buffer->scratch ? find(edits, buffer->parent) : NULL;
		bool orphan = buffer->scratch && !above &&
			      (buffer->parent == parent ||
				      node_unpack(buffer->parent).type == NODE_SCRATCH);
		if (orphan) {
			unlink_buffer(edits, buffer);
			buffer = edits->first;
		} else {
			buffer = buffer->next;
		}
	}
}

bool edits_move(struct edits *edits, uint64_t from, uint64_t to)
{
	LOCKED(&edits->lock);
	bool open = false;
	for (const struct buffer *at = edits->first; at; at = at->next)
		open |= at->owner == from && at->writers > 0;
	for (struct buffer *at = edits->first; at && !open; at = at->next)
		if (at->scratch && at->parent == from)
			at->parent = at->owner = to;
	return !open;
}

void edits_list(
	struct edits *edits, uint64_t parent, tree_visitor visit, void *context, const char *wanted)
{
	struct {
		char *name;
		struct node node;
	} found[SCRATCH_MAX];
	size_t count = 0;
	{
		LOCKED(&edits->lock);
		for (const struct buffer *buffer = edits->first; buffer && count < SCRATCH_MAX;
			buffer = buffer->next)
			if (buffer->scratch && buffer->parent == parent &&
				(!wanted || strcmp(wanted, buffer->name) == 0)) {
				found[count].name = xstrdup(buffer->name);
				found[count++].node = node_unpack(buffer->ino);
			}
	}
	for (size_t i = 0; i < count; i++) {
		visit(context, found[i].name, found[i].node);
		free(found[i].name);
	}
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

void edit_mark_fresh(struct edits *edits, uint64_t ino, pid_t pid)
{
	LOCKED(&edits->lock);
	mark_set(edits->fresh, ino, pid ? clock_ms() + FRESH_MS : 0)->pid = pid;
}

bool edit_is_fresh(struct edits *edits, uint64_t ino, pid_t pid)
{
	LOCKED(&edits->lock);
	const struct mark *mark = mark_find(edits->fresh, ino);
	return mark && mark->pid == pid;
}

bool edit_is_filled(struct edits *edits, uint64_t ino)
{
	LOCKED(&edits->lock);
	const struct mark *mark = mark_find(edits->fresh, ino);
	return mark && mark->pid > 0 && mark->until - clock_ms() > FRESH_MS - FILLED_MS &&
	       (kill(mark->pid, 0) == 0 || errno == EPERM);
}
