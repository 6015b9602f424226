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
	{"project", "projects", "which project it belongs to", .path = "project_id", .one = true},
	{0},
};

#define PARTS(key, words) key, SPEC_ITEMS, words, .body = "spec/" key, .secret = true

static const struct spec_key keys[] = {
	{"region", SPEC_REF, "where it runs", "sgp", .kind = "app_regions", .body = "spec/region"},
	{"project_id", SPEC_REF, "which project it belongs to", "shop", .kind = "projects",
		.fixed = "`ln -s` in resources/ of the project moves it"},
	{PARTS("services", "what answers HTTP, a line of JSON each, as in an app's spec")},
	{PARTS("static_sites", "pages that do not change, a line of JSON each")},
	{PARTS("workers", "what runs and answers nobody, a line of JSON each")},
	{PARTS("jobs", "what runs before or after a deployment, a line of JSON each")},
	{PARTS("functions", "serverless functions, a line of JSON each")},
	{PARTS("databases", "what it stores in, a line each"), .example = "name=db engine=PG",
		.members = MEMBERS({"name", SPEC_TEXT}, {"engine", SPEC_TEXT}, {"version", SPEC_TEXT},
			{"production", SPEC_BOOL}, {"cluster_name", SPEC_TEXT}, {"db_name", SPEC_TEXT},
			{"db_user", SPEC_TEXT})},
	{PARTS("envs", "for all, a line each"), .example = "key=MODE value=live scope=RUN_TIME type=SECRET",
		.members = MEMBERS(
			{"key", SPEC_TEXT}, {"value", SPEC_TEXT}, {"scope", SPEC_TEXT}, {"type", SPEC_TEXT})},
	{"domains", SPEC_ITEMS, "names it answers to, a line each", "domain=shop.example.com type=PRIMARY",
		.body = "spec/domains"},
	{"alerts", SPEC_ITEMS, "of what it warns, a line each", "rule=DEPLOYMENT_FAILED", .body = "spec/alerts"},
	{"features", SPEC_WORDS, "switches of the platform", "buildpack-stack=ubuntu-22", .body = "spec/features"},
	{"ingress", SPEC_OBJECT, "which path leads to which component",
		"{\"rules\": [{\"match\": {\"path\": {\"prefix\": \"/\"}}, \"component\": {\"name\": \"web\"}}]}",
		.body = "spec/ingress"},
	{"egress", SPEC_OBJECT, "how it reaches others", "{\"type\": \"DEDICATED_IP\"}", .body = "spec/egress"},
	{"maintenance", SPEC_OBJECT, "whether it is stopped", "{\"enabled\": true}", .body = "spec/maintenance"},
	{"vpc", SPEC_OBJECT, "its private network; on a draft, say it later",
		"{\"id\": \"c22d8f48-4bc4-49f5-8ca0-58e7164427ac\"}", .body = "spec/vpc", LATER},
	{"disable_edge_cache", SPEC_BOOL, "true: the CDN keeps nothing of it", "true",
		.body = "spec/disable_edge_cache"},
	{"disable_email_obfuscation", SPEC_BOOL, "true: addresses in its pages stay readable", "true",
		.body = "spec/disable_email_obfuscation"},
	{"enhanced_threat_control_enabled", SPEC_BOOL, "true: suspicious visitors are checked", "true",
		.body = "spec/enhanced_threat_control_enabled"},
	{0},
};

static const struct action actions[] = {
	{"deploy", "build and deploy it again; force_build=true: with nothing kept", .params = "force_build",
		.path = "/deployments"},
	{"restart", "all, or these", .params = "components[]", .path = "/restart"},
	{"rollback", "to what an earlier one of deployments/ had", .params = "deployment_id skip_pin",
		.path = "/rollback"},
	{"rollback_commit", "stay there", .path = "/rollback/commit"},
	{"rollback_revert", "back to before", .path = "/rollback/revert"},
	{0},
};

/* ^[a-z][a-z0-9-]{0,30}[a-z0-9]$ */
static int check_app_name(const char *name, struct error *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t length = strlen(name);
	if (length >= 2 && length <= 32 && name[0] >= 'a' && name[0] <= 'z' && name[length - 1] != '-' &&
		strspn(name, letters) == length)
		return 0;
	return error_set(err, EINVAL,
		"an app's name has 2 to 32 small letters, digits and '-', a letter first and no '-' at its end");
}

const struct kind kind_apps = {
	.resource = {"apps", "/v2/apps", .scope = "app", .list_key = "apps", .object_key = "app", .id_keys = {"id"},
		.name_keys = {"spec/name", "id"}},
	.urn = "app",
	.help = "programs that DigitalOcean builds and runs; an app's spec is taken as it is, YAML or JSON: `cp "
		"app.yaml apps/X/spec`, `doctl apps spec get`",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.update = "PUT",
	.consequence = "it is deployed again",
	.named_by = "spec/name",
	.check_name = check_app_name,
	.deletable = true,
};
