#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("all that is in it, by URN; the first 200"), {0}};

const struct kind kind_vpc_members = {
	.resource = {.name = "vpcs/members",
		.path = "/v2/vpcs/%s/members?per_page=200",
		.single = true},
	.help = "all that is in a private network",
	.files = files,
};
