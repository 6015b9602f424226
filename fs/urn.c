#include "urn.h"

#include <errno.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/memory.h"

static const char front[] = "do:";

/* The kind that a URN says, and where its id begins; -1 for one that is not known here. */
static int urn_kind(const char *urn, const char **ret_id)
{
	size_t length = strlen(front);
	if (!urn || strncmp(urn, front, length) != 0)
		return -1;
	for (int i = 0; i < KINDS; i++) {
		size_t size = kinds[i]->urn ? strlen(kinds[i]->urn) : 0;
		if (size > 0 && strncmp(urn + length, kinds[i]->urn, size) == 0 &&
			urn[length + size] == ':') {
			*ret_id = urn + length + size + 1;
			return i;
		}
	}
	return -1;
}

char *urn_of(const struct kind *kind, const char *id)
{
	return kind->urn ? xasprintf("%s%s:%s", front, kind->urn, id) : NULL;
}

int urn_find(struct mount *mount, const char *urn, unsigned *ret_kind, char **ret_name,
	struct error *err)
{
	const char *id = NULL;
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	int kind = urn_kind(urn, &id);
	if (kind < 0)
		return error_set(err, ENOENT, "what it leads to is of no kind known here");
	int rc = cache_get(mount->cache, (unsigned)kind, &snapshot, err);
	const struct object *target = rc == 0 ? snapshot_by_id(snapshot, id) : NULL;
	if (rc == 0 && !target)
		return subject_missing(mount, (unsigned)kind, snapshot, "what it leads to", err);
	*ret_kind = (unsigned)kind;
	*ret_name = rc == 0 ? xstrdup(target->name) : NULL;
	return rc;
}

/* One walk over the URNs of an object: the listings of the kinds that occur among them. */
struct search {
	const struct relation *relation;
	const struct json *list;
	struct snapshot *snapshots[KINDS];
	void (*visit)(void *context, const struct urn_target *target);
	void *context;
};

static void search_finish(struct search *search)
{
	for (int i = 0; i < KINDS; i++)
		snapshot_unref(search->snapshots[i]);
}

/* A kind that the token may not see is left out. */
static int search_begin(struct search *search, struct mount *mount, struct error *err)
{
	const char *id;
	for (const struct json *item = json_first(search->list); item; item = json_next(item)) {
		int kind = urn_kind(json_get_string(item, search->relation->item), &id);
		if (kind < 0 || search->snapshots[kind])
			continue;
		struct error problem = {0};
		int rc = cache_get(
			mount->cache, (unsigned)kind, &search->snapshots[kind], &problem);
		if (rc == -EINPROGRESS)
			return rc;
		if (rc != 0 && rc != -EACCES)
			return error_move(err, &problem);
	}
	return 0;
}

static bool is_in(const struct search *search, unsigned kind, const struct object *object)
{
	CLEANUP_FREE char *urn = urn_of(kinds[kind], object->id);
	for (const struct json *item = json_first(search->list); item; item = json_next(item)) {
		const char *its = json_get_string(item, search->relation->item);
		if (its && strcmp(its, urn) == 0)
			return true;
	}
	return false;
}

static struct object *find_named(const struct search *search, unsigned kind, const char *name)
{
	const struct snapshot *snapshot = search->snapshots[kind];
	struct object *object = snapshot ? snapshot_by_name(snapshot, name) : NULL;
	return object && is_in(search, kind, object) ? object : NULL;
}

static void show(const struct search *search, unsigned kind, struct object *object, bool with_kind)
{
	for (unsigned i = 0; i < kind && !with_kind; i++)
		with_kind = find_named(search, i, object->name) != NULL;
	CLEANUP_FREE char *name = with_kind ? xasprintf("%s~%s", object->name,
						      kinds[kind]->resource.name)
					    : xstrdup(object->name);
	CLEANUP_FREE char *urn = urn_of(kinds[kind], object->id);
	const struct urn_target target = {kind, object, name, urn};
	search->visit(search->context, &target);
}

static void show_wanted(const struct search *search, const char *wanted)
{
	const char *mark = strrchr(wanted, '~');
	CLEANUP_FREE char *stem = mark ? xstrndup(wanted, (size_t)(mark - wanted)) : NULL;
	for (unsigned i = 0; i < KINDS; i++) {
		bool meant = mark && strcmp(mark + 1, kinds[i]->resource.name) == 0;
		struct object *object = find_named(search, i, meant ? stem : wanted);
		if (object)
			show(search, i, object, meant);
	}
}

int urn_visit(const struct subject *subject, const struct relation *relation, const char *wanted,
	void (*visit)(void *context, const struct urn_target *target), void *context,
	struct error *err)
{
	__attribute__((cleanup(search_finish))) struct search search = {.relation = relation,
		.list = json_get(subject->json, relation->path),
		.visit = visit,
		.context = context};
	int rc = search_begin(&search, subject->mount, err);
	if (rc == 0 && wanted)
		show_wanted(&search, wanted);
	for (const struct json *item = json_first(search.list); item && rc == 0 && !wanted;
		item = json_next(item)) {
		const char *id;
		int kind = urn_kind(json_get_string(item, relation->item), &id);
		struct object *object = kind >= 0 && search.snapshots[kind]
						? snapshot_by_id(search.snapshots[kind], id)
						: NULL;
		if (object)
			show(&search, (unsigned)kind, object, false);
	}
	return rc;
}
