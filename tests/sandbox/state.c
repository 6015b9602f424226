#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool state_lock(struct state *state)
{
	char path[PATH_MAX + 8];

	snprintf(path, sizeof(path), "%s/lock", state->directory);
	state->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (state->lock < 0) {
		fprintf(stderr, "docloud-sandbox: cannot use %s: %s\n", path, strerror(errno));
		return false;
	}
	if (!flock(state->lock, LOCK_EX | LOCK_NB))
		return true;
	fprintf(stderr, "docloud-sandbox: another sandbox is using %s\n", state->directory);
	return false;
}

bool state_open(struct state *state, const char *directory)
{
	const char *temporary = getenv("TMPDIR");

	*state = (struct state){.temporary = !directory, .lock = -1};
	if (directory) {
		if ((mkdir(directory, 0700) && errno != EEXIST) ||
			!realpath(directory, state->directory)) {
			fprintf(stderr, "docloud-sandbox: cannot use %s: %s\n", directory,
				strerror(errno));
			return false;
		}
	} else {
		snprintf(state->directory, sizeof(state->directory), "%s/docloud-sandbox.XXXXXX",
			temporary && *temporary ? temporary : "/tmp");
		if (!mkdtemp(state->directory)) {
			fprintf(stderr, "docloud-sandbox: cannot make %s: %s\n", state->directory,
				strerror(errno));
			return false;
		}
	}
	return state_lock(state);
}

static int state_delete(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st, (void)type, (void)walk;
	return remove(path);
}

void state_close(struct state *state)
{
	if (state->temporary && *state->directory)
		nftw(state->directory, state_delete, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if (state->lock >= 0)
		close(state->lock);
}
