#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/cleanup.h"
#include "droplet.h"
#include "fs/draft.h"
#include "fs/ledger.h"
#include "fs/words.h"

/* The word of `delivery` for a stack that travels in the user data. */
#define AT_BOOT "cloud-init"

/* DigitalOcean: "Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)" */
int droplet_check_name(const char *name, struct error *err)
{
	size_t length = strlen(name);
	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-.", *p))
			return error_set(err, EINVAL,
				"%.80s: a droplet's name may hold letters (a-z, A-Z), digits, '-' and '.' only", name);
	if (length == 0 || length > 253)
		return error_set(err, EINVAL, "a droplet's name has at most 253 characters");
	if (strchr("-.", name[0]) || strchr("-.", name[length - 1]))
		return error_set(err, EINVAL, "%.80s: a droplet's name begins and ends with a letter or digit", name);
	return 0;
}

/* What goes together. */

/* Up to eight of a list's words. */
static char *list_words(const struct json *list)
{
	struct text text = {0};
	size_t count = 0;
	for (const struct json *item = json_first(list); item && count < 8; item = json_next(item), count++)
		text_print(&text, "%s%s", count ? ", " : "", json_string(item) ? json_string(item) : "");
	if (json_count(list) > count)
		text_print(&text, " …");
	return text_take(&text);
}

static void check_region(
	struct spec *spec, const struct json *region, const struct json *thing, const char *key, const char *verb)
{
	const char *slug = json_get_string(region, "slug");
	const struct json *regions = json_get(thing, "regions");
	CLEANUP_FREE char *value = json_text(spec_get(spec, key));
	if (!slug || json_type(regions) != JSON_ARRAY || list_has(regions, slug))
		return;
	CLEANUP_FREE char *others = list_words(regions);
	spec_wrong(spec, key, "%s %s is not %s in %s%s%s", key, value, verb, slug, *others ? ", but in " : "", others);
}

static void check_available(struct spec *spec, const char *key)
{
	const struct json *thing = spec_target(spec, key);
	const struct json *available = json_get(thing, "available");
	CLEANUP_FREE char *value = json_text(spec_get(spec, key));
	if (json_type(available) == JSON_BOOL && !json_is_true(available))
		spec_wrong(spec, key, "%s %s takes no new droplets at present", key, value);
}

static void check_disk(struct spec *spec, const struct json *size, const struct json *image)
{
	int64_t disk, least;
	if (!json_get_integer(size, "disk", &disk) || !json_get_integer(image, "min_disk_size", &least) ||
		least <= disk)
		return;
	spec_wrong(spec, "image", "this image needs a disk of %lld GiB, size %s has %lld", (long long)least,
		json_get_string(size, "slug") ? json_get_string(size, "slug") : "", (long long)disk);
}

static void check_texts(struct spec *spec)
{
	const char *user_data = json_string(spec_get(spec, "user_data"));
	const char *delivery = json_string(spec_get(spec, "delivery"));
	if (user_data && strlen(user_data) > DROPLET_USER_DATA_MAX)
		spec_wrong(spec, "user_data", "user_data has %zu bytes, and the API takes 64 KiB (65536)",
			strlen(user_data));
	if (delivery && strcmp(delivery, "ssh") != 0 && strcmp(delivery, AT_BOOT) != 0)
		spec_wrong(spec, "delivery", "there is no delivery “%.40s”: it is ssh or cloud-init", delivery);
}

/* The account's limit, as far as it can be told before the API is asked. */
static int check_limit(const struct spec *spec, struct error *err)
{
	CLEANUP_SNAPSHOT struct snapshot *account = NULL;
	CLEANUP_SNAPSHOT struct snapshot *droplets = NULL;
	int64_t limit;
	int rc = spec->world.list(spec->world.context, KIND_account, &account, err);
	if (rc == 0)
		rc = spec->world.list(spec->world.context, KIND_droplets, &droplets, err);
	if (rc != 0 || account->count == 0)
		return rc;
	CLEANUP_JSON struct json *json = json_parse(account->by_name[0]->text, account->by_name[0]->length, NULL);
	if (!json_get_integer(json, "droplet_limit", &limit) || limit <= 0 || droplets->count < (size_t)limit)
		return 0;
	return error_set(err, EDQUOT,
		"the account may have %lld droplets and has %zu: destroy one, or ask DigitalOcean for a higher limit",
		(long long)limit, droplets->count);
}

void droplet_check_parts(struct spec *spec)
{
	const struct json *region = spec_target(spec, "region");
	const struct json *size = spec_target(spec, "size"), *image = spec_target(spec, "image");
	check_available(spec, "region");
	check_available(spec, "size");
	check_region(spec, region, size, "size", "offered");
	check_region(spec, region, image, "image", "available");
	check_disk(spec, size, image);
	check_texts(spec);
}

int droplet_check_spec(struct spec *spec, struct error *err)
{
	droplet_check_parts(spec);
	return check_limit(spec, err);
}

/* Creating. */

