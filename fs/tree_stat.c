#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/memory.h"
#include "content.h"
#include "edit.h"
#include "file.h"
#include "provision/text.h"
#include "readings.h"
#include "relation.h"
#include "tree.h"
#include "tree_time.h"
#include "urn.h"
#include "views/views.h"

/* What stat says of each type of node: directories have no size, secrets are the owner's alone. */
static const mode_t modes[] = {
	[NODE_ROOT] = S_IFDIR | 0755,
	[NODE_VIEW] = S_IFREG | 0444,
	[NODE_HELP] = S_IFDIR | 0755,
	[NODE_TOPIC] = S_IFREG | 0444,
	[NODE_SCRIPTS] = S_IFDIR | 0755,
	[NODE_SCRIPT] = S_IFREG | 0644,
	[NODE_KIND] = S_IFDIR | 0755,
	[NODE_OBJECT] = S_IFDIR | 0755,
	[NODE_ALIAS] = S_IFLNK | 0777,
	[NODE_LINK] = S_IFLNK | 0777,
	[NODE_LINKS] = S_IFDIR | 0755,
	[NODE_LINKED] = S_IFLNK | 0777,
	[NODE_PARTS] = S_IFDIR | 0755,
	[NODE_PART] = S_IFDIR | 0755,
	[NODE_SCRATCH] = S_IFREG | 0644,
	[NODE_PART_FILE] = S_IFREG | 0444,
	[NODE_ATTRIBUTE] = S_IFREG | 0444,
	[NODE_FILE] = S_IFREG | 0444,
};

static bool is_secret(const struct mount *mount, struct node node, const struct file *file)
{
	const struct kind *kind = kinds[node.kind];
	if (node.type == NODE_ATTRIBUTE)
		return kind_is_secret(kind, intern_text(mount->paths[node.kind], node.entry));
	if (file)
		return file->secret || ((file->read == read_json || file->read == read_answer) &&
					       kind_is_secret(kind, NULL));
	return node.type == NODE_PART_FILE && part_files[node.entry].secret;
}

static mode_t file_mode(const struct mount *mount, struct node node, bool newborn)
{
	const struct file *file = tree_file(node);
	/* What can be written at all; into a draft all can, for `cp -r` of another object. */
	mode_t mode = S_IFREG | 0444;
	if (file && file->submit)
		mode |= 0200;
	if (is_secret(mount, node, file))
		mode &= ~(mode_t)077;
	return newborn ? mode | 0200 : mode;
}

/*
 * A file that is an answer of its own from the API, which nobody has asked for lately; `ls -l` does not, either. And ls of the
 * root is no look at the droplets.
 */
bool tree_is_unread(struct mount *mount, struct node node)
{
	bool answer = node.type == NODE_FILE && kinds[node.kind]->resource.single &&
		      kind_above(node.kind) >= 0;
	bool view = node.type == NODE_VIEW && views[node.entry].droplets;
	return (answer && tree_fresh_ms(mount, node) == 0) ||
	       (view && cache_fresh_ms(mount->cache, KIND_droplets) == 0);
}

/* Of what cannot be read now: large enough that the kernel asks for it and is told why. */
#define UNREADABLE_SIZE 4096

/*
 * Its text now, NULL for what nobody has read yet: like a file of /proc, that has no size then. Where files are read without
 * being opened the kernel reads no further than the size, so there it is fetched for that.
 */
static int text_of(
	struct mount *mount, struct node node, char **ret, size_t *ret_length, struct error *err)
{
	*ret_length = 0;
	if (!mount->read_only)
		return tree_is_unread(mount, node)
			       ? 0
			       : content_read(mount, node, ret, ret_length, err);
	if (!content_is_live(node))
		return content_read(mount, node, ret, ret_length, err);
	int rc = readings_text(mount, node, READING_BEGINS_MS, ret, ret_length, err);
	if (rc == 0 || rc == -EINPROGRESS || !tree_is_unread(mount, node))
		return rc;
	error_clear(err);
	*ret_length = UNREADABLE_SIZE;
	return 0;
}

