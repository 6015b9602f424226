#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("the invoice of this month, as it grows"), {0}};

const struct kind kind_account_preview = {
	.resource = {.name = "account/invoice_preview",
		.scope = "billing",
		.path = "/v2/customers/my/invoices?per_page=1",
		.object_key = "invoice_preview",
		.single = true},
	.help = "the invoice of this month, as it grows",
	.files = files,
};