/* A text of the draft becomes a line of the spec that is recorded, so that the spec says all that was asked for. */
static char *recorded_spec(const struct spec *spec, const char *user_data)
{
	size_t length = strlen(spec->text);
	if (!*user_data)
		return xstrdup(spec->text);
	if (spec->whole) {
		CLEANUP_JSON struct json *whole = json_copy(spec->whole);
		json_add_string(whole, "user_data", user_data);
		return json_print_pretty(whole);
	}
	CLEANUP_FREE char *quoted = word_quote(user_data);
	return xasprintf(
		"%s%suser_data = %s\n", spec->text, length && spec->text[length - 1] == '\n' ? "" : "\n", quoted);
}

/* What the spec wants, else the draft's file, else what a refused create wanted. */
static char *stack_text(struct mount *mount, const char *name, const struct spec *spec)
{
	struct job_view job;
	if (spec_stack(spec))
		return xstrdup(spec_stack(spec));
	if (draft_exists(mount->drafts, KIND_droplets, name))
		return draft_get(mount->drafts, KIND_droplets, name, "stack");
	if (!fleet_view(mount->fleet, name, name, &job))
		return xstrdup("");
	char *text = xstrdup(job.stack);
	job_view_finish(&job);
	return text;
}

static bool at_boot(const struct spec *spec)
{
	const char *delivery = json_string(spec_get(spec, "delivery"));
	return delivery && strcmp(delivery, AT_BOOT) == 0;
}

int droplet_create(struct mount *mount, const char *name, struct json *body, const struct spec *spec, struct error *err)
{
	CLEANUP_JSON struct json *wanted = body;
	CLEANUP_FREE char *user_data = json_get(body, "user_data")
					       ? xstrdup("")
					       : draft_get(mount->drafts, KIND_droplets, name, "user_data");
	CLEANUP_FREE char *text = stack_text(mount, name, spec);
	CLEANUP_FREE char *line = control_stack_line(text);
	CLEANUP_FREE char *recorded = recorded_spec(spec, user_data);
	struct stack *stack = NULL;
	int rc = *line ? control_stack(mount, text, strlen(text), false, &stack, err) : 0;
	if (rc == 0 && stack && at_boot(spec))
		rc = control_check_secret(stack, "; or delivery = ssh", err);
	if (rc != 0) {
		stack_free(stack);
		return rc == -EINPROGRESS ? rc : error_prefix(err, "stack");
	}
	if (*user_data)
		json_add_string(wanted, "user_data", user_data);
	return fleet_submit(mount->fleet, name, json_copy(wanted), recorded, stack, at_boot(spec), err);
}

/* Changing. */

static struct json *action_body(const char *type)
{
	struct json *body = json_object();
	json_add_string(body, "type", type);
	return body;
}

static void add_action(struct change_plan *plan, const struct subject *subject, const char *type, const char *say)
{
	char *path = subject_path(subject, "/actions");
	change_plan_add(plan, "POST", path, action_body(type), true, "%s", say);
}

/* EINVAL when the droplet cannot have that size. */
static int check_size(struct mount *mount, const struct subject *subject, const char *slug, struct error *err)
{
	CLEANUP_SNAPSHOT struct snapshot *sizes = NULL;
	int64_t disk, wanted;
	const char *region = json_get_string(subject->json, "region/slug");
	int rc = cache_get(mount->cache, KIND_sizes, &sizes, err);
	if (rc != 0)
		return rc;
	const struct object *object = snapshot_by_id(sizes, slug);
	CLEANUP_JSON struct json *size = object ? json_parse(object->text, object->length, NULL) : NULL;
	const struct json *regions = json_get(size, "regions");
	CLEANUP_FREE char *others = list_words(regions);
	if (region && json_type(regions) == JSON_ARRAY && !list_has(regions, region))
		return error_set(err, EINVAL, "size %s is not offered in %s, but in %s", slug, region,
			*others ? others : "none");
	if (json_get_integer(subject->json, "disk", &disk) && json_get_integer(size, "disk", &wanted) && wanted < disk)
		return error_set(err, EINVAL, "size %s has a disk of %lld GiB, and this droplet's %lld cannot shrink",
			slug, (long long)wanted, (long long)disk);
	return 0;
}

static int change_size(struct mount *mount, const struct subject *subject, const struct spec_key *key,
	const struct json *wanted, struct change_plan *plan, struct error *err)
{
	const char *slug = json_string(wanted), *status = json_get_string(subject->json, "status");
	bool on = status && strcmp(status, "active") == 0;
	(void)key;
	int rc = check_size(mount, subject, slug ? slug : "", err);
	if (rc != 0)
		return rc;
	if (on)
		add_action(plan, subject, "power_off", "power off (downtime begins)");
	/* The disk stays as it is: a larger one could never be made small again. */
	struct json *body = action_body("resize");
	json_add_string(body, "size", slug);
	json_add_bool(body, "disk", false);
	char *path = subject_path(subject, "/actions");
	change_plan_add(plan, "POST", path, body, true, "resize to %s, which takes minutes", slug);
	if (on) {
		add_action(plan, subject, "power_on", "power on (downtime ends)");
		plan->steps[plan->count - 1].always = true; /* it was not meant to stay off */
	}
	return 0;
}

