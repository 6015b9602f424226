#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/bell.h"
#include "api/crash.h"
#include "api/memory.h"
#include "job.h"

/*
 * A job's droplet is created by api/change.c, exactly once by its own means. This side's part: the
 * job is durable before the create is submitted, the create's record is kept there until the
 * droplet's id is durable here, and after a restart the create is looked for before another one is
 * submitted.
 *
 * A body without keys would have DigitalOcean mail a root password that must be changed at the
 * first login, which breaks every session; so docloud's own key is put into the account, once, and
 * into the body.
 */
enum { AGAIN_MS = 1000 };

/* Do two public keys have the same type and base64? */
static bool same_key(const char *a, const char *b)
{
	size_t first = strcspn(a, " "), length = first;

	if (a[first] == ' ')
		length = first + 1 + strcspn(a + first + 1, " \n");
	return strncmp(a, b, length) == 0 && strchr(" \n", b[length]) != NULL;
}

static const char *object_text(const struct json *value, const char *key)
{
	const char *text = json_get_string(value, key);

	return text != NULL ? text : "";
}

/* docloud's public key in the account: its id, or an empty string. */
static int find_own_key(struct fleet *fleet, char *id, size_t size, struct error *err)
{
	CLEANUP_SNAPSHOT struct snapshot *snapshot = NULL;
	int r = cache_get(fleet->cache, fleet->ssh_keys, &snapshot, err);

	id[0] = '\0';
	if (r != 0)
		return r;
	for (size_t i = 0; i < snapshot->count; i++) {
		const struct object *object = snapshot->by_id[i];
		CLEANUP_JSON struct json *key = json_parse(object->text, object->length, NULL);
		if (same_key(fleet->public_key, object_text(key, "public_key")))
			snprintf(id, size, "%s", object->id);
	}
	return 0;
}

static int64_t submit(struct fleet *fleet, unsigned resource, const char *path, const char *name,
	struct json *body, struct error *err)
{
	struct change_plan plan = {
		.kind = CHANGE_CREATE, .resource = resource, .name = xstrdup(name), .keep = true};

	change_plan_add(&plan, "POST", xstrdup(path), body, false, "create %s", name);
	return change_submit(fleet->changes, &plan, err);
}

static int64_t submit_key(struct fleet *fleet, struct error *err)
{
	const char *name = changes_tag(fleet->changes);
	int64_t ticket = change_find(fleet->changes, fleet->ssh_keys, name);

	if (ticket != 0)
		return ticket;
	struct json *body = json_object();
	json_add_string(body, "name", name);
	json_add_string(body, "public_key", fleet->public_key);
	return submit(fleet, fleet->ssh_keys, "/v2/account/keys", name, body, err);
}

/* Of an API that does not answer just now, nothing follows. */
static bool is_passing(int code)
{
	return code == EHOSTUNREACH || code == ETIMEDOUT || code == EAGAIN || code == EIO;
}

/* 0 when the key is there; -EINPROGRESS, with err set where it is why; or what went wrong. */
static int own_key(struct fleet *fleet, struct error *err)
{
	struct change_state state;

	if (fleet->key_id[0] != '\0')
		return 0;
	if (fleet->key_ticket == 0) {
		int r = find_own_key(fleet, fleet->key_id, sizeof fleet->key_id, err);
		if (r != 0 || fleet->key_id[0] != '\0')
			return is_passing(-r) ? -EINPROGRESS : r;
		int64_t ticket = submit_key(fleet, err);
		if (ticket < 0)
			return (int)ticket;
		fleet->key_ticket = ticket;
	}
	if (!change_get(fleet->changes, fleet->key_ticket, &state)) {
		fleet->key_ticket = 0;
		return -EINPROGRESS;
	}
	if (state.phase != CHANGE_DONE && state.phase != CHANGE_FAILED)
		return -EINPROGRESS;
	change_drop(fleet->changes, fleet->key_ticket);
	fleet->key_ticket = 0;
	if (state.phase == CHANGE_FAILED)
		return error_set(err, state.error.code != 0 ? state.error.code : EIO,
			"docloud's key could not be put into the account: %s", state.error.message);
	snprintf(fleet->key_id, sizeof fleet->key_id, "%s", state.id);
	return 0;
}

/* Only the dispatcher changes the body, so it may be read unlocked by it. */
static bool has_keys(const struct job *job)
{
	return json_count(json_get(job->body, "ssh_keys")) > 0;
}

static void add_key(struct fleet *fleet, struct job *job)
{
	struct json *keys = json_array();

	json_add_number(keys, NULL, strtod(fleet->key_id, NULL));
	LOCKED(&fleet->lock);
	json_add(job->body, "ssh_keys", keys);
}

