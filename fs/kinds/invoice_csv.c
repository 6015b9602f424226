#include "fs/file.h"

const struct kind kind_invoice_csv = {
	.resource = {"account/invoices/csv", "/v2/customers/my/%.0sinvoices/%s/csv", .text = true, .single = true},
	.help = "an invoice as CSV",
	.files = FILES(FILE_ANSWER("all its lines, as CSV")),
};
