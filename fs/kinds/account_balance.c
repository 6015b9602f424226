#include "fs/file.h"

const struct kind kind_account_balance = {
	.resource = {"account/balance", "/v2/customers/my/balance", .scope = "billing", .single = true},
	.help = "what is owed, in USD",
	.files = FILES(FILE_ANSWER("what is owed, and what this month has come to so far, in USD")),
};
