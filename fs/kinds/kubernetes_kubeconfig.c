#include "fs/file.h"

static const struct field fields[] = {
	{"text", "all of it", .secret = true},
	{0},
};

static const struct file files[] = {
	FILE_ANSWER("what kubectl needs, with a token that ends after some days"), {0}};

const struct kind kind_kubernetes_kubeconfig = {
	.resource = {.name = "kubernetes/kubeconfig",
		.path = "/v2/kubernetes/clusters/%s/kubeconfig",
		.text = true,
		.single = true},
	.help = "what kubectl needs, with a token that ends after some days",
	.fields = fields,
	.files = files,
};
