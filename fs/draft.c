#include "draft.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "api/journal.h"
#include "api/memory.h"

/* A draft handed on is remembered this long, for what cp -r still copies into its directory. */
#define SUBMITTED_MS 60000

struct draft {
	struct draft *next;
	unsigned listing;
	char *name;
	struct json *record; /* {"kind", "name", "texts": {…}}; NULL once it was handed on */
	struct json *away;   /* keys of texts that were moved away; NULL for none */
	time_t made;
	int64_t submitted; /* clock_ms() */
	bool handing_on;
	char *became; /* the id of its object */
};

struct drafts {
	struct cache *cache;
	char *dir;
	pthread_mutex_t
		lock; /* leaf: of first and all behind it. The journal is written with it held, which keeps
			       * the order of the writes; nothing that the journal calls takes a lock. */
	struct draft *first;
};

/* What is nested has a '/' in it, which is no file's name. */
static char *record_name(const struct drafts *drafts, unsigned listing, const char *name)
{
	const struct resource *resource = cache_resource(drafts->cache, listing);
	CLEANUP_FREE char *whole = xasprintf("%s%s%s.%s", resource->name,
		resource->under ? "." : "", resource->under ? resource->under : "", name);
	return resource->under ? name_encode(whole) : xstrdup(whole);
}

static struct draft *draft_find(struct drafts *drafts, unsigned listing, const char *name)
{
	for (struct draft *draft = drafts->first; draft; draft = draft->next)
		if (draft->listing == listing && strcmp(draft->name, name) == 0)
			return draft;
	return NULL;
}

static struct draft *draft_add(
	struct drafts *drafts, unsigned listing, const char *name, struct json *record)
{
	struct draft *draft = xcalloc(1, sizeof(*draft));
	draft->listing = listing;
	draft->name = xstrdup(name);
	draft->record = record;
	draft->made = time(NULL);
	draft->next = drafts->first;
	drafts->first = draft;
	return draft;
}

static void draft_free(struct draft *draft)
{
	free(draft->name);
	free(draft->became);
	json_free(draft->record);
	json_free(draft->away);
	free(draft);
}

/* Forget the drafts that were handed on long ago. */
static void drafts_sweep(struct drafts *drafts)
{
	int64_t now = clock_ms();
	for (struct draft **at = &drafts->first; *at;) {
		struct draft *draft = *at;
		if (!draft->record && !draft->became && now - draft->submitted > SUBMITTED_MS) {
			*at = draft->next;
			draft_free(draft);
		} else {
			at = &draft->next;
		}
	}
}

static void load(void *context, const char *name, const struct json *record)
{
	(void)name;
	const char *kind = json_get_string(record, "kind"), *own = json_get_string(record, "name");
	struct drafts *drafts = context;
	int listing = kind ? cache_find(drafts->cache, kind, json_get_string(record, "under")) : -1;
	if (listing >= 0 && own)
		draft_add(drafts, (unsigned)listing, own, json_copy(record));
}

struct drafts *drafts_create(const char *state_dir, struct cache *cache, struct error *err)
{
	struct drafts *drafts = xcalloc(1, sizeof(*drafts));
	drafts->cache = cache;
	drafts->dir = xasprintf("%s/drafts", state_dir);
	pthread_mutex_init(&drafts->lock, NULL);
	int rc = journal_make(drafts->dir, err);
	if (rc == 0)
		rc = journal_load(drafts->dir, load, drafts, err);
	if (rc != 0 && rc != -EBADMSG) {
		drafts_destroy(drafts);
		return NULL;
	}
	return drafts;
}

void drafts_destroy(struct drafts *drafts)
{
	if (!drafts)
		return;
	for (struct draft *draft = drafts->first, *next; draft; draft = next) {
		next = draft->next;
		draft_free(draft);
	}
	pthread_mutex_destroy(&drafts->lock);
	free(drafts->dir);
	free(drafts);
}

static int draft_write(struct drafts *drafts, const struct draft *draft, struct error *err)
{
	char *name = record_name(drafts, draft->listing, draft->name);
	int rc = journal_write(drafts->dir, name, draft->record, err);
	free(name);
	return rc;
}

