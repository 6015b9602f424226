#include "fs/file.h"

static const struct field fields[] = {
	{"id", "DigitalOcean's name for it, a UUID"},
	{"state", "pending, verified or error"},
	{"type", "custom or lets_encrypt"},
	{"dns_names", "the hosts it is good for, one a line"},
	{"not_after", "when it expires"},
	{"sha1_fingerprint", "of the certificate"},
	{0},
};

#define STAYS .fixed = "a certificate stays as it is: make another one"

static const struct spec_key keys[] = {
	{"type", SPEC_TEXT, "one of your own, or one that Let's Encrypt gives and renews", "lets_encrypt",
		.among = "custom lets_encrypt", STAYS},
	{"dns_names", SPEC_WORDS, "of Let's Encrypt: hosts of domains that are in domains/",
		"www.example.com, example.com", .unless = "private_key", STAYS},
	{"private_key", SPEC_TEXT, "of your own: its key, as PEM; a quoted text has \\n for the ends of its lines",
		"\"-----BEGIN PRIVATE KEY-----\\n…\"", .secret = true, .unshown = true, STAYS},
	{"leaf_certificate", SPEC_TEXT, "itself, as PEM", "\"-----BEGIN CERTIFICATE-----\\n…\"", .unshown = true,
		STAYS},
	{"certificate_chain", SPEC_TEXT, "those between it and the authority, as PEM",
		"\"-----BEGIN CERTIFICATE-----\\n…\"", .unshown = true, STAYS},
	{0},
};

const struct kind kind_certificates = {
	.resource = {"certificates", "/v2/certificates", .scope = "certificate", .list_key = "certificates",
		.object_key = "certificate", .id_keys = {"id"}, .name_keys = {"name", "id"}},
	.help = "for https on load balancers and in the CDN",
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.deletable = true,
};
