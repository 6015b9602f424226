#ifndef SANDBOX_ACCOUNT_H
#define SANDBOX_ACCOUNT_H

struct request;

/* GET /v2/account and /v2/customers/my/… */
void account_show(struct request *request, unsigned kind);
void account_balance(struct request *request, unsigned kind);
void account_history(struct request *request, unsigned kind);
void account_invoices(struct request *request, unsigned kind);

/* GET /v2/1-clicks */
void account_one_clicks(struct request *request, unsigned kind);

#endif
