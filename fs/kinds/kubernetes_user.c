#include "fs/file.h"

const struct kind kind_kubernetes_user = {
	.resource = {"kubernetes/user", "/v2/kubernetes/clusters/%s/user", .object_key = "kubernetes_cluster_user",
		.single = true},
	.help = "who you are in it",
	.files = FILES(FILE_ANSWER("who you are in it")),
};
