#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("whom a client must trust: the certificate, as base64 of PEM"), {0}};

const struct kind kind_databases_ca = {
	.resource = {.name = "databases/ca",
		.path = "/v2/databases/%s/ca",
		.object_key = "ca",
		.single = true},
	.help = "whom a client must trust: the certificate, as base64 of PEM",
	.files = files,
};
