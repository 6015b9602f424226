#include "fs/file.h"

static const struct field fields[] = {
	{"token", "to log in with", .secret = true},
	{"client_key_data", "the same as a key", .secret = true},
	{0},
};

const struct kind kind_kubernetes_credentials = {
	.resource = {"kubernetes/credentials", "/v2/kubernetes/clusters/%s/credentials", .single = true},
	.help = "what another client of its API needs, with a token that ends after some days",
	.fields = fields,
	.files = FILES(FILE_ANSWER("what another client of its API needs, with a token that ends after some days")),
};
