#include "account.h"

#include "identity.h"
#include "json.h"
#include "kind.h"
#include "page.h"
#include "request.h"
#include "sandbox.h"
#include "store.h"

#include <string.h>

static const char account_text[] =
	"{\"droplet_limit\":0,\"floating_ip_limit\":3,\"reserved_ip_limit\":3,\"volume_limit\":100,"
	"\"email\":\"sandbox@example.com\",\"name\":\"Sandbox\","
	"\"uuid\":\"3a56c5e109736a50e823eaebca85708ca0e5087c\",\"email_verified\":true,"
	"\"status\":\"active\",\"status_message\":\"\","
	"\"team\":{\"uuid\":\"5df3e3004a17e242b7c20ca6c9fc25b701a47ece\",\"name\":\"My Team\"}}";

void account_show(struct request *request, unsigned kind)
{
	cJSON *account = cJSON_Parse(account_text);

	(void)kind;
	json_set_number(account, "droplet_limit", request->sandbox->options->droplet_limit);
	answer_member(request, 200, "account", account);
}

void account_balance(struct request *request, unsigned kind)
{
	cJSON *balance = cJSON_CreateObject();
	char now[STAMP_SIZE];

	(void)kind;
	identity_now(now);
	json_set_text(balance, "month_to_date_balance", "23.44");
	json_set_text(balance, "account_balance", "12.23");
	json_set_text(balance, "month_to_date_usage", "11.21");
	json_set_text(balance, "generated_at", now);
	answer_tree(request, 200, balance);
}

static const char history_text[] =
	"[{\"description\":\"Invoice for October "
	"2026\",\"amount\":\"12.34\",\"invoice_id\":\"123\","
	"\"invoice_uuid\":\"example-uuid\",\"date\":\"2026-11-01T08:44:38Z\",\"type\":\"Invoice\"},"
	"{\"description\":\"Payment (MC 2018)\",\"amount\":\"-12.34\","
	"\"date\":\"2026-11-02T08:44:38Z\",\"type\":\"Payment\"}]";

static const char invoices_text[] =
	"[{\"invoice_uuid\":\"22737513-0ea7-4206-8ceb-98a575af7681\",\"invoice_id\":\"123456789\","
	"\"amount\":\"12.34\",\"invoice_period\":\"2026-10\",\"updated_at\":\"2026-11-01T02:30:"
	"00Z\"}]";

static const char preview_text[] =
	"{\"invoice_uuid\":\"1afe95e6-0958-4eb0-8d9a-9c5060d3ef03\",\"invoice_id\":\"123456790\","
	"\"amount\":\"34.56\",\"invoice_period\":\"2026-11\",\"updated_at\":\"2026-11-23T06:31:"
	"50Z\"}";

/* A page of a list that is written down here, with a member beside it. */
static void account_page(struct request *request, const char *key, const char *list,
	const char *beside, const char *text)
{
	JSON_AUTO *items = cJSON_Parse(list);
	const cJSON *item;
	struct page page;
	cJSON *answer;

	page_begin(&page, request, key);
	cJSON_ArrayForEach(item, items)
	{
		TEXT_AUTO *line = cJSON_PrintUnformatted(item);

		if (page_next(&page))
			page_show(&page, line, strlen(line));
	}
	page_end(&page);
	if (!beside)
		return;
	answer = cJSON_ParseWithLength(request->text, request->length);
	json_set(answer, beside, cJSON_Parse(text));
	answer_tree(request, 200, answer);
}

void account_history(struct request *request, unsigned kind)
{
	(void)kind;
	account_page(request, "billing_history", history_text, NULL, NULL);
}

void account_invoices(struct request *request, unsigned kind)
{
	(void)kind;
	account_page(request, "invoices", invoices_text, "invoice_preview", preview_text);
}

void account_one_clicks(struct request *request, unsigned kind)
{
	const struct store *store = request->sandbox->store;
	cJSON *list = cJSON_CreateArray();

	(void)kind;
	for (size_t i = 0; i < store_count(store, KIND_IMAGE); i++) {
		const struct object *image = store_at(store, KIND_IMAGE, i);
		cJSON *entry;

		if (strcmp(image->trait, "application") != 0)
			continue;
		entry = cJSON_CreateObject();
		json_set_text(entry, "slug", image->alias);
		json_set_text(entry, "type", "droplet");
		cJSON_AddItemToArray(list, entry);
	}
	answer_member(request, 200, "1_clicks", list);
}
