#include "fs/file.h"

static const struct field fields[] = {
	{"schema_id", "its number"},
	{"schema", "what messages must be"},
	{0},
};

#define STAYS .fixed = "a subject gets another schema by the clients that write to it"

static const struct spec_key keys[] = {
	{"schema_type", SPEC_TEXT, "how it is written", "JSON", .required = true, .among = "AVRO JSON PROTOBUF", STAYS},
	{"schema", SPEC_TEXT, "what messages must be", "'{\"type\": \"string\"}'", .required = true, STAYS},
	{0},
};

const struct kind kind_databases_schemas = {
	.resource = {"databases/schemas", "/v2/databases/%s/schema-registry", .list_key = "subjects",
		.id_keys = {"subject_name"}, .name_keys = {"subject_name"}, .unlisted = true},
	.help = "the schemas of a Kafka cluster's messages, by subject; `ls` of the cluster does not show it, `ls "
		"databases/X/schemas` does",
	.only = {"engine", "kafka"},
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.named_by = "subject_name",
	.deletable = true,
};
