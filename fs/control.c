#include "control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/clock.h"
#include "draft.h"
#include "ledger.h"
#include "report.h"
#include "words.h"

/* Texts. */

int text_format(char **ret, size_t *ret_length, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	*ret = xvasprintf(format, arguments);
	va_end(arguments);
	*ret_length = strlen(*ret);
	return 0;
}

int text_line(const char *text, size_t length, char **ret, struct error *err)
{
	const char *newline = memchr(text, '\n', length);
	size_t size = newline ? (size_t)(newline - text) : length;
	*ret = NULL;
	if (memchr(text, '\0', length))
		return error_set(err, EINVAL, "there is a NUL in it");
	for (size_t i = size; i < length; i++)
		if (!strchr(" \t\r\n", text[i]))
			return error_set(err, EINVAL, "this file takes one line at a time");
	CLEANUP_FREE char *line = xstrndup(text, size);
	*ret = xstrdup(word_trim(line));
	return 0;
}

/* "docloud", and "docloud-" with the twelve digits of any journal. */
bool tag_hidden(const struct mount *mount, const char *name)
{
	static const char own[] = "docloud";
	size_t length = strlen(own);
	(void)mount;
	if (strncmp(name, own, length) != 0)
		return false;
	return !name[length] || (name[length] == '-' && strlen(name + length + 1) == 12 &&
					strspn(name + length + 1, "0123456789abcdef") == 12);
}

/* Files. */

int read_json(struct mount *mount, const struct subject *subject, char **ret, size_t *ret_length,
	struct error *err)
{
	(void)mount;
	(void)err;
	CLEANUP_FREE char *text = json_print_pretty(subject->json);
	return text_format(ret, ret_length, "%s\n", text);
}

int read_answer(struct mount *mount, const struct subject *subject, char **ret, size_t *ret_length,
	struct error *err)
{
	if (!subject->kind->resource.text && !subject->kind->keys)
		return read_json(mount, subject, ret, ret_length, err);
	*ret = subject->kind->keys ? control_spec_text(mount, subject)
				   : xstrdup(json_get_string(subject->json, "text"));
	*ret_length = strlen(*ret);
	return 0;
}

int read_error(struct mount *mount, const struct subject *subject, char **ret, size_t *ret_length,
	struct error *err)
{
	(void)err;
	struct error last;
	CLEANUP_FREE char *path = place_text(mount, subject->listing, subject->name);
	time_t when = report_get(mount->reports, path, &last);
	/* An install that failed after what was refused here is what counts; and a slip on its heels does not hide it. */
	bool install = subject->has_job && subject->job.error.code;
	if (install && last.code && when > subject->job.changed)
		return text_format(
			ret, ret_length, "%s\n%s\n", last.message, subject->job.error.message);
	if (install)
		last = subject->job.error;
	return text_format(
		ret, ret_length, last.code ? "%s\n" : "%s", last.code ? last.message : "");
}

int read_rate_limit(struct mount *mount, const struct subject *subject, char **ret,
	size_t *ret_length, struct error *err)
{
	(void)subject;
	(void)err;
	struct http_stats stats;
	char when[CLOCK_STAMP];
	http_stats_get(mount->http, &stats);
	if (stats.rate_limit < 0)
		return text_format(ret, ret_length, "%s", "");
	return text_format(ret, ret_length, "limit %lld\nremaining %lld\nreset %s\n",
		(long long)stats.rate_limit, (long long)stats.rate_remaining,
		clock_stamp(when, (time_t)stats.rate_reset));
}

/* Changes. */

struct change_plan control_plan(const struct subject *subject)
{
	return (struct change_plan){.kind = CHANGE_UPDATE,
		.resource = subject->listing,
		.name = xstrdup(subject->name),
		.id = subject->object ? xstrdup(subject->object->id) : NULL};
}

static char *plan_say(const struct change_plan *plan)
{
	struct text text = {0};
	for (size_t i = 0; i < plan->count; i++)
		text_print(&text, "%s%s", i ? ", " : "", plan->steps[i].say);
	return text_take(&text);
}

void subject_began(const struct subject *subject, int64_t ticket, const char *say)
{
	struct mount *mount = subject->mount;
	int64_t old = ledger_add(
		mount->ledger, subject->listing, subject_key(subject), subject->name, ticket, say);
	if (old)
		change_drop(mount->changes, old);
}

int subject_submit(const struct subject *subject, struct change_plan *plan, struct error *err)
{
	struct mount *mount = subject->mount;
	CLEANUP_FREE char *say = plan_say(plan);
	int rc = subject_check_idle(subject, err);
	if (rc != 0) {
		change_plan_finish(plan);
		return rc;
	}
	int64_t ticket = change_submit(mount->changes, plan, err);
	if (ticket < 0)
		return (int)ticket;
	subject_began(subject, ticket, say);
	if (subject->kind->log)
		subject->kind->log(mount, subject_key(subject), subject->name, say);
	return 0;
}

int draft_is_gone(const char *file, struct error *err)
{
	return error_set(err, EPERM,
		"%s is a draft's, and this one was handed on with its spec: write it before that",
		file);
}

int subject_refused(const struct subject *subject, const char *file, struct error *err)
{
	struct error last;
	CLEANUP_FREE char *path = place_text(subject->mount, subject->listing, subject->name);
	report_refused(subject->mount->reports, path, file, &last);
	return error_move(err, &last);
}

