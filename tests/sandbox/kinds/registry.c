#include "document.h"
#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"
#include "template.h"

#include <stdio.h>
#include <string.h>

/*
 * Container registries. /v2/registry is how they were asked for when an account had one: where no name
 * is in the path, the newest is meant. Images get into them by `docker push`, which the sandbox has
 * not: each comes with one.
 */

static const char options_text[] =
#include "registries.inc"
	;

#define DIGEST "sha256:${secret}${secret}"

static void registry_created(struct request *request, const struct object *object)
{
	JSON_AUTO *registry = cJSON_Parse(object->text);
	JSON_AUTO *repository = cJSON_Parse("{\"name\":\"hello-world\"}");
	JSON_AUTO *manifest = NULL;
	JSON_AUTO *tag = NULL;
	struct blanks blanks;
	char scope[128];

	snprintf(scope, sizeof(scope), "%s/hello-world", object->id);
	blanks_init(&blanks, request->sandbox, registry, NULL);
	manifest = template_fill(&blanks, "{'digest':'" DIGEST "','tags':['latest']}");
	tag = template_fill(&blanks, "{'tag':'latest','manifest_digest':'" DIGEST "'}");
	rest_make(request, KIND_REPOSITORY, object->id, registry, repository);
	rest_make(request, KIND_REPOSITORY_MANIFEST, scope, repository, manifest);
	rest_make(request, KIND_REPOSITORY_TAG, scope, repository, tag);
}

static bool registry_is_free(struct request *request, const char *name)
{
	return !store_find(request->sandbox->store, KIND_REGISTRY, NULL, name) ||
	       answer_error(request, 409, "The name %s is already in use.", name);
}

static bool registry_create(struct request *request, cJSON *object)
{
	return registry_is_free(request, json_text(object, "name"));
}

static void registry_validate(struct request *request, unsigned kind)
{
	(void)kind;
	if (rest_check_body(request) && registry_is_free(request, json_text(request->body, "name")))
		rest_answer_empty(request);
}

/* The subscription is the account's: it is a document of that. */
static cJSON *registry_tier(const char *slug)
{
	JSON_AUTO *options = cJSON_Parse(options_text);
	cJSON *tiers = cJSON_GetObjectItem(
		cJSON_GetObjectItem(options, "options"), "subscription_tiers");
	cJSON *tier;

	cJSON_ArrayForEach(tier, tiers)
	{
		if (strcmp(json_text(tier, "slug"), slug) != 0)
			continue;
		tier = cJSON_Duplicate(tier, true);
		cJSON_DeleteItemFromObject(tier, "eligible");
		return tier;
	}
	return NULL;
}

static void registry_subscription(struct request *request, unsigned kind)
{
	struct sandbox *sandbox = request->sandbox;
	const struct object *account = store_at(sandbox->store, KIND_ACCOUNT, 0);
	const char *slug = json_text(request->body, "tier_slug");
	cJSON *subscription = document_read(account, "subscription");
	struct blanks blanks;

	(void)kind;
	if (!rest_check_body(request)) {
		cJSON_Delete(subscription);
		return;
	}
	if (!subscription) {
		blanks_init(&blanks, sandbox, NULL, NULL);
		subscription = template_fill(
			&blanks, "{'created_at':'${now}','updated_at':'${now}'}");
		json_set(subscription, "tier", registry_tier("starter"));
	}
	if (slug) {
		json_set(subscription, "tier", registry_tier(slug));
		document_write(sandbox, KIND_ACCOUNT, account, "subscription",
			cJSON_Duplicate(subscription, true));
	}
	answer_member(request, request->operation->status, "subscription", subscription);
}

#define ONE "/v2/registry"
#define MANY "/v2/registries"
#define REGISTRY "/{registry_name}"
#define CREDENTIALS                                      \
	"registry:read registry:update", 200, rest_tell, \
		.text = "{'auths':{'registry.digitalocean.com':{'auth':'${secret}${secret}'}}}"
