#include "fs/file.h"

const struct kind kind_databases_ca = {
	.resource = {"databases/ca", "/v2/databases/%s/ca", .object_key = "ca", .single = true},
	.help = "whom a client must trust: the certificate, as base64 of PEM",
	.files = FILES(FILE_ANSWER("whom a client must trust: the certificate, as base64 of PEM")),
};
