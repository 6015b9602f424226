#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("whose it is, and its sums by product, in USD"), {0}};

const struct kind kind_invoice_summary = {
	.resource = {.name = "account/invoices/summary",
		.path = "/v2/customers/my/%.0sinvoices/%s/summary",

		.single = true},
	.help = "the sums of an invoice",
	.files = files,
};
