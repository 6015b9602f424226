#include "fs/file.h"

static const struct field fields[] = {
	{"email", "the account's e-mail address"},
	{"status", "active, warning or locked"},
	{"status_message", "why, when it is not active"},
	{"droplet_limit", "how many droplets the account may have"},
	{"floating_ip_limit", "how many reserved addresses it may have"},
	{"email_verified", "true or false"},
	{"team/name", "the team that the token belongs to"},
	{0},
};

const struct kind kind_account = {
	.resource = {"account", "/v2/account", .scope = "account", .object_key = "account",
		.id_keys = {"uuid", "email"}, .name_keys = {"uuid", "email"}, .single = true},
	.help = "the account that the token belongs to",
	.fields = fields,
	.files = FILES(FILE_JSON, FILE_RATE_LIMIT, FILE_COST),
};
