#include <string.h>

#include "api/cleanup.h"
#include "fs/control.h"
#include "fs/file.h"

/* Does `upgrades` of it offer anything? 1, 0, or what hinders to know. */
static int is_behind(struct mount *mount, const struct subject *subject, struct error *err)
{
	CLEANUP_SNAPSHOT struct snapshot *upgrades = NULL;
	unsigned listing = cache_nested(mount->cache, KIND_kubernetes_upgrades, subject->node.slot);
	int rc = cache_get(mount->cache, listing, &upgrades, err);
	if (rc != 0 || upgrades->count == 0)
		return rc;
	const struct object *answer = upgrades->by_name[0];
	CLEANUP_JSON struct json *json = json_parse(answer->text, answer->length, NULL);
	return json_count(json_get(json, "available_upgrade_versions")) > 0;
}

/* `latest` is met by a cluster that is: a spec that made it can be written again. */
int cluster_upgrade(struct mount *mount, const struct subject *subject, const struct spec_key *key,
	const struct json *wanted, struct change_plan *plan, struct error *err)
{
	const char *version = json_string(wanted);
	int rc = strcmp(version, "latest") == 0 ? is_behind(mount, subject, err) : 1;
	if (rc <= 0)
		return rc;
	struct json *body = json_object();
	json_add_string(body, key->name, version);
	change_plan_add(plan, "POST", subject_path(subject, "/upgrade"), body, false, "upgrade version=%s", version);
	return 0;
}
