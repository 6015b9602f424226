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
	{.name = "regions", .kind = "regions", .path = "regions", .help = "where it is available"},
	{.name = "droplets",
		.kind = "droplets",
		.back = "image",
		.help = "the droplets made from it"},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("name"), .type = SPEC_TEXT, .required = true,
		.help = "what people call it; its directory is called by its number",
		.example = "golden-1"},
	{.name = "url",
		.type = SPEC_TEXT,
		.required = true,
		.fixed = "make another image",
		.help = "where it is fetched from: raw, qcow2, vhdx, vdi or vmdk, also gzip or "
			"bzip2 of "
			"it, at most 100 GB",
		.example = "https://example.com/golden-1.qcow2.gz"},
	{.name = "region",
		.type = SPEC_REF,
		.kind = "regions",
		.required = true,
		.fixed = "`echo transfer region=… > action` brings it to others",
		.help = "where it is wanted first",
		.example = "sgp1"},
	{KEY("distribution"), .type = SPEC_TEXT, .help = "the system in it", .example = "Debian"},
	{KEY("description"), .type = SPEC_TEXT, .help = "what people noted",
		.example = "\"with our agent\""},
	{KEY("tags"), .type = SPEC_WORDS, .kind = "tags", .change = tags_change, .help = "labels",
		.example = "golden"},
	{0},
};

#define TRANSFER "/account_transfer"
static const struct action actions[] = {
	{.name = "convert", .help = "a backup into a snapshot, which stays"},
	{.name = "transfer", .params = "region@regions", .help = "to another region, too"},
	{.name = "account_transfer",
		.params = "recipient_email recipient_uuid",
		.path = TRANSFER,
		.help = "offer a snapshot to another account, or to a team"},
	{.name = "accept_transfer",
		.params = "transfer_id recipient_uuid",
		.path = TRANSFER "/accept",
		.help = "take one that is offered"},
	{.name = "cancel_transfer",
		.params = "transfer_id",
		.path = TRANSFER "/cancel",
		.help = "offer it no longer"},
	{.name = "decline_transfer",
		.params = "transfer_id",
		.path = TRANSFER "/decline",
		.help = "do not take one that is offered"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_ACTION, FILE_SPEC, {0}};

const struct kind kind_images = {
	.resource = {.name = "images",
		.scope = "image",
		.path = "/v2/images",
		.list_key = "images",
		.object_key = "image",
		.id_keys = {"id"},
		.name_keys = {"slug", "id"},
		.queries = {""},
		.catalogue = true},
	.tagged = "image",
	.help = "what droplets can be made from: distributions, applications, your own; mkdir and "
		"a "
		"spec fetch one",
	.fields = fields,
	.relations = relations,
	.keys = keys,
	.actions = actions,
	.files = files,
	.aliases = {"id", "name"},
	.alias_pair = {"distribution", "name"},
	.update = "PUT",
	.named_by = "",
	.deletable = true,
};
