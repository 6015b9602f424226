#ifndef SANDBOX_ACCOUNT_H
#define SANDBOX_ACCOUNT_H

#include <cjson/cJSON.h>

struct object;
struct request;
struct sandbox;

/* The account that everything belongs to, and what it pays. */

/* The account, where there is none yet. */
void account_load(struct sandbox *sandbox);

/* The hook of the kind. */
void account_render(struct sandbox *sandbox, const struct object *object, cJSON *tree);

/* The operations under /v2/customers/my and /v2/billing. */
void account_history(struct request *request, unsigned kind);
void account_invoices(struct request *request, unsigned kind);
void account_invoice(struct request *request, unsigned kind);
void account_invoice_csv(struct request *request, unsigned kind);
void account_invoice_pdf(struct request *request, unsigned kind);
void account_invoice_summary(struct request *request, unsigned kind);
void account_insights(struct request *request, unsigned kind);

/* GET /v2/1-clicks */
void account_one_clicks(struct request *request, unsigned kind);

#endif
