#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/cleanup.h"
#include "control.h"
#include "draft.h"
#include "report.h"
#include "words.h"

static int world_list(void *context, unsigned kind, struct snapshot **ret, struct error *err)
{
	const struct mount *mount = context;
	return cache_get(mount->cache, kind, ret, err);
}

static int world_check_stack(void *context, const char *text, bool at_boot, struct error *err)
{
	struct stack *stack = NULL;
	int rc = control_stack(context, text, strlen(text), false, &stack, err);
	if (rc == 0 && stack && at_boot)
		rc = control_check_secret(stack, "", err);
	stack_free(stack);
	return rc;
}

int control_spec(struct mount *mount, const struct subject *subject, const char *text,
	size_t length, bool partial, struct spec **ret, struct error *err)
{
	const struct spec_world world = {
		.list = world_list, .check_stack = world_check_stack, .context = mount};
	return spec_parse(&world, subject->kind, subject->name, subject->json, text, length,
		partial, ret, err);
}

int read_spec(struct mount *mount, const struct subject *subject, char **ret, size_t *ret_length,
	struct error *err)
{
	(void)err;
	bool draft = !subject->object &&
		     draft_exists(mount->drafts, subject->listing, subject->name);
	*ret = draft ? draft_get(mount->drafts, subject->listing, subject->name, "spec")
		     : control_spec_text(mount, subject);
	*ret_length = strlen(*ret);
	return 0;
}

int check_spec(struct mount *mount, const struct subject *subject, const char *text, size_t length,
	bool partial, struct error *err)
{
	CLEANUP_SPEC struct spec *spec = NULL;
	/* A shell closes the file once before it writes into it. */
	if (length == 0)
		return 0;
	int rc = partial ? 0 : subject_settled(subject);
	if (rc == 0)
		rc = control_spec(mount, subject, text, length, partial, &spec, err);
	if (rc != 0 || !subject->object)
		return rc;
	struct change_plan plan = control_plan(subject);
	rc = control_diff(mount, subject, spec, &plan, err);
	change_plan_finish(&plan);
	return rc;
}

/* A create of a kind that needs nothing of its own: one POST. The draft stays until the object is there. */
static int create_plain(
	struct mount *mount, const struct subject *subject, struct json *body, struct error *err)
{
	struct change_state state;
	CLEANUP_FREE char *plain = name_decode(subject->name);
	const char *name = plain ? plain : subject->name;
	int64_t before = change_find(mount->changes, subject->listing, name);
	if (before && change_get(mount->changes, before, &state) && state.phase == CHANGE_FAILED)
		change_drop(mount->changes, before);
	struct change_plan plan = {
		.kind = CHANGE_CREATE, .resource = subject->listing, .name = xstrdup(name)};
	/* Where the API chooses the name, control_follow() asks which it is. */
	plan.keep = subject->kind->named_by && !*subject->kind->named_by;
	char *path = xstrdup(cache_resource(mount->cache, subject->listing)->path);
	change_plan_add(&plan, "POST", path, body, false, "create %s", name);
	int64_t ticket = change_submit(mount->changes, &plan, err);
	return ticket < 0 ? (int)ticket : 0;
}

static int create(struct mount *mount, const struct subject *subject, const struct spec *spec,
	struct error *err)
{
	const struct kind *kind = subject->kind;
	struct json *body = NULL;
	int rc = control_body(mount, spec, &body, err);
	if (rc != 0)
		return rc;
	if (!kind->create)
		return create_plain(mount, subject, body, err);
	draft_hand_on(mount->drafts, subject->listing, subject->name);
	rc = kind->create(mount, subject->name, body, spec, err);
	if (rc == 0)
		draft_remove(mount->drafts, subject->listing, subject->name, true);
	else
		draft_keep(mount->drafts, subject->listing, subject->name);
	return rc;
}

static int submit_unborn(struct mount *mount, const struct subject *subject, const char *text,
	size_t length, struct error *err)
{
	CLEANUP_SPEC struct spec *spec = NULL;
	struct error error = {0};
	if (subject->has_job && subject->job.phase != JOB_FAILED) {
		CLEANUP_FREE char *now = control_spec_text(mount, subject);
		if ((strlen(now) == length && memcmp(now, text, length) == 0) ||
			(strlen(subject->job.spec) == length &&
				memcmp(subject->job.spec, text, length) == 0))
			return 0;
		return error_set(err, EBUSY,
			"it is being created from another spec: wait for that (sync spec)");
	}
	int rc = control_spec(mount, subject, text, length, false, &spec, &error);
	if (rc == -EINPROGRESS)
		return rc;
	/* Refused or not, what was written is there to be mended. */
	if (draft_exists(mount->drafts, subject->listing, subject->name) &&
		!memchr(text, '\0', length)) {
		CLEANUP_FREE char *copy = xstrndup(text, length);
		int kept = draft_set(
			mount->drafts, subject->listing, subject->name, "spec", copy, err);
		if (kept != 0)
			return kept;
	}
	if (rc != 0)
		return error_move(err, &error);
	return create(mount, subject, spec, err);
}