static int stat_text(struct mount *mount, struct node node, struct stat *ret, struct error *err)
{
	struct edit_state edit;
	size_t length = 0;
	CLEANUP_FREE char *text = NULL;
	if (content_is_log(node))
		return content_log_size(mount, node, &ret->st_size, err);
	if (edit_get(mount->edits, ret->st_ino, &edit) && !edit.sink) {
		ret->st_size = (off_t)edit.length;
		return 0;
	}
	int rc = text_of(mount, node, &text, &length, err);
	ret->st_size = (off_t)length;
	if (rc == 0 && text && node.type == NODE_VIEW)
		ret->st_mtim = tree_time_of_view(mount, node, text);
	else if (rc == 0 && text && content_is_live(node))
		ret->st_mtim = tree_time_of_text(ret->st_mtim, text);
	return rc;
}

static int stat_subject(struct mount *mount, struct node node, struct stat *ret, struct error *err)
{
	CLEANUP_SUBJECT struct subject subject = {0};
	int rc = node.type == NODE_ATTRIBUTE ? subject_find(mount, node, &subject, err)
					     : subject_find_unparsed(mount, node, &subject, err);
	if (rc != 0)
		return rc;
	rc = tree_time(&subject, node, &ret->st_mtim, err);
	if (rc != 0)
		return rc;
	const char *path = node.type == NODE_ATTRIBUTE
				   ? intern_text(mount->paths[node.kind], node.entry)
				   : NULL;
	const struct json *value = path ? json_get(subject.json, path) : NULL;
	if (node.type == NODE_ATTRIBUTE && !value)
		return error_set(err, ENOENT, "the API does not say this of it any more");
	if (json_type(value) == JSON_OBJECT)
		ret->st_mode = S_IFDIR | 0755;
	else if (S_ISREG(ret->st_mode))
		ret->st_mode = file_mode(mount, node, node.unborn || subject_is_newborn(&subject));
	return 0;
}

static int stat_link(struct mount *mount, struct node node, struct stat *ret, struct error *err)
{
	CLEANUP_FREE char *target = NULL;
	int rc = tree_readlink(mount, node, &target, err);
	ret->st_size = target ? (off_t)strlen(target) : 0;
	return rc;
}

int tree_stat(struct mount *mount, struct node node, struct stat *ret, struct error *err)
{
	*ret = (struct stat){
		.st_ino = node_pack(node),
		.st_mode = node.type <= NODE_FILE ? modes[node.type] : 0,
		.st_nlink = 1,
		.st_uid = mount->uid,
		.st_gid = mount->gid,
		.st_mtim = tree_time_of_list(mount, node),
		.st_blksize = 4096,
	};
	int rc = 0;
	if (node.type == NODE_SCRATCH) {
		if (!scratch_stat(mount->edits, node, ret))
			return error_set(err, ESTALE, "it is gone");
		ret->st_mtim.tv_nsec = (long)(edits_state(mount->edits, ret->st_ino) % CLOCK_NS);
	} else if (!mount->read_only && tree_is_unread(mount, node)) {
		ret->st_mode = file_mode(mount, node, false);
	} else if (node.type >= NODE_OBJECT &&
		   !(node.type == NODE_OBJECT && kinds[node.kind]->resource.single)) {
		rc = stat_subject(mount, node, ret, err);
	}
	if (rc == 0 && S_ISREG(ret->st_mode) && node.type != NODE_SCRATCH)
		rc = stat_text(mount, node, ret, err);
	if (rc == 0 && S_ISLNK(ret->st_mode) && node.type != NODE_SCRATCH)
		rc = stat_link(mount, node, ret, err);
	/* What moves the nanoseconds is for the kernel; tar, which looks for a change under its hands, goes by ctime. */
	ret->st_atime = ret->st_ctime = node.type == NODE_KIND ? mount->started_at : ret->st_mtime;
	ret->st_blocks = (ret->st_size + 511) / 512;
	return rc;
}

