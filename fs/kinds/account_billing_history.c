#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("invoices and payments, in USD; the latest 200"), {0}};

const struct kind kind_account_billing_history = {
	.resource = {.name = "account/billing_history",
		.scope = "billing",
		.path = "/v2/customers/my/billing_history?per_page=200",

		.single = true},
	.help = "invoices and payments",
	.files = files,
};
