#include "fs/file.h"

const struct kind kind_kubernetes_options = {
	.resource = {"account/kubernetes_options", "/v2/kubernetes/options", .scope = "kubernetes",
		.object_key = "options", .catalogue = true, .single = true},
	.help = "its versions, sizes and regions",
	.files = FILES(FILE_ANSWER("its versions, sizes and regions")),
};
