#define FUSE_USE_VERSION 312
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <fuse_lowlevel.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/cleanup.h"
#include "api/memory.h"
#include "embedded.h"
#include "mount.h"
#include "mountpoint.h"
#include "operations.h"
#include "options.h"
#include "token.h"
#include "views/help.h"

/* Requests are answered at once or parked, so that a few threads do. */
#define THREADS 10
#define FILES 4096 /* sockets of as many droplets */

/* What becomes of the command line. */
struct setup {
	struct options options;
	struct embedded embedded;
	char *mountpoint, *token, *state_dir, *components_dir, *ssh_key;
	bool passing; /* state_dir is for this mount only */
	int report;   /* pipe to the parent that waits for the mount; -1 in the foreground */
};

static int fail(const struct error *err)
{
	fprintf(stderr, "docloud: %s\n", err->message);
	return 1;
}

/* Tell the waiting parent: nothing when all is well, else the sentence. */
static void tell_parent(struct setup *setup, const struct error *err)
{
	if (setup->report < 0) {
		if (err->code)
			fail(err);
		return;
	}
	if (err->code && write(setup->report, err->message, strlen(err->message)) < 0)
		fail(err);
	close(setup->report);
	setup->report = -1;
}

/* The process that was called: waits until its child has mounted, or says why not. */
static int wait_for_child(int report)
{
	struct error err = {0};
	size_t length = 0;
	ssize_t got;
	while (length < sizeof(err.message) - 1 &&
		(got = read(report, err.message + length, sizeof(err.message) - 1 - length)) > 0)
		length += (size_t)got;
	if (length == 1 && err.message[0] == '\n')
		return 0;
	if (length == 0)
		error_set(&err, EIO, "it ended before it had mounted");
	return fail(&err);
}

/* Returns in the child, which goes on; -1 in the foreground. */
static int go_to_background(struct setup *setup)
{
	int pipe_ends[2];
	if (setup->options.foreground)
		return 0;
	if (pipe2(pipe_ends, O_CLOEXEC) != 0)
		return -1;
	pid_t pid = fork();
	if (pid < 0)
		return -1;
	if (pid > 0) {
		close(pipe_ends[1]);
		_exit(wait_for_child(pipe_ends[0]));
	}
	close(pipe_ends[0]);
	setup->report = pipe_ends[1];
	return 0;
}

/* Mounted: the parent may go, and the terminal with it. */
static void detach(struct setup *setup)
{
	if (setup->report < 0)
		return;
	/* Not before: until then Ctrl-C ends the start, which may take minutes. */
	setsid();
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; fd <= 2 && null >= 0; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
	/* The last: who called may wait for the end of our stderr next. */
	if (write(setup->report, "\n", 1) < 0)
		_exit(1);
	close(setup->report);
	setup->report = -1;
}

enum { MAPPED_FROM = 128 << 10 }; /* bytes; what glibc begins with */

static void set_limits(void)
{
	struct rlimit files;
	prctl(PR_SET_DUMPABLE, 0); /* the token is in memory */
	signal(SIGPIPE, SIG_IGN);
	/* An arena for every thread would keep the most that any of them ever needed. */
	mallopt(M_ARENA_MAX, 2);
	/* Which it would raise with the first page of a listing that is freed: the next ones leave gaps between objects. */
	mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < FILES) {
		files.rlim_cur = files.rlim_max < FILES ? files.rlim_max : FILES;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	umask(077);
}

static int serve(struct setup *setup, struct service *service, struct fuse_session *session)
{
	struct fuse_loop_config *config = fuse_loop_cfg_create();
	fuse_loop_cfg_set_max_threads(config, THREADS);
	int rc = service_start(service, session);
	if (rc == 0) {
		detach(setup);
		rc = fuse_session_loop_mt(session, config);
	}
	fuse_loop_cfg_destroy(config);
	/* A signal ended it: as it should. */
	return rc > 0 ? 0 : rc;
}

static int run_session(struct setup *setup, struct mount *mount, struct error *err)
{
	struct fuse_args *args = &setup->options.fuse;
	size_t size;
	const struct fuse_lowlevel_ops *operations = operations_table(&size);
	fuse_opt_add_arg(args, "-ofsname=docloud,subtype=docloud,default_permissions");
	if (setup->options.read_only)
		fuse_opt_add_arg(args, "-oro");
	struct service *service = service_create(mount);
	struct fuse_session *session = fuse_session_new(args, operations, size, service);
	int rc = -EIO;
	if (!session)
		error_set(err, EINVAL,
			"libfuse refused one of the -o options: docloud --help lists them");
	else if (fuse_set_signal_handlers(session) != 0 ||
		 fuse_session_mount(session, setup->mountpoint) != 0)
		error_set(err, EIO,
			"%s cannot be mounted on: is /dev/fuse there, and may you use it (package "
			"fuse3)?",
			setup->mountpoint);
	else
		rc = serve(setup, service, session);
	service_stop(service);
	if (session) {
		fuse_session_unmount(session);
		fuse_remove_signal_handlers(session);
	}
	service_destroy(service);
	if (session)
		fuse_session_destroy(session);
	return rc;
}

