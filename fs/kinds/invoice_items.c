#include "fs/file.h"

static const struct file files[] = {
	FILE_ANSWER("its lines: what, how long, USD; the first 200, csv has all"), {0}};

const struct kind kind_invoice_items = {
	.resource = {.name = "account/invoices/items",
		.path = "/v2/customers/my/%.0sinvoices/%s?per_page=200",

		.single = true},
	.help = "the lines of an invoice",
	.files = files,
};
