#include "fleet.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/bell.h"
#include "api/crash.h"
#include "api/journal.h"
#include "api/memory.h"
#include "file.h"
#include "job.h"

/*
 * A job goes through these phases, and each step on the way is durable before the next one begins:
 *
 *	phase		durable on entry				repeated after a crash
 *	CREATING	record with the body, host key, stack, payload	change_find(), else submit
 *	FAILED		record with the error				-
 *	STARTING	record with the droplet's id			looks at the inventory
 *	REACHING	record						connects
 *	  rotating	both host keys					takes either (rotate.c)
 *	INSTALLING	record; `sent` once the droplet took it		follows, or sends again
 *	IDLE		record with what failed				-
 *
 * CREATING and STARTING belong to the dispatcher and occupy no thread, REACHING and INSTALLING to a
 * worker; a job that docloud finds in one of the last two after a start begins at STARTING, from
 * where all can be repeated. What was installed is never taken from the record: it is folded from
 * the copy of the droplet's own journal (events.c), of which the length is the offset to go on
 * from.
 *
 * A stack that comes while another one is being installed is in the record as `next` at once. Its
 * payload, with scripts, parameters and keys as they were when it was written, lies in a file of
 * its own, written before the record that names it.
 *
 * Locks: job->saving before fleet->lock; fleet->lock is a leaf, and no file is written under it.
 */

static char *read_public_key(const char *private, char **ret_path, struct error *err)
{
	CLEANUP_FREE char *path = xasprintf("%s.pub", private);
	const char *const command[] = {"ssh-keygen", "-y", "-P", "", "-f", private, NULL};
	char *text = NULL;

	if (access(path, R_OK) == 0) {
		text = file_read(path, 16 << 10, NULL, err);
		*ret_path = xstrdup(path);
	} else if (file_run(command, 16 << 10, &text, err) != 0) {
		error_prefix(err, "the key %s", private);
		free(text);
		return NULL;
	}
	if (text != NULL)
		text[strcspn(text, "\r\n")] = '\0';
	return text;
}

static int set_keys(struct fleet *fleet, const struct fleet_options *options, struct error *err)
{
	fleet->ssh_key = options->ssh_key != NULL ? xstrdup(options->ssh_key)
						  : trust_user_key(options->state_dir, err);
	if (fleet->ssh_key == NULL)
		return -EIO;
	fleet->public_key = read_public_key(fleet->ssh_key, &fleet->ssh_key_public, err);
	return fleet->public_key != NULL ? 0 : -EIO;
}

static int start(struct fleet *fleet, const struct fleet_options *options, struct error *err)
{
	int r = ssh_init(err);

	if (r == 0)
		r = set_keys(fleet, options, err);
	if (r == 0)
		r = jobs_load(fleet, err);
	if (r == 0)
		births_settle(fleet);
	if (r == 0 && pthread_create(&fleet->dispatcher, NULL, dispatcher_main, fleet) != 0)
		r = error_set(err, EAGAIN, "no thread can be started");
	fleet->dispatching = r == 0;
	return r;
}

struct fleet *fleet_create(struct cache *cache, struct changes *changes,
	struct components *components, struct bell *bell, const struct fleet_options *options,
	struct error *err)
{
	struct fleet *fleet = xcalloc(1, sizeof *fleet);

	fleet->cache = cache;
	fleet->changes = changes;
	fleet->components = components;
	fleet->bell = bell;
	fleet->state_dir = xstrdup(options->state_dir);
	fleet->dir = xasprintf("%s/droplets", options->state_dir);
	fleet->ssh_user = xstrdup(options->ssh_user != NULL ? options->ssh_user : "root");
	fleet->accept_new = options->accept_new;
	fleet->jobs = options->jobs > 0 ? options->jobs : 1;
	fleet->droplets = options->droplets;
	fleet->ssh_keys = options->ssh_keys;
	fleet->stage_seconds = options->stage_seconds;
	fleet->workers = xcalloc(fleet->jobs, sizeof *fleet->workers);
	fleet->queue_end = &fleet->queue;
	pthread_mutex_init(&fleet->lock, NULL);
	clock_cond_init(&fleet->work);
	if (start(fleet, options, err) == 0)
		return fleet;
	fleet_destroy(fleet);
	return NULL;
}

