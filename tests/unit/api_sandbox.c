#include "api_test.h"

#include "api_sandbox.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/memory.h"

enum { ARGUMENTS_MAX = 20 };

static const struct resource droplets = {.name = "droplets",
	.path = "/v2/droplets",
	.list_key = "droplets",
	.object_key = "droplet",
	.id_keys = {"id"},
	.name_keys = {"name"},
	.queries = {"", "type=gpus"}};
static const struct resource ssh_keys = {.name = "ssh_keys",
	.path = "/v2/account/keys",
	.list_key = "ssh_keys",
	.object_key = "ssh_key",
	.id_keys = {"id"},
	.name_keys = {"name"},
	.queries = {""}};
static const struct resource regions = {.name = "regions",
	.path = "/v2/regions",
	.list_key = "regions",
	.object_key = "region",
	.id_keys = {"slug"},
	.name_keys = {"slug"},
	.queries = {""},
	.catalogue = true};
static const struct resource tags = {.name = "tags",
	.path = "/v2/tags",
	.list_key = "tags",
	.object_key = "tag",
	.id_keys = {"name"},
	.name_keys = {"name"},
	.queries = {""}};
static const struct resource reserved_ips = {.name = "reserved_ips",
	.path = "/v2/reserved_ips",
	.list_key = "reserved_ips",
	.object_key = "reserved_ip",
	.id_keys = {"ip"},
	.name_keys = {"ip"},
	.queries = {""}};
static const struct resource account = {.name = "account",
	.path = "/v2/account",
	.object_key = "account",
	.id_keys = {"uuid"},
	.name_keys = {"email"},
	.single = true};

const struct resource *const test_resources[] = {
	[DROPLETS] = &droplets,
	[SSH_KEYS] = &ssh_keys,
	[REGIONS] = &regions,
	[TAGS] = &tags,
	[RESERVED_IPS] = &reserved_ips,
	[ACCOUNT] = &account,
};

/* Through a shell: the variable may be a program with words before it, such as "setarch -R". */
static void run(int output, const char *const *flags)
{
	const char *arguments[ARGUMENTS_MAX] = {"sh", "-c", "exec $DOCLOUD_SANDBOX \"$@\"", "sh",
		"--listen=127.0.0.1:0", "--token=s3cret"};
	size_t count = 6;

	while (*flags != NULL && count + 1 < ARGUMENTS_MAX)
		arguments[count++] = *flags++;
	dup2(output, STDOUT_FILENO);
	execv("/bin/sh", (char *const *)arguments);
	_exit(127);
}

static struct http *client(const char *url, int64_t timeout_ms)
{
	struct http_options options = {
		.url = url, .token = "s3cret", .user_agent = "test", .timeout_ms = timeout_ms};
	struct http *http = http_create(&options, NULL);

	assert_non_null(http);
	return http;
}

void sandbox_start(struct sandbox *sandbox, const char *const *flags, int64_t timeout_ms)
{
	char line[200] = "";
	int pipes[2];

	if (getenv("DOCLOUD_SANDBOX") == NULL)
		fail_msg("DOCLOUD_SANDBOX has to be the path of docloud-sandbox");
	assert_int_equal(pipe(pipes), 0);
	sandbox->pid = fork();
	if (sandbox->pid == 0) {
		close(pipes[0]);
		run(pipes[1], flags);
	}
	close(pipes[1]);
	sandbox->output = pipes[0];
	for (size_t used = 0; used + 1 < sizeof line && strchr(line, '\n') == NULL; used++)
		if (read(sandbox->output, line + used, 1) != 1)
			break;
	const char *url = strstr(line, "http://");
	if (url == NULL) {
		fail_msg("the sandbox did not start: %s", line);
		return;
	}
	snprintf(sandbox->url, sizeof sandbox->url, "%.*s", (int)strcspn(url, " \n"), url);
	sandbox->http = client(sandbox->url, timeout_ms);
	sandbox->control = client(sandbox->url, 20000);
}

void sandbox_stop(struct sandbox *sandbox)
{
	int status;

	http_destroy(sandbox->http);
	http_destroy(sandbox->control);
	kill(sandbox->pid, SIGTERM);
	waitpid(sandbox->pid, &status, 0);
	close(sandbox->output);
}

struct json *sandbox_ask(
	struct sandbox *sandbox, const char *method, const char *path, const char *body)
{
	struct http_request request = {.method = method, .path = path, .body = body};
	struct http_answer answer;
	struct error err = {0};

	if (http_perform(sandbox->control, &request, &answer, &err) != 0)
		fail_msg("%s", err.message);
	struct json *json = json_parse(answer.body, answer.length, NULL);
	http_answer_finish(&answer);
	return json;
}

void sandbox_faults(struct sandbox *sandbox, const char *list)
{
	json_free(sandbox_ask(sandbox, "PUT", "/sandbox/faults", list));
}

unsigned sandbox_droplets(struct sandbox *sandbox, const char *name)
{
	char *escaped = http_escape(name), *path = xasprintf("/v2/droplets?name=%s", escaped);
	struct json *body = sandbox_ask(sandbox, "GET", path, NULL);
	unsigned count = (unsigned)json_count(json_get(body, "droplets"));

	json_free(body);
	free(path);
	free(escaped);
	return count;
}
