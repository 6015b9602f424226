#include "fs/file.h"

const struct kind kind_kubernetes_upgrades = {
	.resource = {"kubernetes/upgrades", "/v2/kubernetes/clusters/%s/upgrades", .single = true},
	.help = "the versions that it can be upgraded to",
	.files = FILES(FILE_ANSWER("the versions that it can be upgraded to")),
};
