#include "fs/file.h"

const struct kind kind_account_billing_history = {
	.resource = {"account/billing_history", "/v2/customers/my/billing_history?per_page=200", .scope = "billing",

		.single = true},
	.help = "invoices and payments",
	.files = FILES(FILE_ANSWER("invoices and payments, in USD; the latest 200")),
};
