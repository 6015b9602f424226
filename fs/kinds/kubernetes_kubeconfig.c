#include "fs/file.h"

static const struct field fields[] = {
	{"text", "all of it", .secret = true},
	{0},
};

const struct kind kind_kubernetes_kubeconfig = {
	.resource = {"kubernetes/kubeconfig", "/v2/kubernetes/clusters/%s/kubeconfig", .text = true, .single = true},
	.help = "what kubectl needs, with a token that ends after some days",
	.fields = fields,
	.files = FILES(FILE_ANSWER("what kubectl needs, with a token that ends after some days")),
};
