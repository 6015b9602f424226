#include "account.h"
#include "action.h"
#include "document.h"
#include "kind.h"
#include "rest.h"

#define INVOICE "/v2/customers/my/invoices/{invoice_uuid}"

#define CREDENTIALS                                                                  \
	.key = "metrics", .text = "{'credentials':{'basic_auth_username':'metrics'," \
				  "'basic_auth_password':'made-up'}}"
static const struct operation operations[] = {
	{"GET", "/v2/account", "account:read", 200, rest_get},
	{"GET", "/v2/customers/my/balance", "billing:read", 200, rest_tell,
		.text = "{'month_to_date_balance':'23.44','account_balance':'12.23',"
			"'month_to_date_usage':'11.21','generated_at':'${now}'}"},
	{"GET", "/v2/customers/my/billing_history", "billing:read", 200, account_history},
	{"GET", "/v2/customers/my/invoices", "billing:read", 200, account_invoices},
	{"GET", INVOICE, "billing:read", 200, account_invoice},
	{"GET", INVOICE "/csv", "billing:read", 200, account_invoice_csv},
	{"GET", INVOICE "/pdf", "billing:read", 200, account_invoice_pdf},
	{"GET", INVOICE "/summary", "billing:read", 200, account_invoice_summary},
	{"GET", "/v2/billing/{account_urn}/insights/{start_date}/{end_date}", "billing:read", 200,
		account_insights},
	{"GET", "/v2/databases/metrics/credentials", "database:view_credentials", 200, document_get,
		CREDENTIALS},
	{"PUT", "/v2/databases/metrics/credentials", "database:update", 204, document_change,
		CREDENTIALS,
		.body = "credentials!:{basic_auth_username!:s basic_auth_password!:s}"},
	{"GET", "/v2/1-clicks", NULL, 200, account_one_clicks},
	{0},
};

/* The account itself: there is one object. */
DEFINE_KIND(account) = {
	.path = "/v2/account",
	.object_key = "account",
	.id_key = "uuid",
	.identity = IDENTITY_GIVEN,
	.template = "{'floating_ip_limit':3,'reserved_ip_limit':3,'volume_limit':100,"
		    "'email':'sandbox@example.com','name':'Sandbox',"
		    "'uuid':'3a56c5e109736a50e823eaebca85708ca0e5087c','email_verified':true,"
		    "'status':'active','status_message':'','team':{'uuid':"
		    "'5df3e3004a17e242b7c20ca6c9fc25b701a47ece','name':'My Team'}}",
	.operations = operations,
	.render = account_render,
};

static const struct operation action_operations[] = {
	{"GET", "/v2/actions", "actions:read", 200, rest_list},
	{"GET", "/v2/actions/{action_id}", "actions:read", 200, rest_get},
	{0},
};

DEFINE_KIND(action) = {
	.path = "/v2/actions",
	.list_key = "actions",
	.object_key = "action",
	.id_key = "id",
	.identity = IDENTITY_NUMBER,
	/* Beyond what fits into 32 bits, as DigitalOcean's have been for a while. */
	.first_number = 2980000000,
	.newest_first = true,
	.operations = action_operations,
	.trait = action_trait,
};