int draft_make(struct drafts *drafts, unsigned listing, const char *name, struct error *err)
{
	pthread_mutex_lock(&drafts->lock);
	drafts_sweep(drafts);
	struct draft *draft = draft_find(drafts, listing, name);
	int rc = 0;
	if (draft && draft->record) {
		rc = error_set(err, EEXIST, "there is a draft of that name");
	} else {
		if (!draft)
			draft = draft_add(drafts, listing, name, NULL);
		draft->record = json_object();
		free(draft->became);
		draft->became = NULL;
		json_free(draft->away);
		draft->away = NULL;
		const struct resource *resource = cache_resource(drafts->cache, listing);
		json_add_string(draft->record, "kind", resource->name);
		if (resource->under)
			json_add_string(draft->record, "under", resource->under);
		json_add_string(draft->record, "name", name);
		json_add(draft->record, "texts", json_object());
		rc = draft_write(drafts, draft, err);
		if (rc != 0) {
			json_free(draft->record);
			draft->record = NULL;
		}
	}
	pthread_mutex_unlock(&drafts->lock);
	return rc;
}

/* Both names are on disk for a moment; a start in between finds two drafts and loses nothing. */
int draft_rename(struct drafts *drafts, unsigned listing, const char *name, const char *new_name,
	struct error *err)
{
	LOCKED(&drafts->lock);
	struct draft *draft = draft_find(drafts, listing, name);
	struct draft *other = draft_find(drafts, listing, new_name);
	if (!draft || !draft->record)
		return error_set(err, ENOENT, "the draft is gone");
	if (other && other->record)
		return error_set(err, EEXIST, "there is a draft of that name");
	if (draft->handing_on)
		return -EINPROGRESS;
	if (!other)
		other = draft_add(drafts, listing, new_name, NULL);
	other->record = json_copy(draft->record);
	json_add_string(other->record, "name", new_name);
	int rc = draft_write(drafts, other, err);
	struct draft *lost = rc == 0 ? draft : other;
	if (rc == 0) {
		free(other->became);
		other->became = NULL;
		json_free(other->away);
		other->away = draft->away;
		draft->away = NULL;
		CLEANUP_FREE char *record = record_name(drafts, listing, name);
		journal_remove(drafts->dir, record, NULL);
	}
	json_free(lost->record);
	lost->record = NULL;
	lost->submitted = 0;
	return rc;
}

void draft_remove(struct drafts *drafts, unsigned listing, const char *name, bool submitted)
{
	pthread_mutex_lock(&drafts->lock);
	struct draft *draft = draft_find(drafts, listing, name);
	if (!draft && submitted)
		draft = draft_add(drafts, listing, name, NULL);
	if (draft) {
		char *record = record_name(drafts, listing, name);
		if (draft->record)
			journal_remove(drafts->dir, record, NULL);
		free(record);
		json_free(draft->record);
		draft->record = NULL;
		draft->handing_on = false;
		draft->submitted = submitted ? clock_ms() : 0;
		drafts_sweep(drafts);
	}
	pthread_mutex_unlock(&drafts->lock);
}

int draft_check(struct drafts *drafts, unsigned listing, const char *name)
{
	LOCKED(&drafts->lock);
	const struct draft *draft = draft_find(drafts, listing, name);
	if (!draft || !draft->record)
		return -ENOENT;
	return draft->handing_on ? -EINPROGRESS : 0;
}

bool draft_exists(struct drafts *drafts, unsigned listing, const char *name)
{
	return draft_check(drafts, listing, name) != -ENOENT;
}

void draft_become(struct drafts *drafts, unsigned listing, const char *name, const char *id)
{
	/* In this order: there is no moment at which the name leads nowhere. */
	pthread_mutex_lock(&drafts->lock);
	struct draft *draft = draft_find(drafts, listing, name);
	if (!draft)
		draft = draft_add(drafts, listing, name, NULL);
	free(draft->became);
	draft->became = xstrdup(id);
	pthread_mutex_unlock(&drafts->lock);
	draft_remove(drafts, listing, name, true);
}

