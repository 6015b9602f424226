#include "fs/file.h"

static const struct field fields[] = {
	{"name", "its name"},
	{"function", "what it calls"},
	{"type", "SCHEDULED"},
	{"is_enabled", "false: it pauses"},
	{"scheduled_details/cron", "when: minute, hour, day, month, day of the week"},
	{"scheduled_runs", "the last run and the next one"},
	{0},
};

#define SCHEDULE(key) \
	.name = key, .body = "scheduled_details/" key, .path = "scheduled_details/" key

static const struct spec_key keys[] = {
	{KEY("function"), .type = SPEC_TEXT, .required = true,
		.fixed = "make another trigger for another function", .help = "what it calls",
		.example = "hello"},
	{KEY("type"), .type = SPEC_TEXT, .among = "SCHEDULED", .fallback = "SCHEDULED",
		.fixed = "there is no other", .help = "there is only this", .example = "SCHEDULED"},
	{KEY("is_enabled"), .type = SPEC_BOOL, .fallback = "true", .help = "false: it pauses",
		.example = "true"},
	{SCHEDULE("cron"), .type = SPEC_TEXT, .required = true,
		.help = "when: minute, hour, day, month, day of the week",
		.example = "\"0 4 * * *\""},
	{SCHEDULE("body"), .type = SPEC_OBJECT, .help = "what the function is given",
		.example = "{\"name\": \"tenant42\"}"},
	{0},
};

static const struct file files[] = {FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC, {0}};

const struct kind kind_function_triggers = {
	.resource = {.name = "functions/triggers",
		.path = "/v2/functions/namespaces/%s/triggers",
		.list_key = "triggers",
		.object_key = "trigger",
		.id_keys = {"name"},
		.name_keys = {"name"}},
	.help = "what calls the functions of a namespace",
	.fields = fields,
	.keys = keys,
	.files = files,
	.update = "PUT",
	.deletable = true,
};
