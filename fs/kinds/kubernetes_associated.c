#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("what its pods made, and would be left behind if it were destroyed"), {0}};

const struct kind kind_kubernetes_associated = {
	.resource = {.name = "kubernetes/associated",
		.path = "/v2/kubernetes/clusters/%s/destroy_with_associated_resources",
		.single = true},
	.help = "what its pods made, and would be left behind if it were destroyed",
	.files = files,
};
