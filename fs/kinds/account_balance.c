#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("what is owed, and what this month has come to so far, in USD"), {0}};

const struct kind kind_account_balance = {
	.resource = {.name = "account/balance",
		.scope = "billing",
		.path = "/v2/customers/my/balance",

		.single = true},
	.help = "what is owed, in USD",
	.files = files,
};
