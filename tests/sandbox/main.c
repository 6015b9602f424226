/* docloud-sandbox: DigitalOcean's API v2 on this machine. */

#include "account.h"
#include "action.h"
#include "agenda.h"
#include "catalogue.h"
#include "census.h"
#include "droplet.h"
#include "fault.h"
#include "fleet.h"
#include "hosts.h"
#include "identity.h"
#include "limit.h"
#include "options.h"
#include "pool.h"
#include "project.h"
#include "sandbox.h"
#include "server.h"
#include "shelf.h"
#include "state.h"
#include "store.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

static bool main_start_world(struct sandbox *sandbox, const struct state *state)
{
	char objects[PATH_MAX + 16];

	snprintf(objects, sizeof(objects), "%s/objects", state->directory);
	sandbox->store = store_create(state->temporary ? NULL : objects);
	if (!sandbox->store)
		return false;
	if (sandbox->options->containers) {
		sandbox->hosts = hosts_create(sandbox);
		if (!sandbox->hosts)
			return false;
	}
	sandbox->limit = limit_create(sandbox->options->rate_limit);
	sandbox->faults = faults_create(sandbox->options->seed);
	sandbox->census = census_create();
	sandbox->agenda = agenda_create(sandbox);
	pthread_rwlock_wrlock(&sandbox->world);
	/* A state that was kept by an older sandbox has neither. */
	account_load(sandbox);
	project_load(sandbox);
	if (!store_loaded(sandbox->store)) {
		catalogue_load(sandbox);
		fleet_load(sandbox);
	}
	droplet_resume(sandbox);
	action_resume(sandbox);
	pools_wake(sandbox);
	pthread_rwlock_unlock(&sandbox->world);
	return true;
}

static void main_stop_world(struct sandbox *sandbox)
{
	agenda_destroy(sandbox->agenda);
	hosts_destroy(sandbox->hosts);
	census_destroy(sandbox->census);
	faults_destroy(sandbox->faults);
	limit_destroy(sandbox->limit);
	store_destroy(sandbox->store);
}

/* Until a signal comes, or standard input ends where that was asked for. */
static void main_wait(const struct options *options, int signals)
{
	struct pollfd pollers[2] = {
		{.fd = signals, .events = POLLIN},
		{.fd = options->exit_with_parent ? STDIN_FILENO : -1, .events = POLLIN},
	};
	char ignored[256];

	for (;;) {
		if (poll(pollers, 2, -1) < 0)
			continue;
		if (pollers[0].revents)
			return;
		if (pollers[1].revents && read(STDIN_FILENO, ignored, sizeof(ignored)) <= 0)
			return;
	}
}

static int main_serve(struct sandbox *sandbox, const struct state *state, int signals)
{
	const struct options *options = sandbox->options;
	struct server *server = NULL;
	char url[64];
	int status = 1;

	if (main_start_world(sandbox, state))
		server = server_start(sandbox);
	if (server) {
		snprintf(url, sizeof(url), "http://%s:%u", options->host, server_port(server));
		if (shelf_write(state->directory, "token", 0600, options->token) &&
			shelf_write(state->directory, "url", 0644, url)) {
			printf("docloud-sandbox: listening on %s\n", url);
			fflush(stdout);
			main_wait(options, signals);
			status = 0;
		} else {
			fprintf(stderr, "docloud-sandbox: cannot write to %s\n", state->directory);
		}
	}
	server_stop(server);
	main_stop_world(sandbox);
	return status;
}

/* Signals are read, not caught: every thread inherits that they are blocked. */
static int main_take_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &signals, SFD_CLOEXEC);
}

int main(int argc, char **argv)
{
	struct options options;
	struct sandbox sandbox = {.options = &options, .world = PTHREAD_RWLOCK_INITIALIZER};
	struct state state;
	char token[2 * UUID_SIZE];
	int status = options_read(&options, argc, argv);

	if (status >= 0)
		return status;
	if (options.make_base)
		return hosts_make_base() ? 0 : 1;
	if (!options.token || !*options.token) {
		snprintf(token, sizeof(token), "dop_v1_%016llx%016llx%016llx%016llx",
			(unsigned long long)identity_random(),
			(unsigned long long)identity_random(),
			(unsigned long long)identity_random(),
			(unsigned long long)identity_random());
		options.token = token;
	}
	status = 1;
	if (state_open(&state, options.state)) {
		options.state = state.temporary ? NULL : state.directory;
		status = main_serve(&sandbox, &state, main_take_signals());
	}
	state_close(&state);
	return status;
}