int subject_settled(const struct subject *subject)
{
	if (!subject->object || subject->kind->create)
		return 0;
	bool pending = change_pending(
		subject->mount->changes, subject->listing, subject_id(subject));
	return pending ? -EINPROGRESS : 0;
}

int settle_changes(struct mount *mount, const struct subject *subject, struct error *err)
{
	struct ledger_entry last;
	struct change_state state;
	if (change_pending(mount->changes, subject->listing, subject_id(subject)))
		return -EINPROGRESS;
	if (ledger_get(mount->ledger, subject->listing, subject_key(subject), &last, 1) == 0 ||
		!change_get(mount->changes, last.ticket, &state))
		return 0;
	if (state.phase != CHANGE_FAILED)
		return state.phase == CHANGE_DONE ? 0 : -EINPROGRESS;
	/* Told in `error`, and made good since by a text that left nothing to do. */
	struct error told;
	CLEANUP_FREE char *path = place_text(mount, subject->listing, subject->name);
	report_get(mount->reports, path, &told);
	if (last.ended && !told.code)
		return 0;
	return error_set(err, state.error.code, "%s", state.error.message);
}

static void tell_end(
	struct mount *mount, const struct ledger_open *open, const struct change_state *state)
{
	const struct kind *kind = kinds[cache_place(mount->cache, open->listing).kind];
	bool failed = state->phase == CHANGE_FAILED;
	CLEANUP_FREE char *path = place_text(mount, open->listing, open->name);
	if (failed)
		report_set(mount->reports, path, NULL, &state->error);
	CLEANUP_FREE char *line = failed ? xasprintf("failed: %s: %s", open->entry.say,
						   state->error.message)
					 : xasprintf("done: %s", open->entry.say);
	if (kind->log)
		kind->log(mount, open->key, open->name, line);
}

/* A draft of a kind whose create is one request stays until its object is there; then it has served. */
struct served {
	struct mount *mount;
	unsigned listing;
	const struct snapshot *snapshot;
};

/* Nobody asked for it by a request of its own: told once. */
static void tell_draft(const struct served *served, const char *name, const struct error *error)
{
	struct error told;
	CLEANUP_FREE char *path = place_text(served->mount, served->listing, name);
	report_get(served->mount->reports, path, &told);
	if (strcmp(told.message, error->message) != 0)
		report_set(served->mount->reports, path, NULL, error);
}

static void drop_served(void *context, const char *name)
{
	const struct served *served = context;
	struct mount *mount = served->mount;
	if (snapshot_by_name(served->snapshot, name)) {
		draft_remove(mount->drafts, served->listing, name, true);
		return;
	}
	/* Of some kinds the API chooses the name: an address, a type and a number. */
	CLEANUP_FREE char *plain = name_decode(name);
	struct change_state state;
	int64_t ticket = change_find(mount->changes, served->listing, plain ? plain : name);
	if (!ticket || !change_get(mount->changes, ticket, &state))
		return;
	if (state.phase == CHANGE_FAILED)
		tell_draft(served, name, &state.error);
	else if (state.phase == CHANGE_DONE && snapshot_by_id(served->snapshot, state.id)) {
		draft_become(mount->drafts, served->listing, name, state.id);
		change_drop(mount->changes, ticket);
	}
}

static void drop_drafts(struct mount *mount)
{
	for (unsigned listing = 0; listing < cache_listings(mount->cache); listing++) {
		const struct kind *kind = kinds[cache_place(mount->cache, listing).kind];
		CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
		if (!kind->keys || kind->create ||
			cache_peek(mount->cache, listing, &snapshot) != 0)
			continue;
		struct served served = {mount, listing, snapshot};
		drafts_visit(mount->drafts, listing, drop_served, &served);
	}
}

void control_follow(struct mount *mount)
{
	size_t count;
	drop_drafts(mount);
	CLEANUP_FREE struct ledger_open *open = ledger_open(mount->ledger, &count);
	for (size_t i = 0; i < count; i++) {
		struct change_state state;
		bool known = change_get(mount->changes, open[i].entry.ticket, &state);
		if (known && (state.phase == CHANGE_WAITING || state.phase == CHANGE_RUNNING))
			continue;
		if (known)
			tell_end(mount, &open[i], &state);
		ledger_end(mount->ledger, open[i].listing, open[i].key, open[i].entry.ticket);
	}
}

/* Progress. */

const char *control_status(const struct subject *subject)
{
	const struct job_view *job = subject->has_job ? &subject->job : NULL;
	const char *status = json_get_string(subject->json, "status");
	if (!subject->object && !job)
		return "draft";
	if (job && (job->phase == JOB_FAILED || (job->phase == JOB_IDLE && job->error.code)))
		return "failed";
	if (!subject->object)
		return job->phase == JOB_CREATING ? "creating" : "new";
	return status ? status : "unknown";
}

bool control_works(const struct subject *subject)
{
	const struct job_view *job = &subject->job;
	return subject->has_job && job->phase != JOB_IDLE && job->phase != JOB_FAILED &&
	       *job->stage;
}

const char *control_bar(const struct subject *subject, char bar[CONTROL_BAR + 1])
{
	const struct job_view *job = &subject->job;
	unsigned filled = job->total ? job->done * CONTROL_BAR / job->total : 0;
	for (unsigned i = 0; i < CONTROL_BAR; i++)
		bar[i] = i < filled ? '#' : '-';
	bar[CONTROL_BAR] = '\0';
	return bar;
}
