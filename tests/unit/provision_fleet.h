#ifndef DOCLOUD_TESTS_PROVISION_FLEET_H
#define DOCLOUD_TESTS_PROVISION_FLEET_H

#include <pthread.h>
#include <sys/stat.h>

#include "api/bell.h"
#include "api/clock.h"
#include "api/memory.h"
#include "directory.h"
#include "provision/job.h"

/* A fleet without threads of its own, in the directory of directory.h. After cmocka.h. */

/* As fleet_create() makes it, of all that a record needs; what is on disk stays from one to the next. */
static struct fleet *fleet_make(void)
{
	struct fleet *fleet = xcalloc(1, sizeof *fleet);
	struct error err = {0};

	fleet->dir = xasprintf("%s/droplets", directory);
	fleet->bell = bell_create();
	fleet->components = components_create(NULL, 0, &err);
	fleet->queue_end = &fleet->queue;
	pthread_mutex_init(&fleet->lock, NULL);
	assert_int_equal(jobs_load(fleet, &err), 0);
	return fleet;
}

static void fleet_drop(struct fleet *fleet)
{
	jobs_free(fleet);
	names_free(fleet->news);
	pthread_mutex_destroy(&fleet->lock);
	components_destroy(fleet->components);
	bell_destroy(fleet->bell);
	free(fleet->dir);
	free(fleet);
}

static void make_directory(struct fleet *fleet, struct job *job)
{
	CLEANUP_FREE char *dir = job_path(fleet, job, "");

	assert_int_equal(mkdir(dir, 0700), 0);
}

/* A job of a droplet, with its directory and in the table; the caller's reference. */
static struct job *job_make(struct fleet *fleet, const char *name, const char *id)
{
	struct job *job = job_new(fleet, name, id);

	make_directory(fleet, job);
	pthread_mutex_lock(&fleet->lock);
	job_insert(fleet, job);
	pthread_mutex_unlock(&fleet->lock);
	return job;
}

#endif
