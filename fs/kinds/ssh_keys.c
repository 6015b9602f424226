#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's number"},
	{"name", "its name"},
	{"fingerprint", "MD5, as ssh-keygen -l -E md5 prints it"},
	{"public_key", "what goes into authorized_keys; on a draft, writing it makes the key"},
	{0},
};

static const struct spec_key keys[] = {
	{"public_key", SPEC_TEXT, "the whole line of a .pub file", "ssh-ed25519 AAAA… sridhar@laptop", .required = true,
		.fixed = "make another key"},
	{0},
};

static const struct file files[] = {
	FILE_JSON,
	FILE_ERROR,
	FILE_PLAN,
	{.name = "public_key",
		.read = read_whole,
		.check = check_whole,
		.submit = submit_whole,
		.settle = settle_spec,
		.unborn = true,
		.unborn_only = true,
		.help = "the whole line of a .pub file: writing it makes the key"},
	FILE_SPEC,
	{0},
};

const struct kind kind_ssh_keys = {
	.resource = {"ssh_keys", "/v2/account/keys", .scope = "ssh_key", .list_key = "ssh_keys",
		.object_key = "ssh_key", .id_keys = {"id"}, .name_keys = {"name"}},
	.help = "public keys that new droplets can be given; `mkdir ssh_keys/NAME`, then `cp id.pub "
		"ssh_keys/NAME/public_key`",
	.fields = fields,
	.keys = keys,
	.files = files,
	.whole = "public_key",
	.alias_path = "fingerprint",
	.deletable = true,
	.update = "PUT",
	.renames = true,
};
