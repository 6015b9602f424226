#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("the versions that it can be upgraded to"), {0}};

const struct kind kind_kubernetes_upgrades = {
	.resource = {.name = "kubernetes/upgrades",
		.path = "/v2/kubernetes/clusters/%s/upgrades",
		.single = true},
	.help = "the versions that it can be upgraded to",
	.files = files,
};