#define NAME .body = "name!:h(1,63)", .sample = "{'name':'free-${random}'}"
#define TIER .body = "tier_slug!:(starter|basic|professional)"
#define SAMPLE "{'name':'sample-${random}','subscription_tier_slug':'basic','region':'nyc3'}"

static const struct operation operations[] = {
	{"GET", MANY, "registry:read", 200, rest_list},
	{"POST", MANY, "registry:create", 201, rest_create, .sample = SAMPLE,
		.body = "name!:h(1,63) -subscription_tier_slug:(starter|basic|professional) "
			"region:=region"},
	{"GET", MANY REGISTRY, "registry:read", 200, rest_get},
	{"GET", MANY REGISTRY "/docker-credentials", CREDENTIALS},
	{"GET", MANY "/subscription", "registry:read", 200, registry_subscription},
	{"POST", MANY "/subscription", "registry:update", 200, registry_subscription, TIER},
	{"GET", MANY "/options", "registry:read", 200, document_tell, .text = options_text},
	{"POST", MANY "/validate-name", "registry:create", 204, registry_validate, NAME},
	{"GET", ONE, "registry:read", 200, rest_get},
	{"POST", ONE, "registry:create", 201, rest_create, .sample = SAMPLE,
		.body = "name!:h(1,63) -subscription_tier_slug!:(starter|basic|professional) "
			"region:=region"},
	{"GET", ONE "/subscription", "registry:read", 200, registry_subscription},
	{"POST", ONE "/subscription", "registry:update", 200, registry_subscription, TIER},
	{"GET", ONE "/docker-credentials", CREDENTIALS},
	{"POST", ONE "/validate-name", "registry:create", 204, registry_validate, NAME},
	{"GET", ONE "/options", "registry:read", 200, document_tell, .text = options_text},
	{"DELETE", MANY REGISTRY, "registry:delete", 204, rest_remove},
	{"DELETE", ONE, "registry:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(registry) = {
	.path = MANY,
	.list_key = "registries",
	.object_key = "registry",
	.id_key = "name",
	.identity = IDENTITY_GIVEN,
	.unpaged = true,
	.template = "{'created_at':'${now}','region':'nyc3','storage_usage_bytes':29393920,"
		    "'storage_usage_bytes_updated_at':'${now}'}",
	.operations = operations,
	.create = registry_create,
	.created = registry_created,
};

/* Repositories. */

static size_t repository_count(const struct store *store, unsigned kind,
	const struct object *repository, const char **newest)
{
	size_t count = 0;
	char scope[512];

	snprintf(scope, sizeof(scope), "%s/%s", repository->scope, repository->id);
	for (size_t i = 0; i < store_count(store, kind); i++) {
		if (strcmp(store_at(store, kind, i)->scope, scope) != 0)
			continue;
		count++;
		*newest = store_at(store, kind, i)->text;
	}
	return count;
}

/* With both what the old and what the new listing tell of it. */
static void repository_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	const char *tag = "null", *manifest = "null";

	json_set_number(tree, "tag_count",
		(double)repository_count(sandbox->store, KIND_REPOSITORY_TAG, object, &tag));
	json_set_number(tree, "manifest_count",
		(double)repository_count(
			sandbox->store, KIND_REPOSITORY_MANIFEST, object, &manifest));
	if (strcmp(tag, "null") != 0)
		json_set(tree, "latest_tag", cJSON_Parse(tag));
	if (strcmp(manifest, "null") != 0)
		json_set(tree, "latest_manifest", cJSON_Parse(manifest));
}

#define REPOSITORY REGISTRY "/repositories/{repository_name}"