static int submit_born(struct mount *mount, const struct subject *subject, const char *text,
	size_t length, struct error *err)
{
	CLEANUP_SPEC struct spec *spec = NULL;
	int rc = control_spec(mount, subject, text, length, false, &spec, err);
	if (rc != 0)
		return rc;
	const char *wanted = control_stack_wanted(subject, spec);
	struct stack *stack = NULL;
	struct change_plan plan = control_plan(subject);
	rc = wanted ? control_stack(mount, wanted, strlen(wanted), false, &stack, err) : 0;
	if (rc == 0)
		rc = control_diff(mount, subject, spec, &plan, err);
	if (rc != 0 || plan.count == 0)
		change_plan_finish(&plan);
	else
		rc = subject_submit(subject, &plan, err);
	if (rc != 0)
		stack_free(stack);
	else if (stack)
		rc = fleet_install(mount->fleet, subject_key(subject), subject->name, stack, err);
	return rc;
}

int submit_spec(struct mount *mount, const struct subject *subject, const char *text, size_t length,
	struct error *err)
{
	CLEANUP_FREE char *now = length == 0 && subject->object ? control_spec_text(mount, subject)
								: NULL;
	/* Of what has nothing to say, a user without settings, it is its own spec written back. */
	if (now && !*now)
		return 0;
	if (length == 0)
		return error_set(err, EINVAL,
			"the spec is empty: nothing was done; `%s = …` is what a line says",
			subject->kind->keys[0].name ? subject->kind->keys[0].name : "key");
	return subject->object ? submit_born(mount, subject, text, length, err)
			       : submit_unborn(mount, subject, text, length, err);
}

static int settle_draft(struct mount *mount, const struct subject *subject, struct error *err)
{
	struct change_state state;
	CLEANUP_FREE char *name = name_decode(subject->name);
	int64_t ticket = change_find(mount->changes, subject->listing, name ? name : subject->name);
	if (ticket && change_get(mount->changes, ticket, &state)) {
		if (state.phase == CHANGE_FAILED)
			return error_set(err, state.error.code, "%s", state.error.message);
		/* Done, and yet not in the listing: the object is about to be. */
		return -EINPROGRESS;
	}
	return 0;
}

int settle_spec(struct mount *mount, const struct subject *subject, struct error *err)
{
	if (subject->object) {
		/* What it was made from is no longer needed. */
		if (draft_exists(mount->drafts, subject->listing, subject->name))
			draft_remove(mount->drafts, subject->listing, subject->name, true);
		return settle_changes(mount, subject, err);
	}
	if (!subject->has_job)
		return settle_draft(mount, subject, err);
	if (subject->job.phase == JOB_FAILED)
		return error_set(err, subject->job.error.code ? subject->job.error.code : EIO, "%s",
			subject->job.error.message);
	return subject->job.phase == JOB_CREATING ? -EINPROGRESS : 0;
}

/* The one attribute that is the whole object. */

static char *whole_spec(const struct subject *subject, const char *text, size_t length)
{
	CLEANUP_FREE char *copy = xstrndup(text, length);
	for (size_t end = strlen(copy); end > 0 && strchr(" \t\r\n", copy[end - 1]); end--)
		copy[end - 1] = '\0';
	/* Quoted in any case: a '#' in it is no comment. */
	CLEANUP_FREE char *quoted = word_quote(copy);
	return xasprintf("%s = %s\n", subject->kind->whole, quoted);
}

int read_whole(struct mount *mount, const struct subject *subject, char **ret, size_t *ret_length,
	struct error *err)
{
	(void)err;
	CLEANUP_SPEC struct spec *spec = NULL;
	CLEANUP_FREE char *text = draft_get(mount->drafts, subject->listing, subject->name, "spec");
	int rc = spec_parse(
		NULL, subject->kind, subject->name, NULL, text, strlen(text), false, &spec, NULL);
	CLEANUP_FREE char *value = rc == 0 && spec->count && spec->values[0].text
					   ? word_unquote(spec->values[0].text)
					   : NULL;
	return text_format(ret, ret_length, value && *value ? "%s\n" : "%s", value ? value : "");
}

int check_whole(struct mount *mount, const struct subject *subject, const char *text, size_t length,
	bool partial, struct error *err)
{
	if (length == 0 || partial)
		return 0;
	if (memchr(text, '\0', length))
		return error_set(err, EINVAL, "there is a NUL in it");
	CLEANUP_FREE char *spec = whole_spec(subject, text, length);
	return check_spec(mount, subject, spec, strlen(spec), false, err);
}

int submit_whole(struct mount *mount, const struct subject *subject, const char *text,
	size_t length, struct error *err)
{
	if (length == 0)
		return 0;
	if (memchr(text, '\0', length))
		return error_set(err, EINVAL, "there is a NUL in it");
	CLEANUP_FREE char *spec = whole_spec(subject, text, length);
	return submit_spec(mount, subject, spec, strlen(spec), err);
}
