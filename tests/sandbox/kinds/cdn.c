#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"

#include <stdio.h>
#include <string.h>

static bool cdn_check(struct request *request, cJSON *object)
{
	return !json_text(object, "custom_domain") || json_text(object, "certificate_id") ||
	       answer_error(request, 422, "certificate_id is required for a custom domain");
}

/* The origin is a bucket; the endpoint is its name with `cdn` in it. */
static bool cdn_create(struct request *request, cJSON *object)
{
	static const char spaces[] = ".digitaloceanspaces.com";
	const char *origin = json_text(object, "origin");
	const char *end = strstr(origin, spaces);
	char endpoint[300];

	if (!end || end[sizeof(spaces) - 1] || !memchr(origin, '.', (size_t)(end - origin)))
		return answer_error(request, 422,
			"origin is invalid: it must be BUCKET.REGION.digitaloceanspaces.com");
	snprintf(endpoint, sizeof(endpoint), "%.*s.cdn%s", (int)(end - origin), origin, spaces);
	json_set_text(object, "endpoint", endpoint);
	return cdn_check(request, object);
}

#define MEMBERS "ttl:(60|600|3600|86400|604800) certificate_id:=certificate custom_domain:s"

static const struct operation operations[] = {
	{"GET", "/v2/cdn/endpoints", "cdn:read", 200, rest_list},
	{"POST", "/v2/cdn/endpoints", "cdn:create", 201, rest_create, .body = "origin!:s " MEMBERS,
		.sample = "{'origin':'sample-${random}.nyc3.digitaloceanspaces.com'}"},
	{"GET", "/v2/cdn/endpoints/{cdn_id}", "cdn:read", 200, rest_get},
	{"PUT", "/v2/cdn/endpoints/{cdn_id}", "cdn:update", 200, rest_update, .body = MEMBERS,
		.sample = "{'ttl':600}"},
	{"DELETE", "/v2/cdn/endpoints/{cdn_id}", "cdn:delete", 204, rest_remove},
	{"DELETE", "/v2/cdn/endpoints/{cdn_id}/cache", "cdn:delete", 204, rest_tell,
		.body = "files!:[s]"},
	{0},
};

DEFINE_KIND(cdn) = {
	.path = "/v2/cdn/endpoints",
	.list_key = "endpoints",
	.object_key = "endpoint",
	.id_key = "id",
	.template = "{'ttl':3600,'created_at':'${now}'}",
	.references = {{"certificate_id", KIND_CERTIFICATE, RELEASE_REFUSE, 409,
		"The certificate is in use by a CDN endpoint."}},
	.operations = operations,
	.create = cdn_create,
	.update = cdn_check,
};
