#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("its versions, sizes and regions"), {0}};

const struct kind kind_kubernetes_options = {
	.resource = {.name = "account/kubernetes_options",
		.scope = "kubernetes",
		.path = "/v2/kubernetes/options",
		.object_key = "options",
		.catalogue = true,
		.single = true},
	.help = "its versions, sizes and regions",
	.files = files,
};