char *draft_became(struct drafts *drafts, unsigned listing, const char *name)
{
	LOCKED(&drafts->lock);
	const struct draft *draft = draft_find(drafts, listing, name);
	return draft && draft->became ? xstrdup(draft->became) : NULL;
}

time_t draft_time(struct drafts *drafts, unsigned listing, const char *name)
{
	pthread_mutex_lock(&drafts->lock);
	struct draft *draft = draft_find(drafts, listing, name);
	time_t made = draft ? draft->made : 0;
	pthread_mutex_unlock(&drafts->lock);
	return made;
}

int64_t draft_submitted(struct drafts *drafts, unsigned listing, const char *name)
{
	pthread_mutex_lock(&drafts->lock);
	struct draft *draft = draft_find(drafts, listing, name);
	int64_t submitted = draft && !draft->record ? draft->submitted : 0;
	pthread_mutex_unlock(&drafts->lock);
	return submitted;
}

void draft_forget(struct drafts *drafts, unsigned listing, const char *name)
{
	pthread_mutex_lock(&drafts->lock);
	struct draft *draft = draft_find(drafts, listing, name);
	if (draft && !draft->record)
		draft->submitted = 0;
	pthread_mutex_unlock(&drafts->lock);
}

char *draft_get(struct drafts *drafts, unsigned listing, const char *name, const char *key)
{
	pthread_mutex_lock(&drafts->lock);
	struct draft *draft = draft_find(drafts, listing, name);
	const char *text = NULL;
	if (draft && !json_get(draft->away, key))
		text = json_string(json_get(json_get(draft->record, "texts"), key));
	char *copy = xstrdup(text ? text : "");
	pthread_mutex_unlock(&drafts->lock);
	return copy;
}

int draft_set(struct drafts *drafts, unsigned listing, const char *name, const char *key,
	const char *text, struct error *err)
{
	LOCKED(&drafts->lock);
	struct draft *draft = draft_find(drafts, listing, name);
	if (!draft || !draft->record)
		return error_set(err, ENOENT, "the draft is gone");
	if (draft->handing_on)
		return -EINPROGRESS;
	const struct json *before = json_get(draft->record, "texts");
	const char *old = json_get_string(before, key);
	if (strcmp(old ? old : "", text) != 0) {
		struct draft changed = *draft;
		changed.record = json_copy(draft->record);
		struct json *texts = json_copy(before);
		json_add_string(texts, key, text);
		json_add(changed.record, "texts", texts);
		int rc = draft_write(drafts, &changed, err);
		/* What could not be kept was not written. */
		json_free(rc == 0 ? draft->record : changed.record);
		if (rc != 0)
			return rc;
		draft->record = changed.record;
	}
	if (draft->away)
		json_remove(draft->away, key);
	return 0;
}

void draft_set_away(struct drafts *drafts, unsigned listing, const char *name, const char *key)
{
	LOCKED(&drafts->lock);
	struct draft *draft = draft_find(drafts, listing, name);
	if (!draft || !draft->record)
		return;
	if (!draft->away)
		draft->away = json_object();
	json_add_bool(draft->away, key, true);
}

static void set_handing_on(struct drafts *drafts, unsigned listing, const char *name, bool on)
{
	LOCKED(&drafts->lock);
	struct draft *draft = draft_find(drafts, listing, name);
	if (draft)
		draft->handing_on = on;
}

void draft_hand_on(struct drafts *drafts, unsigned listing, const char *name)
{
	set_handing_on(drafts, listing, name, true);
}

void draft_keep(struct drafts *drafts, unsigned listing, const char *name)
{
	set_handing_on(drafts, listing, name, false);
}

void drafts_visit(struct drafts *drafts, unsigned listing,
	void (*visit)(void *context, const char *name), void *context)
{
	size_t count = 0;
	char **names = NULL;
	pthread_mutex_lock(&drafts->lock);
	for (struct draft *draft = drafts->first; draft; draft = draft->next)
		if (draft->listing == listing && draft->record) {
			names = xrealloc(names, count + 1, sizeof(*names));
			names[count++] = xstrdup(draft->name);
		}
	pthread_mutex_unlock(&drafts->lock);
	for (size_t i = 0; i < count; i++) {
		visit(context, names[i]);
		free(names[i]);
	}
	free(names);
}
