#include "fs/file.h"

static const struct field fields[] = {
	{"schema_id", "its number"},
	{"schema", "what messages must be"},
	{0},
};

#define FIXED .fixed = "a subject gets another schema by the clients that write to it"

static const struct spec_key keys[] = {
	{KEY("schema_type"), .type = SPEC_TEXT, .required = true, FIXED,
		.among = "AVRO JSON PROTOBUF", .help = "how it is written", .example = "JSON"},
	{KEY("schema"), .type = SPEC_TEXT, .required = true, FIXED, .help = "what messages must be",
		.example = "'{\"type\": \"string\"}'"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_databases_schemas = {
	.resource = {.name = "databases/schemas",
		.path = "/v2/databases/%s/schema-registry",
		.list_key = "subjects",
		.id_keys = {"subject_name"},
		.name_keys = {"subject_name"},
		.unlisted = true},
	.help = "the schemas of a Kafka cluster's messages, by subject; `ls` of the cluster does "
		"not show it, `ls databases/X/schemas` does",
	.only = {"engine", "kafka"},
	.fields = fields,
	.keys = keys,
	.files = files,
	.named_by = "subject_name",
	.deletable = true,
};
