#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("who you are in it"), {0}};

const struct kind kind_kubernetes_user = {
	.resource = {.name = "kubernetes/user",
		.path = "/v2/kubernetes/clusters/%s/user",
		.object_key = "kubernetes_cluster_user",
		.single = true},
	.help = "who you are in it",
	.files = files,
};
