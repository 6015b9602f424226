#include "fs/file.h"

static const struct field fields[] = {
	{"auths", "to log in with", .secret = true},
	{0},
};

const struct kind kind_registries_docker_credentials = {
	.resource = {"registries/docker_credentials", "/v2/registries/%s/docker-credentials", .single = true},
	.help = "what docker needs, as its config.json",
	.fields = fields,
	.files = FILES(FILE_ANSWER("what docker needs, as its config.json")),
};
