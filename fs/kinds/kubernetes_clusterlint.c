#include "fs/file.h"

const struct kind kind_kubernetes_clusterlint = {
	.resource = {"kubernetes/clusterlint", "/v2/kubernetes/clusters/%s/clusterlint", .optional = true,
		.single = true},
	.help = "what `lint` found last",
	.files = FILES(FILE_ANSWER("what `lint` found last")),
};
