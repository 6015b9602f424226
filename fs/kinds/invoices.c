#include "fs/file.h"

static const struct field fields[] = {
	{"invoice_uuid", "DigitalOcean's name for it, a UUID"},
	{"invoice_id", "its number, as on the PDF"},
	{"invoice_period", "of which month"},
	{"amount", "USD"},
	{0},
};

const struct kind kind_invoices = {
	.resource = {"account/invoices", "/v2/customers/my/invoices", .scope = "billing", .list_key = "invoices",
		.id_keys = {"invoice_uuid"}, .name_keys = {"invoice_period", "invoice_uuid"}},
	.help = "what had to be paid, by month; `items`, `summary` and `csv` of each say for what",
	.fields = fields,
	.files = FILES(FILE_JSON),
};
