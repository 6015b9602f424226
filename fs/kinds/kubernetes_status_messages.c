#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("what happened to it lately"), {0}};

const struct kind kind_kubernetes_status_messages = {
	.resource = {.name = "kubernetes/status_messages",
		.path = "/v2/kubernetes/clusters/%s/status_messages",
		.single = true},
	.help = "what happened to it lately",
	.files = files,
};