static const struct operation repository_operations[] = {
	{"GET", MANY REGISTRY "/repositoriesV2", "registry:read", 200, rest_list},
	{"GET", ONE REGISTRY "/repositories", "registry:read", 200, rest_list},
	{"GET", ONE REGISTRY "/repositoriesV2", "registry:read", 200, rest_list},
	{"DELETE", MANY REPOSITORY, "registry:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(repository) = {
	.path = MANY REGISTRY "/repositories",
	.list_key = "repositories",
	.id_key = "name",
	.owner = KIND_REGISTRY,
	.identity = IDENTITY_GIVEN,
	.template = "{'registry_name':'${owner.name}'}",
	.operations = repository_operations,
	.render = repository_render,
};

#define TAG REPOSITORY "/tags/{repository_tag}"

static const struct operation tag_operations[] = {
	{"GET", MANY REPOSITORY "/tags", "registry:read", 200, rest_list},
	{"GET", ONE REPOSITORY "/tags", "registry:read", 200, rest_list},
	{"DELETE", MANY TAG, "registry:delete", 204, rest_remove},
	{"DELETE", ONE TAG, "registry:delete", 204, rest_remove},
	{0},
};

#define OF_REPOSITORY                                                            \
	"'registry_name':'${owner.registry_name}','repository':'${owner.name}'," \
	"'compressed_size_bytes':2803255,'size_bytes':5861888,'updated_at':'${now}'"

DEFINE_KIND(repository_tag) = {
	.path = MANY REPOSITORY "/tags",
	.list_key = "tags",
	.id_key = "tag",
	.owner = KIND_REPOSITORY,
	.identity = IDENTITY_GIVEN,
	.template = "{" OF_REPOSITORY "}",
	.references = {{"manifest_digest", KIND_REPOSITORY_MANIFEST, RELEASE_REMOVE}},
	.operations = tag_operations,
};

#define MANIFEST REPOSITORY "/digests/{manifest_digest}"

static const struct operation manifest_operations[] = {
	{"GET", MANY REPOSITORY "/digests", "registry:read", 200, rest_list},
	{"GET", ONE REPOSITORY "/digests", "registry:read", 200, rest_list},
	{"DELETE", MANY MANIFEST, "registry:delete", 204, rest_remove},
	{"DELETE", ONE MANIFEST, "registry:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(repository_manifest) = {
	.path = MANY REPOSITORY "/digests",
	.list_key = "manifests",
	.id_key = "digest",
	.owner = KIND_REPOSITORY,
	.identity = IDENTITY_GIVEN,
	.own_tags = true,
	.template = "{" OF_REPOSITORY ",'blobs':[{'digest':'" DIGEST
		    "','compressed_size_bytes':2803255}]}",
	.references = {{"tags", KIND_REPOSITORY_TAG, RELEASE_DROP}},
	.operations = manifest_operations,
};

/* Garbage collections: one at a time. */

#define COLLECTION REGISTRY "/garbage-collection"
#define COLLECT "registry:update", 201, rest_create

#define CANCEL                                                                 \
	"registry:update", 200, rest_update, .body = "-cancel!:b",             \
					     .text = "{'status':'cancelled'}", \
					     .life = {"status", "cancelling", "cancelled", 0.1}

static const struct operation collection_operations[] = {
	{"POST", MANY COLLECTION, COLLECT},
	{"GET", MANY COLLECTION, "registry:read", 200, rest_get},
	{"GET", MANY REGISTRY "/garbage-collections", "registry:read", 200, rest_list},
	{"PUT", MANY COLLECTION "/{garbage_collection_uuid}", CANCEL},
	{"POST", ONE COLLECTION, COLLECT,
		.body = "-type:(untagged manifests only|unreferenced blobs only|untagged manifests "
			"and unreferenced blobs)",
		.sample = "{'type':'unreferenced blobs only'}"},
	{"GET", ONE COLLECTION, "registry:read", 200, rest_get},
	{"GET", ONE REGISTRY "/garbage-collections", "registry:read", 200, rest_list},
	{"PUT", ONE COLLECTION "/{garbage_collection_uuid}", CANCEL},
	{0},
};

DEFINE_KIND(garbage_collection) = {
	.path = MANY COLLECTION,
	.list_key = "garbage_collections",
	.object_key = "garbage_collection",
	.id_key = "uuid",
	.owner = KIND_REGISTRY,
	.template = "{'registry_name':'${owner.name}','created_at':'${now}','updated_at':'${now}',"
		    "'blobs_deleted':0,'freed_bytes':0}",
	.life = {"status", "requested", "succeeded", 2},
	.operations = collection_operations,
};
