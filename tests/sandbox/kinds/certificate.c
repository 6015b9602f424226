#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"

#include <string.h>

/* Made by Let's Encrypt for names, or brought along. */
static bool certificate_create(struct request *request, cJSON *object)
{
	bool made = !strcmp(json_text(object, "type"), "lets_encrypt");
	const char *needed = made ? "dns_names" : "leaf_certificate";

	if (!cJSON_HasObjectItem(request->body, needed))
		return answer_error(request, 422, "%s is required", needed);
	return made || json_text(request->body, "private_key") ||
	       answer_error(request, 422, "private_key is required");
}

static const struct operation operations[] = {
	{"GET", "/v2/certificates", "certificate:read", 200, rest_list},
	{"POST", "/v2/certificates", "certificate:create", 201, rest_create,
		.body = "name!:s type:(custom|lets_encrypt) dns_names:[s] -private_key:s "
			"-leaf_certificate:s -certificate_chain:s",
		.sample = "{'name':'sample-${random}','type':'lets_encrypt','dns_names':"
			  "['${^domain}']}"},
	{"GET", "/v2/certificates/{certificate_id}", "certificate:read", 200, rest_get},
	{"DELETE", "/v2/certificates/{certificate_id}", "certificate:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(certificate) = {
	.path = "/v2/certificates",
	.list_key = "certificates",
	.object_key = "certificate",
	.id_key = "id",
	.unique_name = true,
	.template = "{'type':'custom','not_after':'${later}','created_at':'${now}',"
		    "'sha1_fingerprint':'${secret}${random}','dns_names':[]}",
	.life = {"state", "pending", "verified", 1},
	.filters = {{"name"}},
	.operations = operations,
	.create = certificate_create,
};
