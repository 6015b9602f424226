#include <errno.h>
#include <string.h>

#include "api/cleanup.h"
#include "api/utf8.h"
#include "droplet.h"
#include "fs/draft.h"
#include "fs/report.h"
#include "fs/words.h"

void droplet_log(struct mount *mount, const char *key, const char *name, const char *line)
{
	fleet_log(mount->fleet, key, name, "%s", line);
}

bool droplet_opened(struct mount *mount, const struct subject *subject)
{
	return subject->object && subject_is_own(subject) &&
	       fleet_adopt(mount->fleet, subject_id(subject), subject->name);
}

/* Of one whose state is known on itself only: why it is not known here, or NULL. */
static const char *unknown(const struct subject *subject)
{
	bool rests = subject->has_job && subject->job.phase == JOB_IDLE;
	return rests && *subject->job.stage ? subject->job.stage : NULL;
}

/* stack */

static FILE_FUNCTION_READ(read_stack)
{
	(void)err;
	CLEANUP_FREE char *draft = subject->object || subject->has_job
					   ? xstrdup("")
					   : draft_get(mount->drafts, subject->listing, subject->name, "stack");
	const char *text = subject->has_job && *subject->job.stack ? subject->job.stack : draft;
	size_t length = strlen(text);
	return text_format(ret, ret_length, length && text[length - 1] != '\n' ? "%s\n" : "%s", text);
}

static FILE_FUNCTION_CHECK(check_stack)
{
	(void)subject;
	return length ? control_stack(mount, text, length, partial, NULL, err) : 0;
}

static FILE_FUNCTION_SUBMIT(submit_stack)
{
	struct stack *stack = NULL;
	int rc = control_stack(mount, text, length, false, &stack, err);
	if (rc != 0)
		return rc;
	CLEANUP_FREE char *line = control_stack_line(stack->text);
	bool draft = !subject->object && draft_exists(mount->drafts, subject->listing, subject->name);
	if (*line && !draft)
		return fleet_install(mount->fleet, subject_key(subject), subject->name, stack, err);
	rc = draft ? draft_set(mount->drafts, subject->listing, subject->name, "stack", stack->text, err) : 0;
	stack_free(stack);
	return rc == -ENOENT ? -EINPROGRESS : rc; /* handed on meanwhile: look again */
}

static FILE_FUNCTION_READ(read_lock)
{
	struct text text = {0};
	struct stack *stack = NULL;
	(void)err;
	if (subject->has_job)
		stack_parse(mount->components, subject->job.stack, false, NULL, NULL, &stack, NULL);
	for (size_t i = 0; subject->has_job && i < subject->job.count; i++) {
		const struct job_component *component = &subject->job.components[i];
		const struct wanted *wanted = stack_find(stack, component->name);
		if (component->state != COMPONENT_INSTALLED)
			continue;
		CLEANUP_FREE char *line = wanted ? wanted_line(wanted, component->version)
						 : xasprintf("%s%s%s", component->name, *component->version ? "=" : "",
							   component->version);
		text_print(&text, "%s\n", line);
	}
	stack_free(stack);
	*ret_length = text.length;
	*ret = text_take(&text);
	return 0;
}

/* status */

/* What runs now, or why it failed, or the change that is under way. */
static FILE_FUNCTION_READ(read_status)
{
	const char *word = control_status(subject);
	const struct job_view *job = &subject->job;
	char bar[CONTROL_BAR + 1];
	(void)err;
	if (control_works(subject)) {
		long seconds = (long)(time(NULL) - job->changed);
		return text_format(ret, ret_length, "%s\n%s  [%s] %u/%u  %ld s\n", word, job->stage,
			control_bar(subject, bar), job->done, job->total, seconds > 0 ? seconds : 0);
	}
	if (strcmp(word, "failed") == 0)
		return text_format(ret, ret_length, "%s\n%s\n", word, job->error.message);
	if (subject->object && change_pending(mount->changes, subject->listing, subject_id(subject)))
		return text_format(ret, ret_length, "%s\na change is under way\n", word);
	if (unknown(subject))
		return text_format(ret, ret_length, "%s\n%s\n", word, unknown(subject));
	return text_format(ret, ret_length, "%s\n", word);
}

