#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/crash.h"
#include "api/memory.h"
#include "job.h"

/*
 * The droplet was born with a host key that its user data shows to every process on it. It makes
 * one of its own, in two steps, so that every key it may ever show is pinned before it shows it:
 *
 *	prepare		the droplet makes the new key and tells it; nothing shows it yet
 *	record		both are pinned, durably: the new one and the one that this connection showed
 *	install		the droplet shows the new one from now on
 *	record		the old one is dropped
 *
 * Whatever is cut off, the next connection finds one of the two, and the steps can be repeated.
 */
enum { KEY_LINE_MAX = 1024, ROTATE_SECONDS = 60 };

struct key_line {
	char text[KEY_LINE_MAX];
	size_t length;
};

static bool take(void *context, const char *data, size_t length)
{
	struct key_line *line = context;

	if (line->length + length >= sizeof line->text)
		return false;
	memcpy(line->text + line->length, data, length);
	line->length += length;
	line->text[line->length] = '\0';
	return true;
}

/* "hostkey TYPE BASE64": the key, freed by the caller, or NULL. */
static char *key_of(const char *text)
{
	char type[64], base64[700];

	if (sscanf(text, "hostkey %63[a-z0-9@.-] %699[A-Za-z0-9+/=]", type, base64) != 2)
		return NULL;
	if (strncmp(type, "ssh-", 4) != 0 && strncmp(type, "ecdsa-", 6) != 0)
		return NULL;
	return xasprintf("%s %s", type, base64);
}

static char *ask(struct task *task, const char *step, struct error *err)
{
	struct key_line line = {0};
	int r = reach_script(task, "hostkey", step, take, &line,
		stage_deadline(task->fleet, ROTATE_SECONDS), err);

	if (r == 0) {
		char *key = key_of(line.text);
		if (key != NULL)
			return key;
		error_set(err, EIO, "the droplet told no host key");
	}
	if (r > 0)
		error_prefix(err, "the droplet could not make a host key of its own");
	return NULL;
}

static int pin(struct task *task, char *key, char *next, bool rotated, struct error *err)
{
	struct job *job = task->job;

	pthread_mutex_lock(&task->fleet->lock);
	free(job->host_key);
	job->host_key = key;
	free(job->host_key_next);
	job->host_key_next = next;
	job->rotated = rotated;
	pthread_mutex_unlock(&task->fleet->lock);
	return job_save(task->fleet, job, err);
}

int reach_rotate(struct task *task, struct error *err)
{
	struct job *job = task->job;

	pthread_mutex_lock(&task->fleet->lock);
	bool due = job->made && !job->rotated;
	pthread_mutex_unlock(&task->fleet->lock);
	if (!due)
		return 0;
	job_stage(task->fleet, job, "a host key of its own");
	char *next = ask(task, "prepare", err);
	if (next == NULL)
		return -EIO;
	/* After a rebuild the one that it shows was pinned as the second: it takes the place of the one that is gone. */
	int r = pin(task, xstrdup(ssh_host_key(task->ssh)), next, false, err);
	if (r != 0)
		return r;
	crash_point("job:rotating");
	char *key = ask(task, "install", err);
	if (key == NULL)
		return -EIO;
	pthread_mutex_lock(&task->fleet->lock);
	bool same = strcmp(job->host_key_next, key) == 0;
	pthread_mutex_unlock(&task->fleet->lock);
	if (!same) {
		free(key);
		return error_set(err, EIO,
			"the droplet installed another host key than the one it had made");
	}
	r = pin(task, key, NULL, true, err);
	if (r != 0)
		return r;
	crash_point("job:rotated");
	job_stage_end(task->fleet, job, "host key");
	return 0;
}