void jobs_free(struct fleet *fleet)
{
	while (fleet->active != NULL) {
		struct job *job = fleet->active;
		fleet->active = job->next_active;
		job_unref(fleet, job);
	}
	for (size_t i = 0; i < JOB_BUCKETS; i++) {
		for (struct job *job; (job = fleet->by_name[i]) != NULL;) {
			fleet->by_name[i] = job->next_name;
			job_unref(fleet, job);
		}
		for (struct job *job; (job = fleet->by_id[i]) != NULL;) {
			fleet->by_id[i] = job->next_id;
			job_unref(fleet, job);
		}
	}
}

void fleet_destroy(struct fleet *fleet)
{
	if (fleet == NULL)
		return;
	workers_stop(fleet);
	if (fleet->dispatching) {
		bell_ring(fleet->bell);
		pthread_join(fleet->dispatcher, NULL);
	}
	jobs_free(fleet);
	names_free(fleet->news);
	ssh_finish();
	pthread_cond_destroy(&fleet->work);
	pthread_mutex_destroy(&fleet->lock);
	free(fleet->workers);
	free(fleet->state_dir);
	free(fleet->dir);
	free(fleet->ssh_user);
	free(fleet->ssh_key);
	free(fleet->ssh_key_public);
	free(fleet->public_key);
	free(fleet);
}

static int make_directory(struct fleet *fleet, struct job *job, struct error *err)
{
	CLEANUP_FREE char *dir = job_path(fleet, job, "");

	dir[strlen(dir) - 1] = '\0';
	return journal_make(dir, err);
}

/* The install of a stack, with its payload on disk; ret_script, unless NULL: what cloud-init is to run for it. */
static struct install *prepare(struct fleet *fleet, struct job *job, const struct stack *stack,
	char **ret_script, struct error *err)
{
	struct install *install = install_new(stack);
	CLEANUP_FREE char *payload = stack_payload(stack, install->run);
	CLEANUP_FREE char *file = xasprintf("payload-%s", install->run);
	CLEANUP_FREE char *path = job_path(fleet, job, file);

	if (file_write(path, 0600, payload, strlen(payload), err) != 0) {
		install_free(install);
		return NULL;
	}
	if (ret_script != NULL)
		*ret_script = stack_boot_script(payload, NULL);
	return install;
}

/* docloud's part of the body: the host key the droplet is born with, and who may log in. */
static int prepare_body(struct fleet *fleet, struct job *job, const char *script, struct error *err)
{
	struct key_pair host_key = {0};
	int r = key_pair_make("docloud", &host_key, err);

	if (r != 0)
		return r;
	CLEANUP_FREE char *data = trust_user_data(&host_key, fleet->ssh_user, fleet->public_key,
		json_get_string(job->body, "user_data"), script, err);
	if (data != NULL) {
		json_add_string(job->body, "user_data", data);
		job->host_key = xasprintf("%.*s",
			(int)(strcspn(host_key.public_text, " ") + 1 +
				strcspn(host_key.public_text + strcspn(host_key.public_text, " ") +
						1,
					" ")),
			host_key.public_text);
		job->birth_key = xstrdup(job->host_key);
	}
	key_pair_finish(&host_key);
	return data != NULL ? 0 : -EINVAL;
}

/* Takes the place of one of the name that failed. */
static int insert(struct fleet *fleet, struct job *job, struct error *err)
{
	pthread_mutex_lock(&fleet->lock);
	struct job *old = job_find(fleet, job->name);
	if (old != NULL && old->id != NULL)
		old = NULL; /* a droplet's id that looks like this name */
	bool taken = old != NULL && old->phase != JOB_FAILED;
	if (!taken) {
		if (old != NULL)
			job_remove(fleet, old);
		job_insert(fleet, job);
		job_activate(fleet, job);
	}
	pthread_mutex_unlock(&fleet->lock);
	if (taken)
		return error_set(err, EEXIST, "a droplet %s is being created already", job->name);
	if (old != NULL)
		job_forget(fleet, old);
	return 0;
}

static bool is_creating(struct fleet *fleet, const char *name)
{
	LOCKED(&fleet->lock);
	struct job *job = job_find(fleet, name);
	return job != NULL && job->id == NULL && job->phase != JOB_FAILED;
}