static FILE_FUNCTION_SETTLE(settle_status)
{
	const struct job_view *job = &subject->job;
	if (!subject->object && !subject->has_job) {
		int rc = subject_refused(subject, "spec", err);
		if (rc == 0)
			rc = subject_refused(subject, "stack", err);
		if (rc == 0)
			rc = settle_spec(mount, subject, err);
		return rc == 0 ? error_set(err, EINVAL,
					 "it is a draft, of which nothing was sent: `cp FILE droplets/%s/spec` creates "
					 "the droplet",
					 subject->name)
			       : rc;
	}
	if (droplet_opened(mount, subject))
		return -EINPROGRESS;
	if (subject->has_job && job->phase != JOB_IDLE && job->phase != JOB_FAILED)
		return -EINPROGRESS;
	if (change_pending(mount->changes, subject->listing, subject_id(subject)))
		return -EINPROGRESS;
	if (subject->has_job && (job->error.code || job->phase == JOB_FAILED))
		return error_set(err, job->error.code ? job->error.code : EIO, "%s", job->error.message);
	if (unknown(subject))
		return error_set(err, EHOSTUNREACH, "%s", unknown(subject));
	return subject->object ? settle_changes(mount, subject, err) : 0;
}

/* power */

static const struct {
	const char *word, *action;
	const char *status; /* in which there is nothing to do */
} powers[] = {
	{"on", "power_on", "active"},
	{"off", "power_off", "off"},
	{"shutdown", "shutdown", "off"},
	{"reboot", "reboot", NULL},
	{"power_cycle", "power_cycle", NULL},
};
enum { POWERS = sizeof(powers) / sizeof(*powers) };

static FILE_FUNCTION_READ(read_power)
{
	const char *status = json_get_string(subject->json, "status");
	(void)mount;
	(void)err;
	bool off = status && (strcmp(status, "off") == 0 || strcmp(status, "archive") == 0);
	return text_format(ret, ret_length, "%s\n", off ? "off" : "on");
}

/* Which of them; POWERS for a blank text. */
static int power_find(const char *text, size_t length, size_t *ret, struct error *err)
{
	CLEANUP_FREE char *line = NULL;
	char plain[60];
	int rc = text_line(text, length, &line, err);
	if (rc != 0)
		return rc;
	for (*ret = 0; *ret < POWERS && strcmp(powers[*ret].word, line) != 0;)
		++*ret;
	if (*ret < POWERS || !*line)
		return 0;
	return error_set(err, EINVAL, "power knows no “%s”: write on, off, shutdown, reboot or power_cycle",
		text_plain(plain, sizeof(plain), line));
}

static FILE_FUNCTION_CHECK(check_power)
{
	size_t which;
	(void)mount;
	(void)subject;
	if (length == 0 || (partial && text[length - 1] != '\n'))
		return 0;
	return power_find(text, length, &which, err);
}

static FILE_FUNCTION_SUBMIT(submit_power)
{
	const char *status = json_get_string(subject->json, "status");
	size_t which;
	int rc = power_find(text, length, &which, err);
	if (rc != 0 || which == POWERS)
		return rc;
	bool pending = change_pending(mount->changes, subject->listing, subject_id(subject));
	if (!pending && status && powers[which].status && strcmp(status, powers[which].status) == 0)
		return 0;
	struct change_plan plan = control_plan(subject);
	struct json *body = json_object();
	json_add_string(body, "type", powers[which].action);
	char *path = subject_path(subject, "/actions");
	change_plan_add(&plan, "POST", path, body, true, "%s", powers[which].action);
	return subject_submit(subject, &plan, err);
}

/* Addresses. */

static int read_address(
	const struct subject *subject, const char *version, const char *type, char **ret, size_t *ret_length)
{
	const struct json *networks = json_get(json_get(subject->json, "networks"), version);
	for (const struct json *network = json_first(networks); network; network = json_next(network)) {
		const char *its = json_get_string(network, "type"), *address = json_get_string(network, "ip_address");
		if (address && its && strcmp(its, type) == 0)
			return text_format(ret, ret_length, "%s\n", address);
	}
	return text_format(ret, ret_length, "%s", "");
}

