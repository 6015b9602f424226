#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's number"},
	{"slug", "what specs call it; empty for snapshots, backups and custom images"},
	{"name", "what people call it"},
	{"distribution", "the system in it"},
	{"type", "base, snapshot, backup, custom or admin"},
	{"public", "true when everyone can use it"},
	{"min_disk_size", "GiB of disk that a droplet needs for it"},
	{"size_gigabytes", "GB that it takes"},
	{"status", "NEW, available, pending, deleted or retired"},
	{"error_message", "why, when it could not be made"},
	{0},
};

static const struct relation relations[] = {
	{"regions", "regions", "where it is available", .path = "regions"},
	{"droplets", "droplets", "the droplets made from it", .back = "image"},
	{0},
};

static const struct spec_key keys[] = {
	{"name", SPEC_TEXT, "what people call it; its directory is called by its number", "golden-1", .required = true},
	{"url", SPEC_TEXT,
		"where it is fetched from: raw, qcow2, vhdx, vdi or vmdk, also gzip or bzip2 of it, at most 100 GB",
		"https://example.com/golden-1.qcow2.gz", .required = true, .fixed = "make another image",
		.unshown = true},
	{"region", SPEC_REF, "where it is wanted first", "sgp1", .kind = "regions", .required = true,
		.fixed = "`echo transfer region=… > action` brings it to others", .unshown = true},
	{"distribution", SPEC_TEXT, "the system in it", "Debian"},
	{"description", SPEC_TEXT, "what people noted", "\"with our agent\"", .clears = true},
	{"tags", SPEC_WORDS, "labels", "golden", .kind = "tags", .change = tags_change},
	{0},
};

#define TRANSFER "/account_transfer"
static const struct action actions[] = {
	{"convert", "a backup into a snapshot, which stays"},
	{"transfer", "to another region, too", .params = "region@regions"},
	{"account_transfer", "offer a snapshot to another account, or to a team",
		.params = "recipient_email recipient_uuid", .path = TRANSFER},
	{"accept_transfer", "take one that is offered", .params = "transfer_id recipient_uuid",
		.path = TRANSFER "/accept"},
	{"cancel_transfer", "offer it no longer", .params = "transfer_id", .path = TRANSFER "/cancel"},
	{"decline_transfer", "do not take one that is offered", .params = "transfer_id", .path = TRANSFER "/decline"},
	{0},
};

const struct kind kind_images = {
	.resource = {"images", "/v2/images", .scope = "image", .list_key = "images", .object_key = "image",
		.id_keys = {"id"}, .name_keys = {"slug", "id"}, .catalogue = true},
	.tagged = "image",
	.help = "what droplets can be made from: distributions, applications, your own; mkdir and a spec fetch one",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC),
	.alias_path = "name",
	.alias_pair = {"distribution", "name"},
	.update = "PUT",
	.named_by = "",
	.deletable = true,
};