/* The install, on its way by SSH or in the user data; *ret_script is what cloud-init is to run. */
static int prepare_stack(struct fleet *fleet, struct job *job, const struct stack *stack,
	bool at_boot, char **ret_script, struct error *err)
{
	struct install *install = prepare(fleet, job, stack, at_boot ? ret_script : NULL, err);

	if (install == NULL)
		return err->code != 0 ? -err->code : -EIO;
	install->sent = install->at_boot = at_boot;
	*(at_boot ? &job->present : &job->next) = install;
	return 0;
}

static int submit(struct fleet *fleet, struct job *job, const struct stack *stack, bool at_boot,
	struct error *err)
{
	CLEANUP_FREE char *script = NULL;

	if (is_creating(fleet, job->name))
		return error_set(err, EEXIST, "a droplet %s is being created already", job->name);
	int r = make_directory(fleet, job, err);
	if (r == 0 && stack != NULL && stack->count > 0)
		r = prepare_stack(fleet, job, stack, at_boot, &script, err);
	if (r == 0)
		r = prepare_body(fleet, job, script, err);
	if (r == 0)
		r = job_save(fleet, job, err);
	if (r != 0)
		return r;
	crash_point("job:recorded");
	return insert(fleet, job, err);
}

int fleet_submit(struct fleet *fleet, const char *name, struct json *body, const char *spec,
	struct stack *stack, bool at_boot, struct error *err)
{
	struct job *job = job_new(fleet, name, NULL);
	struct error why = {0};

	job->phase = JOB_CREATING;
	job->made = true;
	job->body = body;
	job->spec = spec != NULL ? xstrdup(spec) : NULL;
	job->began = job->stage_began = clock_ms();
	int r = submit(fleet, job, stack, at_boot, &why);
	stack_free(stack);
	if (r != 0) {
		error_set(err, why.code != 0 ? why.code : -r, "%s", why.message);
		job->gone = true; /* takes its files away */
	} else {
		job_log(fleet, job, "create %s", name);
	}
	job_unref(fleet, job);
	return r;
}

/* Its droplet was born since the caller looked: a name is not a key any more. Under lock. */
static struct job *find_born(struct fleet *fleet, const char *name)
{
	for (size_t i = 0; i < JOB_BUCKETS; i++) {
		for (struct job *job = fleet->by_id[i]; job != NULL; job = job->next_id) {
			if (job->made && strcmp(job->name, name) == 0)
				return job;
		}
	}
	return NULL;
}

static struct job *get_or_unborn(struct fleet *fleet, const char *key, const char *name)
{
	LOCKED(&fleet->lock);
	struct job *job = job_find_or_unborn(fleet, key, name);
	return job != NULL ? job_ref(job) : NULL;
}

/* The job of a droplet that exists, made if there is none; a reference. */
static struct job *get_or_make(
	struct fleet *fleet, const char *key, const char *name, struct error *err)
{
	struct job *job = get_or_unborn(fleet, key, name);

	if (job != NULL)
		return job;
	if (key[strspn(key, "0123456789")] != '\0') {
		LOCKED(&fleet->lock);
		job = find_born(fleet, key);
		if (job == NULL)
			error_set(err, ENOENT, "there is no droplet %s", key);
		return job != NULL ? job_ref(job) : NULL;
	}
	struct job *made = job_new(fleet, name, key);
	if (make_directory(fleet, made, err) != 0 || job_save(fleet, made, err) != 0) {
		made->gone = true;
		job_unref(fleet, made);
		return NULL;
	}
	pthread_mutex_lock(&fleet->lock);
	job = job_find_or_unborn(fleet, key, name);
	if (job == NULL)
		job_insert(fleet, made);
	else
		made->gone = true;
	job = job_ref(job == NULL ? made : job);
	pthread_mutex_unlock(&fleet->lock);
	job_unref(fleet, made);
	return job;
}

/* It is not to be installed after all. */
static void drop(struct fleet *fleet, struct job *job, struct install *install)
{
	if (install != NULL)
		install_drop_payload(fleet, job, install->run);
	install_free(install);
}

/* What the record does not have is not installed, unless a worker has it already: then it is too late. */
static void take_back(
	struct fleet *fleet, struct job *job, struct install *install, struct install *old)
{
	pthread_mutex_lock(&fleet->lock);
	bool ours = job->next == install;
	if (ours)
		job->next = old;
	pthread_mutex_unlock(&fleet->lock);
	drop(fleet, job, ours ? install : old);
}