static FILE_FUNCTION_READ(read_ipv4)
{
	(void)mount;
	(void)err;
	return read_address(subject, "v4", "public", ret, ret_length);
}

static FILE_FUNCTION_READ(read_ipv4_private)
{
	(void)mount;
	(void)err;
	return read_address(subject, "v4", "private", ret, ret_length);
}

static FILE_FUNCTION_READ(read_ipv6)
{
	(void)mount;
	(void)err;
	return read_address(subject, "v6", "public", ret, ret_length);
}

/* user_data, of a draft */

static FILE_FUNCTION_READ(read_user_data)
{
	(void)err;
	*ret = draft_get(mount->drafts, subject->listing, subject->name, "user_data");
	*ret_length = strlen(*ret);
	return 0;
}

static FILE_FUNCTION_CHECK(check_user_data)
{
	uint32_t point;
	size_t size;
	int rc = subject->object ? -ENOENT : draft_check(mount->drafts, subject->listing, subject->name);
	if (rc != 0)
		return rc == -ENOENT ? draft_is_gone("user_data", err) : rc;
	if (length > DROPLET_USER_DATA_MAX)
		return error_set(err, EFBIG, "user_data has %zu bytes, and the API takes 64 KiB (65536)", length);
	if (partial)
		return 0;
	if (memchr(text, '\0', length))
		return error_set(err, EINVAL, "there is a NUL in user_data: it is sent as text");
	CLEANUP_FREE char *copy = xstrndup(text, length);
	const char *at = copy;
	while ((size = utf8_next(at, &point)) > 0)
		at += size;
	return *at ? error_set(err, EINVAL, "user_data is not UTF-8: it is sent as text") : 0;
}

static FILE_FUNCTION_SUBMIT(submit_user_data)
{
	int rc = check_user_data(mount, subject, text, length, false, err);
	CLEANUP_FREE char *copy = xstrndup(text, length);
	return rc != 0 ? rc : draft_set(mount->drafts, subject->listing, subject->name, "user_data", copy, err);
}

/* The order is that in which `cp -r` copies them: what a spec is completed by comes before it. */
const struct file droplet_files[] = {
	FILE_JSON,
	{.name = "status",
		.read = read_status,
		.fetched = true,
		.settle = settle_status,
		.unborn = true,
		.help = "draft, creating, new, active, off, archive or failed; then what runs now. `sync status` "
			"waits"},
	{.name = "log", .log = true, .unborn = true, .help = "all that was done to it: `tail -f` follows"},
	FILE_ERROR,
	FILE_PLAN,
	{.name = "power",
		.read = read_power,
		.check = check_power,
		.submit = submit_power,
		.settle = settle_changes,
		.help = "on or off; write on, off, shutdown, reboot or power_cycle"},
	FILE_ACTION,
	FILE_COST,
	{.name = "ipv4",
		.read = read_ipv4,
		.unborn = true,
		.steady = true,
		.help = "its public address; empty until it has one"},
	{.name = "ipv4_private",
		.read = read_ipv4_private,
		.unborn = true,
		.steady = true,
		.help = "its address in the private network"},
	{.name = "ipv6", .read = read_ipv6, .unborn = true, .steady = true, .help = "its public address of version 6"},
	{.name = "stack.lock",
		.read = read_lock,
		.fetched = true,
		.unborn = true,
		.secret = true,
		.help = "the components that are installed, with their versions and parameters: `cp a/stack.lock "
			"b/stack`"},
	{.name = "user_data",
		.read = read_user_data,
		.check = check_user_data,
		.submit = submit_user_data,
		.unborn = true,
		.unborn_only = true,
		.secret = true,
		.help = "for cloud-init, 64 KiB at most"},
	{.name = "stack",
		.read = read_stack,
		.fetched = true,
		.check = check_stack,
		.submit = submit_stack,
		.unborn = true,
		.secret = true,
		.help = "the components wanted, a line each: NAME[=VERSION] [param=value …]; writing it installs them"},
	FILE_SPEC,
	{0},
};
