#include "fs/file.h"

const struct kind kind_kubernetes_associated = {
	.resource = {"kubernetes/associated", "/v2/kubernetes/clusters/%s/destroy_with_associated_resources",

		.single = true},
	.help = "what its pods made, and would be left behind if it were destroyed",
	.files = FILES(FILE_ANSWER("what its pods made, and would be left behind if it were destroyed")),
};
