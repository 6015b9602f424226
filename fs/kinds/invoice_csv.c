#include "fs/file.h"

static const struct file files[] = {FILE_ANSWER("all its lines, as CSV"), {0}};

const struct kind kind_invoice_csv = {
	.resource = {.name = "account/invoices/csv",
		.path = "/v2/customers/my/%.0sinvoices/%s/csv",
		.text = true,
		.single = true},
	.help = "an invoice as CSV",
	.files = files,
};
