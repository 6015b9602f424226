#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's number"},
	{"type", "A, AAAA, CAA, CNAME, MX, NS, SOA, SRV or TXT"},
	{"name", "beneath the domain; @ is the domain itself"},
	{"data", "an address, a host's name with a dot at its end, or a text"},
	{0},
};

static const struct spec_key keys[] = {
	{"type", SPEC_TEXT, "what it says", "A", .required = true, .among = "A AAAA CAA CNAME MX NS SOA SRV TXT",
		.kept = true},
	{"name", SPEC_TEXT, "beneath the domain; @ is the domain itself", "www"},
	{"data", SPEC_TEXT, "an address, a host's name with a dot at its end, or a text", "203.0.113.10",
		.required = true},
	{"ttl", SPEC_NUMBER, "seconds that others may keep it for", "1800", LIMITS(30, 2147483647)},
	{"priority", SPEC_NUMBER, "of MX and SRV", "10", LIMITS(0, 65535)},
	{"port", SPEC_NUMBER, "of SRV", "443", LIMITS(0, 65535)},
	{"weight", SPEC_NUMBER, "of SRV", "100", LIMITS(0, 65535)},
	{"flags", SPEC_NUMBER, "of CAA", "0", LIMITS(0, 255)},
	{"tag", SPEC_TEXT, "of CAA", "issue", .among = "issue issuewild iodef"},
	{0},
};

const struct kind kind_domain_records = {
	.resource = {"domains/records", "/v2/domains/%s/records", .list_key = "domain_records",
		.object_key = "domain_record", .id_keys = {"id"}, .name_keys = {"type", "name"}, .joined = true},
	.help = "what the name service says; called by type and name, whatever mkdir called it",
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PATCH",
	.named_by = "",
	.deletable = true,
};
