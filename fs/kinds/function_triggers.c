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

static const struct spec_key keys[] = {
	{"function", SPEC_TEXT, "what it calls", "hello", .required = true,
		.fixed = "make another trigger for another function"},
	{"type", SPEC_TEXT, "there is only this", "SCHEDULED", .among = "SCHEDULED", .fallback = "SCHEDULED",
		.fixed = "there is no other"},
	{"is_enabled", SPEC_BOOL, "false: it pauses", "true", .fallback = "true"},
	{"cron", SPEC_TEXT, "when: minute, hour, day, month, day of the week", "\"0 4 * * *\"",
		.body = "scheduled_details/cron", .required = true},
	{"body", SPEC_OBJECT, "what the function is given", "{\"name\": \"tenant42\"}",
		.body = "scheduled_details/body"},
	{0},
};

const struct kind kind_function_triggers = {
	.resource = {"functions/triggers", "/v2/functions/namespaces/%s/triggers", .list_key = "triggers",
		.object_key = "trigger", .id_keys = {"name"}, .name_keys = {"name"}},
	.help = "what calls the functions of a namespace",
	.fields = fields,
	.keys = keys,
	.files = FILES(FILE_JSON, FILE_ERROR, FILE_PLAN, FILE_SPEC),
	.update = "PUT",
	.deletable = true,
};
