#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's number"},
	{"type", "A, AAAA, CAA, CNAME, MX, NS, SOA, SRV or TXT"},
	{"name", "beneath the domain; @ is the domain itself"},
	{"data", "an address, a host's name with a dot at its end, or a text"},
	{0},
};

static const struct spec_key keys[] = {
	{KEY("type"), .type = SPEC_TEXT, .required = true, .kept = true,
		.among = "A AAAA CAA CNAME MX NS SOA SRV TXT", .help = "what it says",
		.example = "A"},
	{KEY("name"), .type = SPEC_TEXT, .help = "beneath the domain; @ is the domain itself",
		.example = "www"},
	{KEY("data"), .type = SPEC_TEXT, .required = true,
		.help = "an address, a host's name with a dot at its end, or a text",
		.example = "203.0.113.10"},
	{KEY("ttl"), .type = SPEC_NUMBER, .least = 30, .most = 2147483647,
		.help = "seconds that others may keep it for", .example = "1800"},
	{KEY("priority"), .type = SPEC_NUMBER, .most = 65535, .help = "of MX and SRV",
		.example = "10"},
	{KEY("port"), .type = SPEC_NUMBER, .most = 65535, .help = "of SRV", .example = "443"},
	{KEY("weight"), .type = SPEC_NUMBER, .most = 65535, .help = "of SRV", .example = "100"},
	{KEY("flags"), .type = SPEC_NUMBER, .most = 255, .help = "of CAA", .example = "0"},
	{KEY("tag"), .type = SPEC_TEXT, .among = "issue issuewild iodef", .help = "of CAA",
		.example = "issue"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_domain_records = {
	.resource = {.name = "domains/records",
		.path = "/v2/domains/%s/records",
		.list_key = "domain_records",
		.object_key = "domain_record",
		.id_keys = {"id"},
		.name_keys = {"type", "name"},
		.joined = true},
	.help = "what the name service says; called by type and name, whatever mkdir called it",
	.fields = fields,
	.keys = keys,
	.files = files,
	.update = "PATCH",
	.named_by = "",
	.deletable = true,
};