static int run_mount(struct setup *setup, struct error *err)
{
	static const char *const destroys[] = {
		[DESTROY_OWN] = "own", [DESTROY_ANY] = "any", [DESTROY_NONE] = "none"};
	const struct options *options = &setup->options;
	struct mount_options mount_options = {
		.api_url = options->sandbox ? setup->embedded.url : options->api_url,
		.token = setup->token,
		.mountpoint = setup->mountpoint,
		.state_dir = setup->state_dir,
		.components_dir = setup->components_dir,
		.ssh_user = options->ssh_user,
		.ssh_key = setup->ssh_key,
		.ttl_ms = (int64_t)options->ttl * 1000,
		.timeout_ms = (int64_t)options->timeout * 1000,
		.jobs = options->jobs,
		.read_only = options->read_only,
		.accept_new = strcmp(options->hostkeys, "accept-new") == 0,
		.stage_seconds = options->stage_timeout,
	};
	for (enum destroy destroy = DESTROY_OWN; destroy <= DESTROY_NONE; destroy++)
		if (strcmp(destroys[destroy], options->destroy) == 0)
			mount_options.destroy = destroy;
	struct mount *mount = mount_create(&mount_options, err);
	if (!mount)
		return -err->code;
	int rc = run_session(setup, mount, err);
	mount_destroy(mount);
	return rc;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int prepare(struct setup *setup, struct error *err)
{
	const struct options *options = &setup->options;
	char passing[] = "/tmp/docloud-XXXXXX";
	setup->components_dir = options_components_dir(options);
	setup->ssh_key = options->ssh_key ? path_absolute(options->ssh_key) : NULL;
	if (!options->sandbox) {
		setup->token = token_find(options->token_file, options->context, err);
		setup->state_dir = options_state_dir(options);
		return setup->token ? 0 : -err->code;
	}
	if (options->state_dir || *options->sandbox) {
		CLEANUP_FREE char *dir = *options->sandbox ? path_absolute(options->sandbox) : NULL;
		for (size_t end = dir ? strlen(dir) : 0; end > 1 && dir[end - 1] == '/'; end--)
			dir[end - 1] = '\0';
		setup->state_dir = options->state_dir ? options_state_dir(options)
						      : xasprintf("%s.mount", dir);
	} else {
		if (!mkdtemp(passing))
			return error_set(err, errno, "no temporary directory: %s", strerror(errno));
		setup->state_dir = xstrdup(passing);
		setup->passing = true;
	}
	int rc = embedded_start(options, setup->state_dir, &setup->embedded, err);
	if (rc == 0)
		setup->token = xstrdup(setup->embedded.token);
	return rc;
}

static int run(struct setup *setup, struct error *err)
{
	if (go_to_background(setup) != 0)
		return error_set(
			err, errno, "docloud cannot go to the background: %s", strerror(errno));
	set_limits();
	int rc = prepare(setup, err);
	if (rc == 0 && chdir("/") != 0)
		rc = error_set(err, errno, "chdir /: %s", strerror(errno));
	if (rc == 0)
		rc = run_mount(setup, err);
	embedded_stop(&setup->embedded);
	if (setup->passing)
		nftw(setup->state_dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	return rc;
}

static int print(char *text)
{
	fputs(text, stdout);
	free(text);
	return 0;
}

/* What help/TOPIC of a mount says, without one. */
static int print_topic(const struct options *options)
{
	CLEANUP_FREE char *directory = options_components_dir(options);
	struct error err = {0};
	struct mount mount = {.components = components_create(directory, 0, &err)};
	char *text = NULL;
	size_t length;
	int rc = mount.components ? help_read(&mount, options->topic, &text, &length, &err)
				  : -err.code;
	components_destroy(mount.components);
	if (rc != 0)
		fail(&err);
	return rc != 0 ? rc : print(text);
}

static int start(struct setup *setup)
{
	const struct options *options = &setup->options;
	struct error err = {0};
	setup->mountpoint = mountpoint_check(options->mountpoint, options->nonempty, &err);
	int rc = setup->mountpoint ? run(setup, &err) : -err.code;
	if (rc != 0)
		tell_parent(setup, &err);
	return rc;
}

int main(int argc, char **argv)
{
	struct setup setup = {.report = -1, .embedded = {.pid = -1, .input = -1}};
	struct error err = {0};
	int rc = options_parse(argc, argv, &setup.options, &err);
	if (rc != 0)
		fail(&err);
	else if (setup.options.help)
		rc = print(options_help());
	else if (setup.options.topic)
		rc = print_topic(&setup.options);
	else if (setup.options.manual)
		rc = print(help_manual());
	else if (setup.options.version)
		rc = print(xstrdup("docloud " DOCLOUD_VERSION "\n"));
	else
		rc = start(&setup);
	options_finish(&setup.options);
	free(setup.mountpoint);
	free(setup.token);
	free(setup.state_dir);
	free(setup.components_dir);
	free(setup.ssh_key);
	return rc == 0 ? 0 : 1;
}
