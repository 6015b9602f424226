#include "fs/file.h"

const struct kind kind_vpc_members = {
	.resource = {"vpcs/members", "/v2/vpcs/%s/members?per_page=200", .single = true},
	.help = "all that is in a private network",
	.files = FILES(FILE_ANSWER("all that is in it, by URN; the first 200")),
};
