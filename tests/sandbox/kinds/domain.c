#include "json.h"
#include "kind.h"
#include "request.h"
#include "rest.h"
#include "sandbox.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The types of records: what one must have besides data, and whether that is a host's name. */
static const struct {
	const char *type;
	bool host;
	const char *needs[3];
} record_types[] = {
	{"A", false, {NULL}},
	{"AAAA", false, {NULL}},
	{"CAA", false, {"flags", "tag"}},
	{"CNAME", true, {NULL}},
	{"MX", true, {"priority"}},
	{"NS", true, {NULL}},
	{"SOA", false, {NULL}},
	{"SRV", true, {"priority", "port", "weight"}},
	{"TXT", false, {NULL}},
};

static bool record_check(struct request *request, cJSON *object)
{
	const char *type = json_text(object, "type"), *data = json_text(object, "data");
	size_t row = 0;

	while (strcmp(record_types[row].type, type) != 0)
		row++;
	if (!data || !*data)
		return answer_error(request, 422, "Data can't be blank");
	for (size_t i = 0; i < 3 && record_types[row].needs[i]; i++)
		if (cJSON_IsNull(cJSON_GetObjectItem(object, record_types[row].needs[i])))
			return answer_error(
				request, 422, "%s can't be blank", record_types[row].needs[i]);
	if (record_types[row].host && strcmp(data, "@") != 0 && data[strlen(data) - 1] != '.')
		return answer_error(request, 422, "Data needs to end with a dot (.)");
	return true;
}

static void domain_add(
	struct request *request, const struct object *domain, const char *type, const char *data)
{
	JSON_AUTO *record = cJSON_CreateObject();

	json_set_text(record, "type", type);
	json_set_text(record, "name", "@");
	json_set_text(record, "data", data);
	rest_make(request, KIND_RECORD, domain->id, NULL, record);
}

/* A domain comes with its name servers. */
static void domain_created(struct request *request, const struct object *object)
{
	const char *address = json_text(request->body, "ip_address");

	domain_add(request, object, "SOA", "1800");
	domain_add(request, object, "NS", "ns1.digitalocean.com.");
	domain_add(request, object, "NS", "ns2.digitalocean.com.");
	domain_add(request, object, "NS", "ns3.digitalocean.com.");
	if (address)
		domain_add(request, object, "A", address);
}

static void domain_write(FILE *out, const char *domain, const cJSON *record)
{
	static const char *const numbers[] = {"flags", "priority", "weight", "port"};
	const char *name = json_text(record, "name"), *type = json_text(record, "type");
	const char *data = json_text(record, "data");

	if (!strcmp(type, "SOA")) {
		fprintf(out,
			"%s. IN SOA ns1.digitalocean.com. hostmaster.%s. 1 10800 3600 604800 %s\n",
			domain, domain, data);
		return;
	}
	if (strcmp(name, "@") != 0)
		fprintf(out, "%s.", name);
	fprintf(out, "%s. %.0f IN %s ", domain, json_number(record, "ttl", 1800), type);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		if (cJSON_IsNumber(cJSON_GetObjectItem(record, numbers[i])))
			fprintf(out, "%.0f ", json_number(record, numbers[i], 0));
	if (json_text(record, "tag"))
		fprintf(out, "%s ", json_text(record, "tag"));
	fprintf(out, strcmp(type, "TXT") ? "%s%s\n" : "\"%s\"\n", data,
		strcmp(data, "@") ? "" : domain);
}

/* The zone, as its records make it. */
static void domain_render(struct sandbox *sandbox, const struct object *object, cJSON *tree)
{
	const struct store *store = sandbox->store;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		abort();
	fprintf(out, "$ORIGIN %s.\n$TTL 1800\n", object->id);
	for (size_t i = 0; i < store_count(store, KIND_RECORD); i++) {
		const struct object *record = store_at(store, KIND_RECORD, i);
		JSON_AUTO *member = NULL;

		if (strcmp(record->scope, object->id) != 0)
			continue;
		member = cJSON_Parse(record->text);
		domain_write(out, object->id, member);
	}
	fclose(out);
	json_set_text(tree, "zone_file", text);
	free(text);
}

#define DOMAIN "/v2/domains/{domain_name}"

static const struct operation operations[] = {
	{"GET", "/v2/domains", "domain:read", 200, rest_list},
	{"POST", "/v2/domains", "domain:create", 201, rest_create,
		.body = "name!:h(4,253) -ip_address:s",
		.sample = "{'name':'sample-${random}.example.com','ip_address':'192.0.2.1'}"},
	{"GET", DOMAIN, "domain:read", 200, rest_get},
	{"DELETE", DOMAIN, "domain:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(domain) = {
	.path = "/v2/domains",
	.list_key = "domains",
	.object_key = "domain",
	.id_key = "name",
	.identity = IDENTITY_GIVEN,
	.urn = "domain",
	.template = "{'ttl':1800,'zone_file':''}",
	.operations = operations,
	.created = domain_created,
	.render = domain_render,
};

#define RECORD DOMAIN "/records/{domain_record_id}"
#define MEMBERS                                                                    \
	":(A|AAAA|CAA|CNAME|MX|NS|SOA|SRV|TXT) name:s data:s priority:i(0,65535) " \
	"port:i(0,65535) ttl:i(30,2147483647) weight:i(0,65535) flags:i(0,255) "   \
	"tag:(issue|issuewild|iodef)"

static const struct operation record_operations[] = {
	{"GET", DOMAIN "/records", "domain:read", 200, rest_list},
	{"POST", DOMAIN "/records", "domain:create", 201, rest_create, .body = "type!" MEMBERS,
		.sample = "{'type':'A','name':'www','data':'192.0.2.1'}"},
	{"GET", RECORD, "domain:read", 200, rest_get},
	{"PATCH", RECORD, "domain:update", 200, rest_update, .body = "type!" MEMBERS,
		.sample = "{'type':'A','ttl':60}"},
	{"PUT", RECORD, "domain:update", 200, rest_update, .body = "type!" MEMBERS,
		.sample = "{'type':'A','ttl':90}"},
	{"DELETE", RECORD, "domain:delete", 204, rest_remove},
	{0},
};

DEFINE_KIND(record) = {
	.path = DOMAIN "/records",
	.list_key = "domain_records",
	.object_key = "domain_record",
	.id_key = "id",
	.owner = KIND_DOMAIN,
	.identity = IDENTITY_NUMBER,
	.first_number = 28448000,
	.template = "{'name':'@','data':'','priority':null,'port':null,'ttl':1800,'weight':null,"
		    "'flags':null,'tag':null}",
	.filters = {{"name"}, {"type"}},
	.operations = record_operations,
	.create = record_check,
	.update = record_check,
};