/* From an object's directory two floors up; from a relation's directory, through another object, or from what is nested, more. */
static char *link_text(
	const struct subject *subject, struct node node, const char *kind, const char *name)
{
	struct text text = {0};
	unsigned floors = subject->kind->resource.single ? 1 : 2;
	if (node.type == NODE_LINKED)
		floors++;
	else if (node.other & 1)
		floors += 2;
	for (const char *at = subject->kind->resource.name; (at = strchr(at, '/')); at++)
		floors += 2;
	while (floors-- > 0)
		text_print(&text, "../");
	text_print(&text, "%s/%s", kind, name);
	return text_take(&text);
}

static int linked_name(struct mount *mount, struct node node, const struct relation *relation,
	const char **ret_kind, char **ret, struct error *err)
{
	unsigned kind = 0;
	if (!relation->kind) {
		int found = urn_find(mount, intern_text(mount->words, node.other), &kind, ret, err);
		*ret_kind = kinds[kind]->resource.name;
		return found;
	}
	kind = (unsigned)kind_find(relation->kind);
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	int rc = cache_get(mount->cache, kind, &snapshot, err);
	if (rc != 0)
		return rc;
	unsigned listing;
	CLEANUP_FREE char *id = cache_slot_id(mount->cache, kind, node.other, &listing);
	const struct object *target = id ? snapshot_by_id(snapshot, id) : NULL;
	if (!target)
		return subject_missing(mount, kind, snapshot, "what it leads to", err);
	*ret = xstrdup(target->name);
	return 0;
}

/* The node of a link is that of what it says: when it says something else by now, the kernel has to look it up again. */
static bool link_is(struct node node, const char *name)
{
	return node.other == NODE_LINK_OTHER(node.other, name ? intern_hash(name) : 0);
}

int tree_readlink(struct mount *mount, struct node node, char **ret, struct error *err)
{
	if (node.type == NODE_SCRATCH) {
		size_t length;
		*ret = edit_text(mount->edits, node_pack(node), &length);
		return *ret ? 0 : error_set(err, ENOENT, "it is gone");
	}
	const struct relation *relation = tree_relation(node);
	CLEANUP_SUBJECT struct subject subject = {0};
	CLEANUP_FREE char *name = NULL;
	const char *kind = relation ? relation->kind : NULL;
	if (node.type != NODE_ALIAS && (!relation || node.type == NODE_LINKS))
		return error_set(err, EINVAL, "not a link");
	int rc = subject_find(mount, node, &subject, err);
	if (rc == 0 && node.type == NODE_ALIAS)
		name = xstrdup(subject.name);
	else if (rc == 0 && node.type == NODE_LINKED)
		rc = linked_name(mount, node, relation, &kind, &name, err);
	else if (rc == 0)
		rc = relation_one(&subject, relation, &name, err);
	if (rc == 0 && node.type != NODE_LINKED && !link_is(node, name))
		rc = error_set(err, ESTALE, "it leads elsewhere by now");
	if (rc != 0)
		return rc;
	/* A link needs a text; one that leads nowhere says so. */
	if (!name)
		*ret = xstrdup("none");
	else
		*ret = node.type == NODE_ALIAS ? xstrdup(name)
					       : link_text(&subject, node, kind, name);
	return 0;
}

void tree_path(struct mount *mount, struct node node, char *to, size_t size)
{
	uint64_t parent;
	char *name;
	/* A script that is no component yet. */
	if (node.type == NODE_SCRATCH && scratch_place(mount->edits, node, &parent, &name)) {
		free(name);
		if (node_unpack(parent).type == NODE_SCRIPTS)
			node = node_unpack(parent);
	}
	if (node.type < NODE_KIND || node.type == NODE_SCRATCH) {
		snprintf(to, size, "%s",
			node.type == NODE_SCRIPT || node.type == NODE_SCRIPTS ? "components" : ".");
		return;
	}
	CLEANUP_SUBJECT struct subject subject = {0};
	bool found = node.type != NODE_KIND && subject_find(mount, node, &subject, NULL) == 0;
	CLEANUP_FREE char *place = place_text(
		mount, subject_listing(mount, node), found ? subject.name : NULL);
	snprintf(to, size, "%s", place);
}
