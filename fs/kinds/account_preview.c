#include "fs/file.h"

const struct kind kind_account_preview = {
	.resource = {"account/invoice_preview", "/v2/customers/my/invoices?per_page=1", .scope = "billing",

		.object_key = "invoice_preview", .single = true},
	.help = "the invoice of this month, as it grows",
	.files = FILES(FILE_ANSWER("the invoice of this month, as it grows")),
};
