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

#define FIXED .fixed = "a certificate stays as it is: make another one"

static const struct spec_key keys[] = {
	{KEY("type"), .type = SPEC_TEXT, .among = "custom lets_encrypt", FIXED,
		.help = "one of your own, or one that Let's Encrypt gives and renews",
		.example = "lets_encrypt"},
	{KEY("dns_names"), .type = SPEC_WORDS, .unless = "private_key", FIXED,
		.help = "of Let's Encrypt: hosts of domains that are in domains/",
		.example = "www.example.com, example.com"},
	{.name = "private_key",
		.type = SPEC_TEXT,
		.secret = true,
		FIXED,
		.help = "of your own: its key, as PEM; a quoted text has \\n for the ends of its "
			"lines",
		.example = "\"-----BEGIN PRIVATE KEY-----\\n…\""},
	{.name = "leaf_certificate",
		.type = SPEC_TEXT,
		FIXED,
		.help = "itself, as PEM",
		.example = "\"-----BEGIN CERTIFICATE-----\\n…\""},
	{.name = "certificate_chain",
		.type = SPEC_TEXT,
		FIXED,
		.help = "those between it and the authority, as PEM",
		.example = "\"-----BEGIN CERTIFICATE-----\\n…\""},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_certificates = {
	.resource = {.name = "certificates",
		.scope = "certificate",
		.path = "/v2/certificates",
		.list_key = "certificates",
		.object_key = "certificate",
		.id_keys = {"id"},
		.name_keys = {"name", "id"}},
	.help = "for https on load balancers and in the CDN",
	.fields = fields,
	.keys = keys,
	.files = files,
	.aliases = {"id", "name"},
	.deletable = true,
};
