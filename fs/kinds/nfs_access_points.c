#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"path", "what of the share it gives"},
	{"status", "ACCESS_POINT_CREATING, _ACTIVE, _FAILED or _DELETED"},
	{"is_default", "true of the one that came with the share"},
	{0},
};

#define POLICY(key) .name = key, .body = "access_policy/" key, .path = "access_policy/" key
#define FIXED .fixed = "make another one"

static const struct spec_key keys[] = {
	{KEY("path"), .type = SPEC_TEXT, .required = true, FIXED,
		.help = "what of the share it gives", .example = "/backups"},
	{KEY("vpc_id"), .type = SPEC_REF, .kind = "vpcs", .by = "id", .required = true, FIXED,
		.help = "to which network", .example = "backend"},
	{POLICY("squash_config"), .type = SPEC_TEXT, .among = "NO_SQUASH ROOT_SQUASH ALL_SQUASH",
		.required = true, FIXED, .help = "whose files are nobody's",
		.example = "ROOT_SQUASH"},
	{POLICY("protocols"), .type = SPEC_WORDS, .among = "NFS4 NFS", .required = true, FIXED,
		.help = "how it is mounted", .example = "NFS4"},
	{POLICY("anonuid"), .type = SPEC_NUMBER, .least = 65534, .most = 65534, .required = true,
		FIXED, .help = "who nobody is", .example = "65534"},
	{POLICY("anongid"), .type = SPEC_NUMBER, .least = 65534, .most = 65534, .required = true,
		FIXED, .help = "and whose group", .example = "65534"},
	{POLICY("identity_enforcement_enabled"), .type = SPEC_BOOL, .required = true, FIXED,
		.help = "whether users are checked", .example = "false"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_nfs_access_points = {
	.resource = {.name = "nfs/access_points",
		.path = "/v2/nfs/shares/%s/access_points",
		.items = "/v2/nfs/access_points",
		.list_key = "access_points",
		.object_key = "access_point",
		.id_keys = {"id"},
		.name_keys = {"name", "id"},
		.within = "access_points"},
	.help = "parts of a share for a network of their own",
	.fields = fields,
	.keys = keys,
	.files = files,
	.deletable = true,
};
