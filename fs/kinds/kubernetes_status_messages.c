#include "fs/file.h"

const struct kind kind_kubernetes_status_messages = {
	.resource = {"kubernetes/status_messages", "/v2/kubernetes/clusters/%s/status_messages", .single = true},
	.help = "what happened to it lately",
	.files = FILES(FILE_ANSWER("what happened to it lately")),
};