/* Takes the install. It is started once the record has it. */
static int set_next(
	struct fleet *fleet, struct job *job, struct install *install, struct error *err)
{
	struct install *old = NULL;

	pthread_mutex_lock(&fleet->lock);
	int r = job->gone || job->phase == JOB_FAILED
			? error_set(err, ENOENT, "the droplet %s was not created", job->name)
			: 0;
	if (r == 0) {
		old = job->next;
		job->next = install;
	}
	pthread_mutex_unlock(&fleet->lock);
	if (r != 0) {
		drop(fleet, job, install);
		return r;
	}
	r = job_save(fleet, job, err);
	if (r == 0)
		drop(fleet, job, old);
	else
		take_back(fleet, job, install, old);
	LOCKED(&fleet->lock);
	if (r == 0 && job_has_work(job)) /* it may have ended meanwhile */
		job_start_again(fleet, job);
	return r;
}

int fleet_install(struct fleet *fleet, const char *key, const char *name, struct stack *stack,
	struct error *err)
{
	struct error why = {0};
	struct job *job = get_or_make(fleet, key, name, &why);
	struct install *install = job != NULL ? prepare(fleet, job, stack, NULL, &why) : NULL;
	int r = install != NULL ? set_next(fleet, job, install, &why) : -EIO;

	stack_free(stack);
	if (r == 0)
		bell_ring(fleet->bell);
	else
		r = error_set(err, why.code != 0 ? why.code : EIO, "%s", why.message);
	job_unref(fleet, job);
	return r;
}

/* What is on it is known on itself only. Under lock. */
static bool is_unknown(const struct job *job)
{
	return job->stale || job->adopted ||
	       (!job->made && job->fold.run[0] == '\0' && job->present == NULL &&
		       job->next == NULL);
}

bool fleet_adopt(struct fleet *fleet, const char *id, const char *name)
{
	struct job *job = get_or_make(fleet, id, name, NULL);

	if (job == NULL)
		return false;
	pthread_mutex_lock(&fleet->lock);
	bool boots = job_installs_itself(job), unknown = is_unknown(job);
	bool due = (boots || unknown) && clock_ms() >= job->adopt_after;
	pthread_mutex_unlock(&fleet->lock);
	/* That it is off or gone is known without a look; of one that installs itself, it is why that failed. */
	if (due) {
		enum droplet_seen seen = droplet_look(fleet, job, NULL, 0);
		due = seen == DROPLET_ACTIVE || (boots && seen != DROPLET_PRIVATE);
	}
	pthread_mutex_lock(&fleet->lock);
	if (due) {
		job->adopt_after = clock_ms() + ADOPT_AGAIN_MS;
		job->adopted = job->adopted || unknown;
		job->looked_at = boots;
		due = job_look_again(fleet, job);
	}
	pthread_mutex_unlock(&fleet->lock);
	if (due)
		bell_ring(fleet->bell);
	job_unref(fleet, job);
	return due;
}

void fleet_forget(struct fleet *fleet, const char *key)
{
	pthread_mutex_lock(&fleet->lock);
	struct job *job = job_find(fleet, key);
	if (job != NULL)
		job_remove(fleet, job);
	pthread_mutex_unlock(&fleet->lock);
	if (job == NULL)
		return;
	job_watch(fleet, job, false);
	job_forget(fleet, job);
	bell_ring(fleet->bell);
}

void fleet_log(struct fleet *fleet, const char *key, const char *name, const char *format, ...)
{
	struct job *job = get_or_make(fleet, key, name, NULL);
	va_list arguments;

	if (job == NULL)
		return;
	va_start(arguments, format);
	CLEANUP_FREE char *text = xvasprintf(format, arguments);
	va_end(arguments);
	job_log(fleet, job, "%s", text);
	job_unref(fleet, job);
}

void fleet_rename(struct fleet *fleet, const char *id, const char *name)
{
	struct job *job = job_get(fleet, id);

	if (job == NULL)
		return;
	pthread_mutex_lock(&fleet->lock);
	if (job->id != NULL) { /* one without is in the table by its name */
		free(job->name);
		job->name = xstrdup(name);
	}
	pthread_mutex_unlock(&fleet->lock);
	job_save(fleet, job, NULL);
	job_unref(fleet, job);
}

const char *fleet_ssh_key(const struct fleet *fleet)
{
	return fleet->ssh_key;
}
