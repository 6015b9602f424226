#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"path", "what of the share it gives"},
	{"status", "ACCESS_POINT_CREATING, _ACTIVE, _FAILED or _DELETED"},
	{"is_default", "true of the one that came with the share"},
	{0},
};

static const struct spec_key keys[] = {
	{"path", SPEC_TEXT, "what of the share it gives", "/backups", .required = true, FIXED},
	{"vpc_id", SPEC_REF, "to which network", "backend", .kind = "vpcs", .required = true, FIXED},
	{"squash_config", SPEC_TEXT, "whose files are nobody's", "ROOT_SQUASH", .body = "access_policy/squash_config",
		.required = true, .among = "NO_SQUASH ROOT_SQUASH ALL_SQUASH", FIXED},
	{"protocols", SPEC_WORDS, "how it is mounted", "NFS4", .body = "access_policy/protocols", .required = true,
		.among = "NFS4 NFS", FIXED},
	{"anonuid", SPEC_NUMBER, "who nobody is", "65534", .body = "access_policy/anonuid", .required = true,
		LIMITS(65534, 65534), FIXED},
	{"anongid", SPEC_NUMBER, "and whose group", "65534", .body = "access_policy/anongid", .required = true,
		LIMITS(65534, 65534), FIXED},
	{"identity_enforcement_enabled", SPEC_BOOL, "whether users are checked", "false",
		.body = "access_policy/identity_enforcement_enabled", .required = true, FIXED},
	{0},
};

const struct kind kind_nfs_access_points = {
	.resource = {"nfs/access_points", "/v2/nfs/shares/%s/access_points", .items = "/v2/nfs/access_points",
		.list_key = "access_points", .object_key = "access_point", .id_keys = {"id"},
		.name_keys = {"name", "id"}, .within = "access_points"},
	.help = "parts of a share for a network of their own",
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.deletable = true,
};
