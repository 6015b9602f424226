#include "key.h"
#include "kind.h"
#include "rest.h"

static const struct operation operations[] = {
	{"GET", "/v2/account/keys", "ssh_key:read", 200, rest_list},
	{"POST", "/v2/account/keys", "ssh_key:create", 201, rest_create,
		.body = "name!:s public_key!:s",
		.sample = "{'name':'sample','public_key':'ssh-ed25519 "
			  "AAAAC3NzaC1lZDI1NTE5AAAAIB+2gDzTi54Yt6mb2ADFLrzRRWtzYtvSPhdEJfcDWc3g "
			  "sample'}"},
	{"GET", "/v2/account/keys/{ssh_key_identifier}", "ssh_key:read", 200, rest_get},
	{"PUT", "/v2/account/keys/{ssh_key_identifier}", "ssh_key:update", 200, rest_update,
		.body = "name!:s"},
	{"DELETE", "/v2/account/keys/{ssh_key_identifier}", "ssh_key:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(key) = {
	.path = "/v2/account/keys",
	.list_key = "ssh_keys",
	.object_key = "ssh_key",
	.id_key = "id",
	.alias_key = "fingerprint",
	.identity = IDENTITY_NUMBER,
	.first_number = 45000000,
	.operations = operations,
	.create = key_create,
};
