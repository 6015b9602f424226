#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("what `lint` found last"), {0}};

const struct kind kind_kubernetes_clusterlint = {
	.resource = {.name = "kubernetes/clusterlint",
		.path = "/v2/kubernetes/clusters/%s/clusterlint",
		.optional = true,
		.single = true},
	.help = "what `lint` found last",
	.files = files,
};