static void refused(struct fleet *fleet, struct job *job, const struct error *why)
{
	struct error err = {0};

	error_set(&err, why->code != 0 ? why->code : EIO, "%s", why->message);
	job_fail(fleet, job, &err);
}

/* Its ticket, or 0 when it is not submitted yet, or has just failed. */
static int64_t submit_droplet(struct fleet *fleet, struct job *job)
{
	struct error err = {0};
	int64_t ticket = 0;

	if (job->loaded)
		ticket = change_find(fleet->changes, fleet->droplets, job->name);
	if (ticket == 0 && !has_keys(job)) {
		int r = own_key(fleet, &err);
		if (r == -EINPROGRESS) {
			job_stage(fleet, job, "putting docloud's key into the account%s%s",
				err.code != 0 ? ": " : "", err.message);
			return 0;
		}
		if (r != 0) {
			refused(fleet, job, &err);
			return 0;
		}
		add_key(fleet, job);
	}
	if (ticket == 0)
		ticket = submit(fleet, fleet->droplets, "/v2/droplets", job->name,
			json_copy(job->body), &err);
	crash_point("job:submitted");
	if (ticket < 0) {
		refused(fleet, job, &err);
		return 0;
	}
	LOCKED(&fleet->lock);
	job->ticket = ticket;
	return ticket;
}

static void born(
	struct fleet *fleet, struct job *job, int64_t ticket, const struct change_state *state)
{
	struct error err = {0};

	pthread_mutex_lock(&fleet->lock);
	job_born(fleet, job, state->id);
	job->phase = JOB_STARTING;
	job->ticket = 0;
	job->changed = time(NULL);
	pthread_mutex_unlock(&fleet->lock);
	job_stage_end(fleet, job, "create");
	if (state->error.code != 0) /* there may be two of it */
		job_log(fleet, job, "%s", state->error.message);
	if (job_save(fleet, job, &err) == 0) {
		crash_point("job:born");
		change_drop(fleet->changes, ticket);
	} else {
		job_log(fleet, job, "its record could not be written: %s", err.message);
	}
	job_stage(fleet, job, "waiting for the droplet to become active");
}

void births_settle(struct fleet *fleet)
{
	struct change_state state;

	for (size_t i = 0; i < JOB_BUCKETS; i++) {
		for (struct job *job = fleet->by_id[i]; job != NULL; job = job->next_id) {
			int64_t ticket = job->made ? change_find(fleet->changes, fleet->droplets,
							     job->name)
						   : 0;
			if (ticket != 0 && change_get(fleet->changes, ticket, &state) &&
				state.phase == CHANGE_DONE && strcmp(state.id, job->id) == 0)
				change_drop(fleet->changes, ticket);
		}
	}
}

int64_t birth_step(struct fleet *fleet, struct job *job)
{
	struct change_state state;

	pthread_mutex_lock(&fleet->lock);
	int64_t ticket = job->ticket;
	pthread_mutex_unlock(&fleet->lock);
	if (ticket == 0)
		ticket = submit_droplet(fleet, job);
	if (ticket == 0)
		return clock_ms() + AGAIN_MS;
	if (!change_get(fleet->changes, ticket, &state)) {
		struct error err = {0};
		error_set(&err, EIO,
			"what came of the create is not known any more: look whether the droplet "
			"is there");
		refused(fleet, job, &err);
		return 0;
	}
	if (state.phase == CHANGE_DONE) {
		born(fleet, job, ticket, &state);
		bell_ring(fleet->bell); /* and on to the next step */
	} else if (state.phase == CHANGE_FAILED) {
		/* The API may not know docloud's key any more: it is looked for anew. */
		fleet->key_id[0] = '\0';
		refused(fleet, job, &state.error);
		change_drop(fleet->changes, ticket);
	} else {
		job_stage(fleet, job, "%s",
			state.step[0] != '\0' ? state.step : "waiting for the API");
	}
	return 0;
}

/* --- droplets that DigitalOcean makes by itself */

char *fleet_boot_data(struct fleet *fleet, const char *own, const struct stack *stack,
	const char *line, struct error *err)
{
	CLEANUP_FREE char *payload = NULL;
	CLEANUP_FREE char *script = NULL;

	if (stack != NULL) {
		struct install *install = install_new(stack);
		payload = stack_payload(stack, install->run);
		install_free(install);
		script = stack_boot_script(payload, line);
	}
	return trust_user_data(NULL, fleet->ssh_user, fleet->public_key, own, script, err);
}

char *fleet_boot_own(const struct fleet *fleet, const char *user_data)
{
	return trust_own_part(user_data, fleet->public_key);
}
