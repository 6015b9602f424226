#include "fs/file.h"

const struct kind kind_invoice_summary = {
	.resource = {"account/invoices/summary", "/v2/customers/my/%.0sinvoices/%s/summary", .single = true},
	.help = "the sums of an invoice",
	.files = FILES(FILE_ANSWER("whose it is, and its sums by product, in USD")),
};
