#include <errno.h>
#include <string.h>

#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"live_url", "where it answers"},
	{"active_deployment/phase", "of the deployment that runs"},
	{"in_progress_deployment", "the one that is on its way"},
	{"pinned_deployment", "the one it was rolled back to"},
	{"region/slug", "where it runs: app_regions/"},
	{0},
};

static const struct relation relations[] = {
	{.name = "project",
		.kind = "projects",
		.path = "project_id",
		.one = true,
		.help = "which project it belongs to"},
	{0},
};

#define SPEC(key) .name = key, .body = "spec/" key, .path = "spec/" key
#define PARTS(key, words)                                                    \
	{                                                                    \
		SPEC(key), .type = SPEC_ITEMS, .secret = true, .help = words \
	}
#define FLAG(key, words)                                                       \
	{                                                                      \
		SPEC(key), .type = SPEC_BOOL, .help = words, .example = "true" \
	}

static const struct spec_key keys[] = {
	{SPEC("region"), .type = SPEC_REF, .kind = "app_regions", .help = "where it runs",
		.example = "sgp"},
	{.name = "project_id",
		.path = "project_id",
		.type = SPEC_REF,
		.kind = "projects",
		.by = "id",
		.fixed = "`ln -s` in resources/ of the project moves it",
		.help = "which project it belongs to",
		.example = "shop"},
	PARTS("services", "what answers HTTP, a line of JSON each, as in an app's spec"),
	PARTS("static_sites", "pages that do not change, a line of JSON each"),
	PARTS("workers", "what runs and answers nobody, a line of JSON each"),
	PARTS("jobs", "what runs before or after a deployment, a line of JSON each"),
	PARTS("functions", "serverless functions, a line of JSON each"),
	PARTS("databases", "what it stores in: `name=db engine=PG`, a line each"),
	PARTS("envs", "for all: `key=MODE value=live scope=RUN_TIME type=SECRET`, a line each"),
	{SPEC("domains"), .type = SPEC_ITEMS, .help = "names it answers to, a line each",
		.example = "domain=shop.example.com type=PRIMARY"},
	{SPEC("alerts"), .type = SPEC_ITEMS, .help = "of what it warns, a line each",
		.example = "rule=DEPLOYMENT_FAILED"},
	{SPEC("features"), .type = SPEC_WORDS, .help = "switches of the platform",
		.example = "buildpack-stack=ubuntu-22"},
	{SPEC("ingress"), .type = SPEC_OBJECT, .help = "which path leads to which component",
		.example =
			"{\"rules\": [{\"match\": {\"path\": {\"prefix\": \"/\"}}, \"component\": "
			"{\"name\": \"web\"}}]}"},
	{SPEC("egress"), .type = SPEC_OBJECT, .help = "how it reaches others",
		.example = "{\"type\": \"DEDICATED_IP\"}"},
	{SPEC("maintenance"), .type = SPEC_OBJECT, .help = "whether it is stopped",
		.example = "{\"enabled\": true}"},
	{SPEC("vpc"), .type = SPEC_OBJECT, .help = "its private network",
		.example = "{\"id\": \"c22d8f48-4bc4-49f5-8ca0-58e7164427ac\"}"},
	FLAG("disable_edge_cache", "true: the CDN keeps nothing of it"),
	FLAG("disable_email_obfuscation", "true: addresses in its pages stay readable"),
	FLAG("enhanced_threat_control_enabled", "true: suspicious visitors are checked"),
	{0},
};

static const struct action actions[] = {
	{.name = "deploy",
		.path = "/deployments",
		.params = "force_build",
		.help = "build and deploy it again; force_build=true: with nothing kept"},
	{.name = "restart", .path = "/restart", .params = "components[]", .help = "all, or these"},
	{.name = "rollback",
		.path = "/rollback",
		.params = "deployment_id skip_pin",
		.help = "to what an earlier one of deployments/ had"},
	{.name = "rollback_commit", .path = "/rollback/commit", .help = "stay there"},
	{.name = "rollback_revert", .path = "/rollback/revert", .help = "back to before"},
	{0},
};

/* ^[a-z][a-z0-9-]{0,30}[a-z0-9]$ */
static int check_app_name(const char *name, struct error *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t length = strlen(name);
	if (length >= 2 && length <= 32 && name[0] >= 'a' && name[0] <= 'z' &&
		name[length - 1] != '-' && strspn(name, letters) == length)
		return 0;
	return error_set(err, EINVAL,
		"an app's name has 2 to 32 small letters, digits and '-', a letter first and no "
		"'-' at its end");
}

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_apps = {
	.resource = {.name = "apps",
		.scope = "app",
		.path = "/v2/apps",
		.list_key = "apps",
		.object_key = "app",
		.id_keys = {"id"},
		.name_keys = {"spec/name", "id"}},
	.urn = "app",
	.help = "programs that DigitalOcean builds and runs; an app's spec is taken as it is, YAML "
		"or "
		"JSON: `cp app.yaml apps/X/spec`, `doctl apps spec get`",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.aliases = {"id", "spec/name"},
	.update = "PUT",
	.consequence = "it is deployed again",
	.named_by = "spec/name",
	.check_name = check_app_name,
	.deletable = true,
};
