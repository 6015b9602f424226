#include "fs/file.h"

const struct kind kind_invoice_items = {
	.resource = {"account/invoices/items", "/v2/customers/my/%.0sinvoices/%s?per_page=200", .single = true},
	.help = "the lines of an invoice",
	.files = FILES(FILE_ANSWER("its lines: what, how long, USD; the first 200, csv has all")),
};
