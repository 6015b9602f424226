#include "account.h"

#include "json.h"
#include "kind.h"
#include "page.h"
#include "request.h"
#include "sandbox.h"
#include "store.h"
#include "template.h"

#include <stdlib.h>
#include <string.h>

void account_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	(void)object;
	json_set_number(tree, "droplet_limit", sandbox->options->droplet_limit);
}

void account_load(struct sandbox *sandbox)
{
	struct blanks blanks;
	JSON_AUTO *account = NULL;

	if (store_count(sandbox->store, KIND_ACCOUNT))
		return;
	blanks_init(&blanks, sandbox, NULL, NULL);
	account = template_fill(&blanks, kind_at(KIND_ACCOUNT)->template);
	store_put(sandbox->store, KIND_ACCOUNT, NULL, account, NULL);
}

static const char history_text[] =
	"[{'description':'Invoice for October 2026','amount':'12.34','invoice_id':'123456789',"
	"'invoice_uuid':'22737513-0ea7-4206-8ceb-98a575af7681','date':'2026-11-01T08:44:38Z',"
	"'type':'Invoice'},{'description':'Payment (MC 2018)','amount':'-12.34',"
	"'date':'2026-11-02T08:44:38Z','type':'Payment'}]";

static const char invoices_text[] =
	"[{'invoice_uuid':'22737513-0ea7-4206-8ceb-98a575af7681','invoice_id':'123456789',"
	"'amount':'12.34','invoice_period':'2026-10','updated_at':'2026-11-01T02:30:00Z'}]";

static const char preview_text[] =
	"{'invoice_uuid':'1afe95e6-0958-4eb0-8d9a-9c5060d3ef03','invoice_id':'123456790',"
	"'amount':'34.56','invoice_period':'2026-11','updated_at':'2026-11-23T06:31:50Z'}";

static const char items_text[] =
	"[{'product':'Droplets','resource_uuid':'','resource_id':'512000001','group_description':''"
	","
	"'description':'web1 (s-1vcpu-2gb)','amount':'12.00','duration':'672','duration_unit':"
	"'Hours','start_time':'2026-10-01T00:00:00Z','end_time':'2026-10-31T23:59:59Z',"
	"'project_name':'first-project'},{'product':'Snapshots','resource_uuid':'','resource_id':"
	"'183000001','group_description':'','description':'web1','amount':'0.34','duration':'672',"
	"'duration_unit':'Hours','start_time':'2026-10-01T00:00:00Z','end_time':"
	"'2026-10-31T23:59:59Z','project_name':'first-project'}]";

static const char summary_text[] =
	"{'invoice_uuid':'22737513-0ea7-4206-8ceb-98a575af7681','invoice_id':'123456789',"
	"'billing_period':'2026-10','amount':'12.34','user_name':'Sandbox','user_billing_address':"
	"{'address_line1':'1 Sand Street','address_line2':'','city':'New York','region':'NY',"
	"'postal_code':'10001','country_iso2_code':'US','created_at':'2019-09-03T16:34:46Z',"
	"'updated_at':'2019-09-03T16:34:46Z'},'user_company':'','user_email':"
	"'sandbox@example.com','product_charges':{'name':'Product usage charges','amount':'12.34',"
	"'items':[{'amount':'12.00','name':'Droplets','count':'1'},{'amount':'0.34','name':"
	"'Snapshots','count':'1'}]},'overages':{'name':'Overages','amount':'0.00'},'taxes':{'name':"
	"'Taxes','amount':'0.00'},'credits_and_adjustments':{'name':'Credits & adjustments',"
	"'amount':'0.00'}}";

/* A page of a list that is written down here, with a member beside it. */
static void account_page(struct request *request, const char *key, const char *list,
	const char *beside, const char *text)
{
	struct blanks blanks;
	JSON_AUTO *items = NULL;
	const cJSON *item;
	struct page page;
	cJSON *answer;

	blanks_init(&blanks, request->sandbox, NULL, NULL);
	items = template_fill(&blanks, list);
	page_begin(&page, request, key);
	cJSON_ArrayForEach(item, items)
	{
		if (page_next(&page))
			page_show_tree(&page, cJSON_Duplicate(item, true));
	}
	page_end(&page);
	if (!beside)
		return;
	answer = cJSON_ParseWithLength(request->text, request->length);
	json_set(answer, beside, template_fill(&blanks, text));
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

/* There are two: the last month's, and the one that grows. */
static bool account_has_invoice(struct request *request)
{
	return strstr(invoices_text, request->argument[0]) ||
	       strstr(preview_text, request->argument[0]) || answer_not_found(request);
}

void account_invoice(struct request *request, unsigned kind)
{
	(void)kind;
	if (account_has_invoice(request))
		account_page(request, "invoice_items", items_text, NULL, NULL);
}

static void account_file(struct request *request, const char *type, const char *text)
{
	char *copy;

	if (!account_has_invoice(request))
		return;
	copy = strdup(text);
	if (!copy)
		abort();
	request->type = type;
	answer_text(request, 200, copy, strlen(copy));
}

void account_invoice_csv(struct request *request, unsigned kind)
{
	(void)kind;
	account_file(request, "text/csv",
		"product,group_description,description,hours,start,end,USD,project_name,category\n"
		"Droplets,,web1 (s-1vcpu-2gb),672,2026-10-01 00:00:00 +0000,"
		"2026-10-31 23:59:59 +0000,$12.00,first-project,iaas\n"
		"Snapshots,,web1,672,2026-10-01 00:00:00 +0000,2026-10-31 23:59:59 +0000,$0.34,"
		"first-project,iaas\n");
}

void account_invoice_pdf(struct request *request, unsigned kind)
{
	(void)kind;
	account_file(request, "application/pdf",
		"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
		"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
		"trailer<</Root 1 0 R>>\n%%EOF\n");
}

void account_invoice_summary(struct request *request, unsigned kind)
{
	struct blanks blanks;

	(void)kind;
	blanks_init(&blanks, request->sandbox, NULL, NULL);
	if (account_has_invoice(request))
		answer_tree(request, 200, template_fill(&blanks, summary_text));
}

void account_insights(struct request *request, unsigned kind)
{
	cJSON *answer = cJSON_Parse("{\"data_points\":[],\"total_items\":1,\"total_pages\":1,"
				    "\"current_page\":1}");
	cJSON *point = cJSON_CreateObject();

	(void)kind;
	json_set_text(point, "usage_team_urn", request->argument[0]);
	json_set_text(point, "start_date", request->argument[1]);
	json_set_text(point, "total_amount", "0.45");
	json_set_text(point, "region", "nyc3");
	json_set_text(point, "sku", "1-DO-DROP-0109");
	json_set_text(point, "description", "web1 (s-1vcpu-2gb)");
	json_set_text(point, "group_description", "");
	cJSON_AddItemToArray(cJSON_GetObjectItem(answer, "data_points"), point);
	answer_tree(request, 200, answer);
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