static int change_backups(struct mount *mount, const struct subject *subject, const struct spec_key *key,
	const struct json *wanted, struct change_plan *plan, struct error *err)
{
	(void)mount;
	(void)key;
	(void)err;
	bool on = json_is_true(wanted);
	add_action(plan, subject, on ? "enable_backups" : "disable_backups", on ? "enable backups" : "disable backups");
	return 0;
}

static int change_ipv6(struct mount *mount, const struct subject *subject, const struct spec_key *key,
	const struct json *wanted, struct change_plan *plan, struct error *err)
{
	(void)mount;
	(void)key;
	if (!json_is_true(wanted))
		return error_set(err, EPERM, "ipv6 cannot be switched off again: make a new droplet");
	add_action(plan, subject, "enable_ipv6", "enable ipv6");
	return 0;
}

const struct spec_key droplet_keys[] = {
	{"region", SPEC_REF, "where it runs", "sgp1", .kind = "regions", .required = true,
		.fixed = "a droplet stays in its region: make another one there from a snapshot of "
			 "this one"},
	{"size", SPEC_REF, "what it is made of; another one resizes it, which takes it down for minutes", "s-1vcpu-2gb",
		.kind = "sizes", .required = true, .change = change_size},
	{"image", SPEC_REF, "what its disk is made from: slug, id or name of an image or a snapshot", "debian-12-x64",
		.kind = "images", .required = true,
		.fixed = "make a new droplet, or `echo 'rebuild image=…' > action`, which erases "
			 "this one's disk"},
	{"ssh_keys", SPEC_REFS, "who may log in as root: names, ids or fingerprints, between commas or spaces",
		"sridhar@laptop", .kind = "ssh_keys",
		.fixed = "the droplet has its keys on its own disk; the component `admin` puts "
			 "others there",
		.unshown = true},
	{"tags", SPEC_WORDS, "labels; those that do not exist are made", "tenant, prod", .kind = "tags",
		.change = tags_change},
	{"backups", SPEC_BOOL, "whole backups of the disk, for a surcharge: each day, or as backup_policy says", "true",
		.path = "features", .change = change_backups},
	{"backup_policy", SPEC_OBJECT, "when backups are made",
		"{\"plan\": \"weekly\", \"weekday\": \"MON\", \"hour\": 4}",
		.fixed = "`echo change_backup_policy plan=weekly weekday=SUN hour=4 > action`", .unshown = true},
	{"ipv6", SPEC_BOOL, "an address of version 6; can be switched on later, never off", "true", .path = "features",
		.change = change_ipv6},
	{"monitoring", SPEC_BOOL, "DigitalOcean's metrics agent", "true", .path = "features",
		.fixed = "install DigitalOcean's metrics agent on it instead"},
	{"vpc_uuid", SPEC_REF, "the private network; without it the region's default one", "backend", .kind = "vpcs",
		.fixed = "a droplet stays in its private network: make another one from a snapshot"},
	{"volumes", SPEC_REFS, "volumes to attach; another droplet cannot have them, so `spec` does not show them",
		"data", .kind = "volumes", .path = "volume_ids", .unique = true,
		.fixed = "`ln -s ../../droplets/X volumes/V/droplet` attaches, rm of it detaches"},
	{"user_data", SPEC_TEXT, "for cloud-init, 64 KiB at most; a draft also has a file user_data for it",
		"\"#cloud-config\\npackages: [git]\"", .secret = true,
		.fixed = "cloud-init read it when the droplet booted for the first time: make a "
			 "new droplet",
		.unshown = true},
	{"with_droplet_agent", SPEC_BOOL, "the agent for the control panel's console", "false",
		.fixed = "install or remove the agent on the droplet instead", .unshown = true},
	{"public_networking", SPEC_BOOL, "false: no public address at all", "true", .fixed = "make a new droplet",
		.unshown = true},
	{"delivery", SPEC_TEXT,
		"how the stack gets there: ssh, or cloud-init, in the user data, where it installs itself at the first "
		"boot",
		"cloud-init", .local = true, .unshown = true},
	{"stack", SPEC_STACK, "the components to install, as in the file stack, on one line", "nginx mysql",
		.unshown = true},
	{0},
};

void droplet_rebuilds(struct mount *mount, const struct subject *subject, enum sending sending)
{
	int64_t ticket = sending == SENDING ? FLEET_REBUILD_COMES : FLEET_REBUILD_NONE;
	struct ledger_entry last = {0};
	if (sending == SENT) {
		ledger_get(mount->ledger, subject->listing, subject_key(subject), &last, 1);
		ticket = last.ticket;
	}
	fleet_rebuild(mount->fleet, subject_id(subject), ticket);
}

int droplet_rename(struct mount *mount, const struct subject *subject, const char *name, struct change_plan *plan,
	struct error *err)
{
	struct json *body = action_body("rename");
	(void)mount;
	(void)err;
	json_add_string(body, "name", name);
	char *path = subject_path(subject, "/actions");
	change_plan_add(plan, "POST", path, body, true, "rename to %s", name);
	return 0;
}
